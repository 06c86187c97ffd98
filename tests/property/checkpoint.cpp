#define BOOST_TEST_MODULE property_checkpoint
#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/task_arena.h>

#include <tenet/backend/cpu/facts.hpp>
#include <tenet/losses/mse.hpp>
#include <tenet/network.hpp>
#include <tenet/optimizers/adam.hpp>
#include <tenet/training/trainer.hpp>

#include <support/any_network.hpp>
#include <support/boost_test.hpp>
#include <support/close.hpp>
#include <support/finite_differences.hpp>
#include <support/random_numbers.hpp>

// Networks with Checkpoints and without compute the same bits: outputs, gradients, parameters and running averages of
// training; what is computed again takes less memory, and is no more than it has to be.

using namespace tenet;
using namespace tenet::testing;

namespace {

using Conv = Conv2d<6, Kernel<3>, Padding<1>>;

template <template <class...> class Keep>
using Chain = Network<Input<2, 14, 14>, Keep<Conv, Tanh, Conv, ReLU>, Keep<Conv, GELU, Conv, Sigmoid>, MaxPool2d<2>,
                      Keep<Conv, ReLU, Conv>, Conv2d<3, Kernel<1>>, Flatten, Linear<5>>;
template <template <class...> class Keep>
using Residuals =
    Network<Input<2, 8, 8>, Conv, Repeat<3, Keep<Residual<Conv, BatchNorm2d<>, ReLU, Conv, BatchNorm2d<>>, ReLU>>,
            Residual<Keep<Conv, BatchNorm2d<>, ReLU, Conv, BatchNorm2d<>>>, ReLU,
            Residual<Keep<Conv2d<8, Kernel<3>, Stride<2>, Padding<1>>, BatchNorm2d<>, ReLU>, Conv2d<8, Kernel<1>>,
                     Shortcut<Keep<Conv2d<8, Kernel<1>, Stride<2>>, BatchNorm2d<>>>>,
            GlobalAvgPool, Flatten, Linear<4>>;
template <template <class...> class Keep>
using Dropouts = Network<Input<9>, Keep<Linear<20>, ReLU, Dropout<0.25f>, Linear<21>, Softplus<>, Dropout<0.5f>>,
                         Keep<Residual<Linear<21>, Tanh, StochasticDepth<0.5f>>, LayerNorm<1>, GELU>, Linear<3>>;
template <template <class...> class Keep>
using Concats = Network<
    Input<3, 9, 9>, BatchNorm2d<>,
    Repeat<3, Concat<Branch<>, Branch<Keep<BatchNorm2d<>, ReLU, Conv2d<8, Kernel<1>>, BatchNorm2d<>, ReLU, Conv>>>>,
    Keep<Concat<Branch<Conv, SiLU>, Branch<Conv2d<3, Kernel<1>>>, Branch<>>, Conv, Mish, Conv>, AvgPool2d<9>, Flatten,
    Linear<5>>;
template <template <class...> class Keep>
using Deferred = Network<Input<40>, Keep<Linear<70>, ReLU, Linear<70>, Tanh, Linear<30>>, Softmax,
                         Keep<Linear<20>, PReLU<>>, Frozen<Keep<Linear<20>, Tanh, Linear<20>>>, Linear<6>>;
template <template <class...> class Keep>
using Ties = Network<
    Input<3, 6, 6>, Conv2d<4, Kernel<1>>,
    Graph<Inputs<"x">, Node<"sum", Add<>, From<"left", "right">>,
          Node<"left", Shared<struct Tag, Keep<Conv2d<4, Kernel<3>, Padding<1>>, Tanh, Conv2d<4, Kernel<1>>, SiLU>>,
               From<"x">>,
          Node<"right",
               Keep<Shared<struct Tag, Keep<Conv2d<4, Kernel<3>, Padding<1>>, Tanh, Conv2d<4, Kernel<1>>, SiLU>>, Mish>,
               From<"left">>,
          Outputs<"sum">>,
    Multiply<Branch<>, Branch<GlobalAvgPool, Keep<Flatten, Linear<5>, GELU, Linear<4>, Sigmoid>>>, Flatten, Linear<2>>;

template <template <template <class...> class> class Net, class Visit>
void with(const char* name, const Visit& visit) {
    TENET_TEST_SEED_CONTEXT BOOST_TEST_CONTEXT(name) visit.template operator()<Net<Sequential>, Net<Checkpoint>>(name);
}
template <class Visit>
void for_each_pair(const Visit& visit) {
    with<Chain>("Chain", visit);
    with<Residuals>("Residuals", visit);
    with<Dropouts>("Dropouts", visit);
    with<Concats>("Concats", visit);
    with<Deferred>("Deferred", visit);
    with<Ties>("Ties", visit);
}

template <class Net>
using Training = schedule::Program<Net, Mode::training>;

/// Parameters and losses of a few steps on batches of changing size.
template <class Net>
Numbers train(int threads) {
    constexpr auto in = static_cast<std::size_t>(Net::input_shape.count());
    constexpr auto out = static_cast<std::size_t>(Net::output_shape.count());
    Numbers result;
    oneapi::tbb::task_arena arena{threads};
    arena.execute([&] {
        RandomNumbers random{6};
        Model<Net> model{Seed{run_seed()}};
        Trainer trainer{model, MSE{}, Adam{.learning_rate = 0.01}};
        for (const int size : {70, 33, 7}) {
            const auto samples = static_cast<std::size_t>(size);
            const Numbers input = random.uniform(samples * in, -1.0f, 1.0f);
            const Numbers target = random.uniform(samples * out, -1.0f, 1.0f);
            const std::vector<const float*> rows = rows_of(input, in), targets = rows_of(target, out);
            Batch<> batch;
            batch.inputs = rows.data();
            batch.targets = targets.data();
            batch.size = size;
            result.push_back(static_cast<float>(trainer.step(batch).loss));
        }
        result.insert(result.end(), model.data(), model.data() + model.storage());
    });
    return result;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_pass_gives_the_same_bits) {
    for_each_pair([]<class Kept, class Again>(const char*) {
        static_assert(std::same_as<typename Kept::leaves, typename Again::leaves>);
        const auto kept = any_network<Kept>(Seed{run_seed()}), again = any_network<Again>(Seed{run_seed()});
        RandomNumbers random{3};
        for (const int batch : {1, 19, 70})
            for (const int lanes : all_lanes()) BOOST_TEST_CONTEXT("batch " << batch << ", " << lanes << " lanes") {
                    const auto samples = static_cast<std::size_t>(batch);
                    const Numbers input = random.uniform(samples * kept->input_count(), -1.0f, 1.0f);
                    const Numbers target = random.uniform(samples * kept->output_count(), -1.0f, 1.0f);
                    check_identical("output", again->outputs(lanes, input, batch), kept->outputs(lanes, input, batch));
                    const Pass pass = again->pass(lanes, input, target, 5);
                    const Pass expected = kept->pass(lanes, input, target, 5);
                    BOOST_TEST(pass.loss == expected.loss);
                    check_identical("input gradient", pass.input_gradient, expected.input_gradient);
                    for (int i = 0; i < kept->tensor_count(); ++i) {
                        BOOST_TEST(again->tensor(i).name == kept->tensor(i).name);
                        check_identical(std::string(kept->tensor(i).name), pass.gradients[static_cast<std::size_t>(i)],
                                        expected.gradients[static_cast<std::size_t>(i)]);
                    }
                }
    });
}

BOOST_AUTO_TEST_CASE(training_gives_the_same_bits_and_running_averages) {
    const oneapi::tbb::global_control allow{oneapi::tbb::global_control::max_allowed_parallelism, 4};
    for_each_pair([]<class Kept, class Again>(const char*) {
        const Numbers expected = train<Kept>(1);
        BOOST_TEST(std::all_of(expected.begin(), expected.end(), [](float x) { return std::isfinite(x); }));
        for (const int threads : {1, 3}) check_identical("training", train<Again>(threads), expected);
    });
}

BOOST_AUTO_TEST_CASE(plans_are_smaller) {
    for_each_pair([]<class Kept, class Again>(const char*) {
        BOOST_TEST(Training<Again>::kept_peak == Training<Kept>::plan.peak);
        BOOST_TEST(Training<Kept>::kept_peak == Training<Kept>::plan.peak);
        BOOST_TEST(Training<Again>::plan.peak < Training<Kept>::plan.peak);
        BOOST_TEST(Training<Again>::plan.bound < Training<Kept>::plan.bound);
        BOOST_TEST(Again::training_memory(256) < Kept::training_memory(256));
        BOOST_TEST(Again::inference_memory(16) == Kept::inference_memory(16));
    });
}

BOOST_AUTO_TEST_CASE(gradients_are_finite_differences) {
    check_gradients<Network<Input<5>, Checkpoint<Linear<6>, GELU, Linear<5>, Softplus<>>, Linear<3>>>("a chain");
    check_gradients<
        Network<Input<2, 4, 4>, Checkpoint<Conv2d<3, Kernel<3>, Padding<1>>, SiLU, Conv2d<2, Kernel<1>>>,
                Residual<Checkpoint<Conv2d<4, Kernel<1>>, Tanh, Conv2d<2, Kernel<1>>>>, Flatten, Linear<2>>>("images");
}
