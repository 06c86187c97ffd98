#define BOOST_TEST_MODULE property_frozen
#include <algorithm>
#include <cmath>
#include <string>
#include <tuple>
#include <vector>

#include <tenet/data/dataset.hpp>
#include <tenet/losses/mse.hpp>
#include <tenet/optimizers/adam.hpp>
#include <tenet/optimizers/sgd.hpp>
#include <tenet/training/trainer.hpp>

#include <support/any_network.hpp>
#include <support/boost_test.hpp>
#include <support/close.hpp>
#include <support/networks.hpp>
#include <support/random_numbers.hpp>

// Frozen layers and constants keep their bits, and what stands before them learns as if they were not frozen.

using namespace tenet;
using namespace tenet::testing;

namespace {

/// Holds exactly the trained tensors to change in a few steps.
template <class Net, class Optimizer>
void check_training(const char* name, const Optimizer& optimizer) {
    constexpr auto in = static_cast<std::size_t>(Net::input_shape.count());
    constexpr auto out = static_cast<std::size_t>(Net::output_shape.count());
    constexpr std::size_t samples = 21;
    RandomNumbers random{8};
    Model<Net> model{Seed{run_seed()}};
    const Model<Net> before = model;
    Trainer trainer{model, MSE{}, optimizer};
    const Numbers input = random.uniform(samples * in, -1.0f, 1.0f), target = random.uniform(samples * out, -1.0f, 1.0f);
    const std::vector<const float*> rows = rows_of(input, in), targets = rows_of(target, out);
    Batch<> batch;
    batch.inputs = rows.data();
    batch.targets = targets.data();
    batch.size = samples;
    for (int step = 0; step < 4; ++step) trainer.step(batch);
    TENET_TEST_SEED_CONTEXT BOOST_TEST_CONTEXT(name) {
        int fixed = 0;
        for (int i = 0; i < Net::parameter_tensor_count; ++i) {
            const NamedTensor<float> now = model.tensor(i);
            const NamedTensor<const float> then = before.tensor(i);
            if (Net::parameters[i].trained) {
                BOOST_TEST(!std::equal(now.values.begin(), now.values.end(), then.values.begin()), now.name << " has not moved");
            } else {
                ++fixed;
                check_identical(std::string(now.name), now.values, then.values);
            }
        }
        BOOST_TEST(fixed > 0);
    }
}

/// Gradients before a frozen layer are those before the same layer unfrozen.
template <class WithFrozen, class Without>
void check_gradients(const char* name) {
    const auto frozen = any_network<WithFrozen>(Seed{run_seed()}), free = any_network<Without>(Seed{run_seed()});
    RandomNumbers random{9};
    const Numbers input = random.uniform(21 * frozen->input_count(), -1.0f, 1.0f);
    const Numbers target = random.uniform(21 * frozen->output_count(), -1.0f, 1.0f);
    for (const int lanes : all_ways())
        TENET_TEST_SEED_CONTEXT BOOST_TEST_CONTEXT(name << ", " << lanes << " lanes") {
            const Pass one = frozen->pass(lanes, input, target), other = free->pass(lanes, input, target);
            check_identical("input gradient", one.input_gradient, other.input_gradient);
            for (int i = 0; i < frozen->tensor_count(); ++i)
                if (frozen->trained(i))
                    check_identical(std::string(frozen->tensor(i).name), one.gradients[static_cast<std::size_t>(i)],
                                    other.gradients[static_cast<std::size_t>(i)]);
        }
}

using FrozenFirst = Network<Input<6>, Frozen<Sequential<Linear<9>, Tanh, Linear<7>>>, ReLU, Linear<4>>;
using FrozenImages = Network<Input<2, 6, 6>, Conv2d<3, Kernel<3>>, ReLU, Frozen<Conv2d<4, Kernel<3>, Padding<1>>>, Tanh,
                             MaxPool2d<2>, Flatten, Linear<4>>;
using FreeImages =
    Network<Input<2, 6, 6>, Conv2d<3, Kernel<3>>, ReLU, Conv2d<4, Kernel<3>, Padding<1>>, Tanh, MaxPool2d<2>, Flatten, Linear<4>>;

}  // namespace

BOOST_AUTO_TEST_CASE(what_is_not_trained_keeps_its_bits) {
    check_training<MixedMlp>("MixedMlp", Adam{.learning_rate = 0.01, .weight_decay = 0.1});
    check_training<Sequence>("Sequence", SGD{.learning_rate = 0.1, .momentum = 0.9, .weight_decay = 0.1});
    check_training<FrozenFirst>("FrozenFirst", SGD{.learning_rate = 0.1});
    check_training<FrozenImages>("FrozenImages", Adam{.learning_rate = 0.01});
}

