#define BOOST_TEST_MODULE thrust_system
#include <vector>

#include <tenet/data/dataset.hpp>
#include <tenet/losses/cross_entropy.hpp>
#include <tenet/losses/mse.hpp>
#include <tenet/losses/output_losses.hpp>
#include <tenet/network.hpp>
#include <tenet/optimizers/adam.hpp>
#include <tenet/thrust.hpp>
#include <tenet/training/trainer.hpp>

#include <support/boost_test.hpp>
#include <support/close.hpp>
#include <support/layers.hpp>
#include <support/random_numbers.hpp>

// Thrust on plain C++ and on oneTBB gives the bits of one thread: the order of additions is
// a function of the extents.

using namespace tenet;
using namespace tenet::testing;

namespace {

template <class Precision>
using OnOneThread = device::Serial<Precision>;
template <class Precision>
using OnCpp = thrust_backend::System<thrust_backend::Cpp, Precision>;
template <class Precision>
using OnTbb = thrust_backend::System<thrust_backend::Tbb, Precision>;

using Images = Network<Input<2, 12, 12>, Conv2d<4, Kernel<3>, Padding<1>, PaddingMode<reflect>>, BatchNorm2d<>, ReLU,
                       Residual<Conv2d<4, Kernel<3>, Padding<1>, Groups<4>>, Tanh>,
                       Concat<Branch<MaxPool2d<2>>, Branch<AvgPool2d<2>>>, ConvTranspose2d<3, Kernel<2>, Stride<2>>,
                       Dropout<0.25f>, Flatten, Linear<12>, Quadratic, LayerNorm<>, Linear<3>>;
using Ends = Network<Input<6>, Graph<Inputs<"x">, Node<"hidden", Sequential<Linear<16>, GELU>, From<"x">>,
                                     Node<"class", Linear<3>, From<"hidden">>, Node<"box", Linear<2>, From<"hidden">>,
                                     Outputs<"class", "box">>>;

/// Parameters, outputs and losses after two epochs.
template <class System, class Net, class Loss, class Data>
std::vector<float> trained(const Loss& loss, const Data& train, const std::vector<float>& inputs) {
    Model<Net, OnDevice<System>> model{Seed{run_seed()}};
    Trainer trainer{model, loss, Adam{.learning_rate = 1e-2}};
    const History history =
        trainer.fit(train, {.epochs = 2, .batch_size = 200, .validation = &train, .progress = Progress::off});
    const Model<Net> numbers = model.to_host();
    std::vector<float> result{numbers.data(), numbers.data() + numbers.storage()};
    for (const auto& epoch : history.epochs) {
        result.push_back(static_cast<float>(epoch.loss));
        result.push_back(static_cast<float>(epoch.validation_loss));
    }
    std::vector<float> outputs(inputs.size() / static_cast<std::size_t>(Net::input_shape.count()) *
                               static_cast<std::size_t>(Net::output_shape.count()));
    model.forward(inputs, outputs);
    result.insert(result.end(), outputs.begin(), outputs.end());
    return result;
}

template <class Net, class Precision = FP32, class Loss, class Data>
void check(const Loss& loss, const Data& train, const std::vector<float>& inputs) {
    TENET_TEST_SEED_CONTEXT {
        const std::vector<float> expected = trained<OnOneThread<Precision>, Net>(loss, train, inputs);
        check_identical("on plain C++", trained<OnCpp<Precision>, Net>(loss, train, inputs), expected);
        check_identical("on oneTBB", trained<OnTbb<Precision>, Net>(loss, train, inputs), expected);
    }
}

}  // namespace

BOOST_AUTO_TEST_CASE(images) {
    constexpr int samples = 330;  // a whole batch and a part of one
    RandomNumbers random{41};
    const std::vector<float> pixels = random.uniform(samples * Images::input_shape.count(), -1, 1);
    std::vector<data::Label> labels;
    for (int i = 0; i < samples; ++i) labels.push_back(i % 3);
    check<Images>(CrossEntropy{}, data::Dataset<float, data::Label>{Images::input_shape, pixels, labels}, pixels);
}

BOOST_AUTO_TEST_CASE(several_ends) {
    constexpr int samples = 700;
    RandomNumbers random{43};
    const std::vector<float> points = random.uniform(samples * 6, -1, 1);
    std::vector<float> targets;
    for (int i = 0; i < samples; ++i) {
        for (int c = 0; c < 3; ++c) targets.push_back(c == i % 3 ? 1.0f : 0.0f);
        targets.push_back(points[static_cast<std::size_t>(i) * 6]);
        targets.push_back(points[static_cast<std::size_t>(i) * 6 + 1]);
    }
    check<Ends>(OutputLosses<Ends, CrossEntropy, MSE>{},
                data::Dataset<float, float>{Shape{6}, points, Shape{5}, targets}, points);
}

// Rounded numbers, and a scaled loss: gradients that are not finite are counted in parts, too.
BOOST_AUTO_TEST_CASE(half_precision) {
    using Wide = Network<Input<20>, Linear<90>, Tanh, Linear<3>>;
    constexpr int samples = 300;
    RandomNumbers random{44};
    const std::vector<float> points = random.uniform(samples * 20, -1, 1);
    std::vector<data::Label> labels;
    for (int i = 0; i < samples; ++i) labels.push_back(i % 3);
    const data::Dataset<float, data::Label> train{Shape{20}, points, labels};
    check<Wide, FP16>(CrossEntropy{}, train, points);
}
