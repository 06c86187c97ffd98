#define BOOST_TEST_MODULE facts
#include <algorithm>
#include <tuple>
#include <vector>

#include <boost/test/unit_test.hpp>
#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/task_arena.h>

#include <tenet/backend/cpu/convolution.hpp>
#include <tenet/backend/cpu/facts.hpp>
#include <tenet/backend/cpu/training_step.hpp>
#include <tenet/layers/batch_norm.hpp>
#include <tenet/layers/convolution.hpp>
#include <tenet/layers/dropout.hpp>
#include <tenet/layers/elementwise.hpp>
#include <tenet/layers/flatten.hpp>
#include <tenet/layers/frozen.hpp>
#include <tenet/layers/linear.hpp>
#include <tenet/layers/pool.hpp>
#include <tenet/layers/prelu.hpp>
#include <tenet/losses/cross_entropy.hpp>
#include <tenet/losses/mse.hpp>
#include <tenet/math/relu.hpp>
#include <tenet/model/eval_model.hpp>
#include <tenet/model/model.hpp>

#include <support/allocations.hpp>

using namespace tenet;
using namespace tenet::testing;

namespace {

struct Rectifier : Elementwise<math::ReLU> {};
using MLP = Network<Input<784>, Linear<256>, Rectifier, Linear<10>>;
// Dropout, a layer that stays as it is, one with private sums, and one without an epilogue.
using Mixed =
    Network<Input<70>, Linear<50>, PReLU<>, Dropout<0.5f>, Frozen<Linear<33>>, Rectifier, Linear<20>, Linear<5>>;
using LeNet =
    Network<Input<1, 28, 28>, Conv2d<6, Kernel<5>, Padding<2>>, Rectifier, AvgPool2d<2>, Conv2d<16, Kernel<5>>,
            Rectifier, MaxPool2d<2>, Flatten, Linear<120>, Rectifier, Linear<84>, Rectifier, Linear<10>>;

// Tasks that wait for each other's statistics have a block each.
using Normalised = Network<Input<3, 8, 8>, Conv2d<4, Kernel<3>>, BatchNorm2d<>, Rectifier, Flatten, Linear<12>,
                           BatchNorm1d<>, Rectifier, Linear<10>>;

// A label for each of many places; and a block of several outputs' sizes.
using Segmenter = Network<Input<2, 6, 6>, Conv2d<8, Kernel<3>, Padding<1>>, Rectifier, Conv2d<8, Kernel<3>, Padding<1>>,
                          Rectifier, Conv2d<3, Kernel<1>>>;

using Networks = std::tuple<MLP, Mixed, LeNet, Normalised, Segmenter>;

#if TENET_DISPATCH
using Widest = cpu::Avx512;
#else
using Widest = cpu::Baseline;
#endif

constexpr int batches[]{1, 3, 5, 16, 33, 100, 256};

/// What a training step takes for batches of this size, on at most so many threads.
template <class Isa, class Net, class Loss>
std::int64_t taken_for_training(int batch, int threads) {
    const std::vector<float> sample(static_cast<std::size_t>(Net::input_shape.count()), 0.5f),
        target(static_cast<std::size_t>(Net::output_shape.count()), 0.5f);
    const std::vector<const float*> inputs(static_cast<std::size_t>(batch), sample.data()),
        targets(static_cast<std::size_t>(batch), target.data());
    const std::vector<std::int32_t> labels(static_cast<std::size_t>(batch) * 36, 1);
    const Model<Net> model{Seed{1}};
    Batch<> b;
    b.inputs = inputs.data();
    b.labels = labels.data();
    b.targets = targets.data();
    b.size = batch;
    const auto update = [](int, std::int64_t, std::int64_t) {};
    std::int64_t least = INT64_MAX;
    // oneTBB takes memory of its own as its threads come to life: the first attempts may see it.
    for (int attempt = 0; least > Net::training_memory(batch, threads) && attempt < 5; ++attempt)
        least = std::min(least, bytes_taken([&] {
                             cpu::TrainingStep<Net, Loss> step;
                             step.template run_on<Isa>(model.data(), Loss{}, b, update, nullptr);
                             b.size = (batch + 1) / 2;
                             step.template run_on<Isa>(model.data(), Loss{}, b, update, nullptr);
                             b.size = batch;
                         }));
    BOOST_TEST(cpu::max_threads() == threads);
    return least;
}

template <class Net, class Loss>
void check_training(int threads) {
    for (const int batch : batches) {
        const std::int64_t said = Net::training_memory(batch, threads);
        std::int64_t most = 0;
        cpu::for_each_isa([&]<class Isa>() {
            const std::int64_t taken = taken_for_training<Isa, Net, Loss>(batch, threads);
            BOOST_TEST_CONTEXT(Isa::name << ", batch " << batch << ", threads " << threads)
            BOOST_TEST(taken <= said);
            most = std::max(most, taken);
        });
        // A promise of twice as much would be none. Widest lanes take the most, where batches are not small and the
        // build has those that are promised for.
        if (batch >= 16 && cpu::supported<Widest>() && Widest::lanes == 16) BOOST_TEST(most >= said / 2);
    }
}

/// In an arena that is there already, and has more threads: oneTBB's control must be enough.
template <class Action>
void on_threads(int threads, const Action& action) {
    using oneapi::tbb::global_control;
    const global_control many{global_control::max_allowed_parallelism, 4};  // whatever the machine has
    oneapi::tbb::task_arena arena{4};
    arena.initialize();
    const global_control control{global_control::max_allowed_parallelism, static_cast<std::size_t>(threads)};
    arena.execute(action);
}

}  // namespace

