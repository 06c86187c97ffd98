#define BOOST_TEST_MODULE emulated_system
#include <cmath>
#include <cstdint>
#include <vector>

#include <tenet/data/synthetic.hpp>
#include <tenet/losses/cross_entropy.hpp>
#include <tenet/network.hpp>
#include <tenet/optimizers/sgd.hpp>
#include <tenet/training/device_engine.hpp>
#include <tenet/training/trainer.hpp>

#include <support/boost_test.hpp>
#include <support/emulated_system.hpp>
#include <support/random_numbers.hpp>

using namespace tenet;

/// Networks train on emulated tensor cores as on a CPU, as far as the precision goes: what convolutions and Linear make
/// of the product, forward and backward, over the kernels that a GPU runs.
namespace {

using Net = Network<Input<2, 9, 9>, Conv2d<6, Kernel<3>, Padding<1>, Stride<2>>, Tanh, Conv2d<4, Kernel<3>, Groups<2>>,
                    Sigmoid, ConvTranspose2d<3, Kernel<2>, Stride<2>>, Tanh, Flatten, Linear<20>, Tanh, Linear<3>>;

data::Dataset<std::uint8_t, data::Label> images(int size) {
    testing::RandomNumbers random{7};
    std::vector<std::uint8_t> pixels;
    std::vector<data::Label> labels;
    for (int i = 0; i < size; ++i) {
        labels.push_back(i % 3);
        for (int p = 0; p < 162; ++p)
            pixels.push_back(static_cast<std::uint8_t>(random.integer(0, p / 54 == i % 3 ? 255 : 100)));
    }
    return {Shape{2, 9, 9}, pixels, labels};
}

template <class Net, class Backend>
std::vector<float> after_an_epoch(double& loss) {
    Model<Net, Backend> model{Seed{3}};
    Trainer trainer{model, CrossEntropy{}, SGD{.learning_rate = 0.1, .momentum = 0.9}};
    loss = trainer.fit(images(90), {.epochs = 1, .batch_size = 32, .progress = Progress::off}).epochs[0].loss;
    if constexpr (std::same_as<Backend, Cpu>) {
        return {model.data(), model.data() + model.storage()};
    } else {
        const auto host = model.to_host();
        return {host.data(), host.data() + host.storage()};
    }
}

template <class Precision>
void compare(double tolerance) {
    double loss, expected_loss;
    const auto parameters = after_an_epoch<Net, OnDevice<testing::EmulatedSystem<Precision>>>(loss);
    const auto expected = after_an_epoch<Net, Cpu>(expected_loss);
    BOOST_TEST_REQUIRE(parameters.size() == expected.size());
    double difference = 0, size = 0;
    for (std::size_t i = 0; i < expected.size(); ++i) {
        difference += std::pow(parameters[i] - expected[i], 2);
        size += std::pow(expected[i], 2);
    }
    BOOST_TEST(std::sqrt(difference / size) <= tolerance);
    BOOST_TEST(std::fabs(loss - expected_loss) <= tolerance * expected_loss);
}

}  // namespace

BOOST_AUTO_TEST_CASE(floats) {
    compare<FP32>(1e-6);
}
BOOST_AUTO_TEST_CASE(tf32) {
    compare<TF32>(TF32::unit_roundoff);
}
BOOST_AUTO_TEST_CASE(bf16) {
    compare<BF16>(BF16::unit_roundoff);
}
BOOST_AUTO_TEST_CASE(fp16) {
    compare<FP16>(FP16::unit_roundoff);
}