BOOST_AUTO_TEST_CASE(gradients_pass_through_frozen_layers) {
    check_gradients<FrozenFirst, Network<Input<6>, Sequential<Linear<9>, Tanh, Linear<7>>, ReLU, Linear<4>>>("FrozenFirst");
    check_gradients<FrozenImages, FreeImages>("FrozenImages");
    check_gradients<Network<Input<5>, PReLU<>, Linear<4>, Frozen<PReLU<>>, Frozen<Quadratic>, Linear<3>>,
                    Network<Input<5>, PReLU<>, Linear<4>, PReLU<>, Quadratic, Linear<3>>>("layers of one's own");
}

BOOST_AUTO_TEST_CASE(running_averages_go_on_unless_in_eval_mode) {
    // A backbone with a random layer, before it something that learns, without a bias that a batch's mean takes away,
    // behind it another.
    using Backbone = Sequential<Conv2d<4, Kernel<3>, NoBias>, BatchNorm2d<>, ReLU, Dropout<0.5f>>;
    using Trained = Network<Input<2, 6, 6>, Conv2d<2, Kernel<1>, NoBias>, Frozen<Backbone>, Flatten, Linear<3>>;
    using Kept = Network<Input<2, 6, 6>, Conv2d<2, Kernel<1>, NoBias>, Frozen<Backbone, EvalMode>, Flatten, Linear<3>>;
    static_assert(Kept::trained_parameter_count == Trained::trained_parameter_count);
    static_assert(Kept::trained_parameter_count == 2 * 2 + 64 * 3 + 3 && Kept::buffer_count == 8);
    const auto train = []<class Net>(Model<Net>& model) {
        RandomNumbers random{8};
        const std::size_t samples = 21;
        for (float& mean : model.parameter("1.1.running_mean")) mean = random.uniform(1, -0.5f, 0.5f)[0];
        for (float& variance : model.parameter("1.1.running_var")) variance = random.uniform(1, 0.5f, 2.0f)[0];
        const Model<Net> before = model;
        data::Dataset<float, float> set{Shape{2, 6, 6}, random.uniform(samples * 72, -1.0f, 1.0f), Shape{3},
                                        random.uniform(samples * 3, -1.0f, 1.0f)};
        Trainer trainer{model, MSE{}, SGD{.learning_rate = 0.1}};
        const double evaluated = trainer.evaluate(set).loss;
        BatchBuffer<decltype(set)> buffer;
        const auto batch = buffer.gather(set, samples, [](int i) { return i; });
        const double trained = trainer.step(batch).loss;
        for (int step = 0; step < 3; ++step) trainer.step(batch);
        std::vector<std::string> moved;
        for (int i = 0; i < Net::parameter_tensor_count; ++i)
            if (!std::equal(model.tensor(i).values.begin(), model.tensor(i).values.end(),
                            before.tensor(i).values.begin()))
                moved.emplace_back(Net::parameter_name(i));
        return std::tuple{moved, evaluated, trained};
    };
    Model<Trained> averaging{Seed{run_seed()}};
    Model<Kept> keeping{Seed{run_seed()}};
    const auto [moved, evaluated, trained] = train(averaging);
    BOOST_TEST(moved ==
               (std::vector<std::string>{"0.weight", "1.1.running_mean", "1.1.running_var", "3.weight", "3.bias"}));
    BOOST_TEST(std::abs(trained - evaluated) > 1e-3);
    const auto [moved_in_eval, evaluated_in_eval, trained_in_eval] = train(keeping);
    BOOST_TEST(moved_in_eval == (std::vector<std::string>{"0.weight", "3.weight", "3.bias"}));
    // What training sees is what evaluation gives.
    BOOST_TEST(std::abs(trained_in_eval - evaluated_in_eval) < 1e-6);
}

BOOST_AUTO_TEST_CASE(one_sample_trains_behind_a_normalisation_in_eval_mode) {
    using Net = Network<Input<3>, Linear<4>, Frozen<BatchNorm1d<>, EvalMode>, Linear<2>>;
    const data::Dataset<float, float> set{Shape{3}, {1, 2, 3}, Shape{2}, {1, -1}};
    Model<Net> model{Seed{run_seed()}};
    Trainer trainer{model, MSE{}, SGD{.learning_rate = 0.05}};
    const double before = trainer.evaluate(set).loss;
    trainer.fit(set, {.epochs = 20, .batch_size = 1, .progress = Progress::off});
    BOOST_TEST(trainer.evaluate(set).loss < 0.1 * before);
}

// Nothing is computed that nobody wants: before the first trained layer there are no gradients.
static_assert(schedule::Program<FrozenFirst, Mode::training>::outline.needs_gradient(0) == false);
static_assert(schedule::Program<FrozenFirst, Mode::training>::outline.needs_gradient(2) == false);
static_assert(schedule::Program<FrozenFirst, Mode::training>::outline.needs_gradient(3) == true);
static_assert(FrozenFirst::parameter_count == 6 * 9 + 9 + 9 * 7 + 7 + 7 * 4 + 4);
static_assert(FrozenFirst::trained_parameter_count == 7 * 4 + 4);
static_assert(MixedMlp::parameter_count - MixedMlp::trained_parameter_count == 16 * 12 + 12);
static_assert(MixedMlp::buffer_count == 12);