BOOST_AUTO_TEST_CASE_TEMPLATE(a_step_takes_no_more_than_training_memory, Net, Networks) {
    for (const int threads : {1, 3})
        on_threads(threads, [&] {
            check_training<Net, CrossEntropy>(threads);
            if constexpr (std::is_same_v<Net, Mixed>) check_training<Net, MSE>(threads);
        });
}

BOOST_AUTO_TEST_CASE(oneTBBs_control_decides_though_the_arena_is_there) {
    on_threads(3, [] {
        BOOST_TEST(cpu::max_threads() == 3);
        const oneapi::tbb::global_control control{oneapi::tbb::global_control::max_allowed_parallelism, 1};
        BOOST_TEST(cpu::max_threads() == 1);
        BOOST_TEST(bytes_taken([] { Workspaces<MLP> workspaces; }) <= MLP::inference_memory(16));
    });
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_workspace_takes_what_inference_memory_says, Net, Networks) {
    const auto check = [&]<class Which>() {
        for (const std::int64_t batch : batches) BOOST_TEST_CONTEXT("batch " << batch) {
                BOOST_TEST(bytes_taken([&] { Workspace<Which> workspace{batch}; }) <= Which::inference_memory(batch));
                cpu::for_each_isa([&]<class Isa>() {
                    BOOST_TEST(4 * cpu::Inference<Which>::memory(batch, Isa::lanes) <= Which::inference_memory(batch));
                });
                for (const int threads : {1, 2, 3})
                    on_threads(threads, [&] {
                        BOOST_TEST(bytes_taken([&] { Workspaces<Which> workspaces{batch}; }) <=
                                   Which::inference_memory(batch, threads));
                    });
            }
        BOOST_TEST(bytes_taken([] { Workspace<Which> workspace; }) <= Which::inference_memory(16));
        BOOST_TEST(bytes_taken([] { Workspace<Which> workspace{1}; }) == Which::inference_memory(1));
        if (cpu::dispatch([]<class Isa>() { return Isa::lanes; }) == 16)
            BOOST_TEST(bytes_taken([] { Workspace<Which> workspace; }) == Which::inference_memory(16));
    };
    check.template operator()<Net>();
    check.template operator()<EvalNetwork<Net>>();
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_batch_stays_within_the_memory_named_for_it, Net, Networks) {
    const Model<Net> model{Seed{1}};
    using Inference = cpu::Inference<Net>;
    cpu::for_each_isa([&]<class Isa>() {
        for (const int largest : {1, 2, 3, 4, 5, 33})
            for (const int batch : {largest, 21}) {
                const auto floats = static_cast<std::size_t>(Inference::memory(largest, Isa::lanes));
                memory::AlignedBuffer memory{floats + 16};
                for (std::size_t i = 0; i < 16; ++i) memory.data()[floats + i] = 42.0f;
                const auto samples = static_cast<std::size_t>(batch);
                const std::vector<float> input(samples * static_cast<std::size_t>(Net::input_shape.count()), 0.5f);
                std::vector<float> output(samples * static_cast<std::size_t>(Net::output_shape.count()));
                Inference::template run_on<Isa>(model.data(), Inference::whole(input.data(), output.data()), 0, batch,
                                                memory.data(), static_cast<std::int64_t>(floats));
                BOOST_TEST_CONTEXT(Isa::name << ", batch " << batch << " in memory for " << largest)
                for (std::size_t i = 0; i < 16; ++i) BOOST_TEST(memory.data()[floats + i] == 42.0f);
            }
    });
}
