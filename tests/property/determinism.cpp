#define BOOST_TEST_MODULE property_determinism
#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/task_arena.h>

#include <tenet/losses/cross_entropy.hpp>
#include <tenet/losses/mse.hpp>
#include <tenet/network.hpp>
#include <tenet/optimizers/adam.hpp>
#include <tenet/optimizers/sgd.hpp>
#include <tenet/training/trainer.hpp>

#include <support/any_network.hpp>
#include <support/boost_test.hpp>
#include <support/close.hpp>
#include <support/networks.hpp>
#include <support/random_numbers.hpp>

// The same seed gives the same bits, for any number of threads and in every run.

using namespace tenet;
using namespace tenet::testing;

namespace {

/// What a few steps on batches of changing size leave behind: losses, then parameters.
template <class Net, class Loss, class Optimizer>
Numbers train(int threads, const Loss& loss, const Optimizer& optimizer) {
    constexpr auto in = static_cast<std::size_t>(Net::input_shape.count());
    constexpr auto out = static_cast<std::size_t>(Net::output_shape.count());
    Numbers result;
    oneapi::tbb::task_arena arena{threads};
    arena.execute([&] {
        BOOST_TEST(cpu::max_threads() == threads);
        RandomNumbers random{6};
        Model<Net> model{Seed{run_seed()}};
        Trainer trainer{model, loss, optimizer};
        for (const int size : {200, 33, 200, 7, 100}) {
            const auto samples = static_cast<std::size_t>(size);
            const Numbers input = random.uniform(samples * in, -1.0f, 1.0f);
            const Numbers target = random.uniform(samples * out, -1.0f, 1.0f);
            std::vector<std::int32_t> labels;
            for (int i = 0; i < size; ++i) labels.push_back(random.integer(0, static_cast<int>(out) - 1));
            const std::vector<const float*> rows = rows_of(input, in), targets = rows_of(target, out);
            Batch<> batch;
            batch.inputs = rows.data();
            batch.labels = labels.data();
            batch.targets = targets.data();
            batch.size = size;
            result.push_back(static_cast<float>(trainer.step(batch).loss));
        }
        result.insert(result.end(), model.data(), model.data() + model.storage());
    });
    return result;
}

template <class Net, class Loss, class Optimizer>
void check(const char* name, const Loss& loss, const Optimizer& optimizer) {
    // More threads than cores, too.
    const oneapi::tbb::global_control allow{oneapi::tbb::global_control::max_allowed_parallelism, 4};
    TENET_TEST_SEED_CONTEXT BOOST_TEST_CONTEXT(name) {
        const Numbers expected = train<Net>(1, loss, optimizer);
        BOOST_TEST(std::all_of(expected.begin(), expected.end(), [](float x) { return std::isfinite(x); }));
        for (const int threads : {1, 2, 4, 4, 4})
            check_identical(std::to_string(threads) + " threads", train<Net>(threads, loss, optimizer), expected);
    }
}

}  // namespace

BOOST_AUTO_TEST_CASE(training_gives_the_same_bits_for_any_number_of_threads) {
    check<WideMlp>("WideMlp", CrossEntropy{}, SGD{.learning_rate = 0.1, .momentum = 0.9});
    check<DropoutMlp>("DropoutMlp", CrossEntropy{}, Adam{.learning_rate = 0.01});
    check<MixedMlp>("MixedMlp", MSE{}, SGD{.learning_rate = 0.01});
    check<SmallLeNet>("SmallLeNet", CrossEntropy{}, SGD{.learning_rate = 0.1});
    check<ManyConvolutions>("ManyConvolutions", MSE{}, Adam{});
    check<Tiles>("Tiles", CrossEntropy{}, SGD{.learning_rate = 0.1});
    check<Sequence>("Sequence", CrossEntropy{}, SGD{.learning_rate = 0.1, .weight_decay = 0.01});
}

BOOST_AUTO_TEST_CASE(statistics_of_the_batch_are_the_same_bits_for_any_number_of_threads) {
    using Normalised =
        Network<Input<2, 6, 6>, Conv2d<4, Kernel<3>, Padding<1>, NoBias>, BatchNorm2d<>, ReLU,
                Residual<Dropout<0.25f>, Conv2d<4, Kernel<3>, Padding<1>>, BatchNorm2d<>>, Flatten, Linear<10>>;
    check<Normalised>("Normalised", CrossEntropy{}, SGD{.learning_rate = 0.1});
}

BOOST_AUTO_TEST_CASE(another_seed_gives_other_masks) {
    RandomNumbers random{7};
    const Numbers input = random.uniform(20 * 20, -1.0f, 1.0f), target = random.uniform(20 * 5, -1.0f, 1.0f);
    const auto one = any_network<DropoutMlp>(Seed{1}), other = any_network<DropoutMlp>(Seed{2});
    for (int i = 0; i < one->tensor_count(); ++i) {
        const std::span<const float> values = one->tensor(i).values;
        std::copy(values.begin(), values.end(), other->tensor(i).values.begin());
    }
    for (const int lanes : all_lanes()) {
        const auto loss = [&](const AnyNetwork& network, std::uint64_t step) {
            return network.pass(lanes, input, target, step).loss;
        };
        BOOST_TEST(loss(*one, 0) == loss(*one, 0));
        BOOST_TEST(loss(*one, 0) != loss(*one, 1));
        BOOST_TEST(loss(*one, 0) != loss(*other, 0));
        // Every instruction set drops the same elements.
        BOOST_TEST(std::abs(loss(*one, 0) - one->pass(all_lanes().front(), input, target, 0).loss) < 1e-4);
    }
}
