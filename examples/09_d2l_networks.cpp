// The convolutional networks of Dive into Deep Learning, 7.6 to 8.7, and MobileNetV2 on Fashion-MNIST: all of them, or the one
// that is named, `09_d2l_networks googlenet`. As the image size is part of a network's type, each is there twice: narrow and
// for small images, which takes minutes, and, with --full, for images of 224 x 224 (from GoogLeNet on: 96 x 96) as the book
// has it, which takes hours.

#include <cstdio>
#include <string_view>

#include <tenet/tenet.hpp>

#include "arguments.hpp"
#include "resized.hpp"

using namespace tenet;

namespace {

struct Arguments {
    bool quick, full;
    std::string_view network;  // empty: all
};

/// Trains, prints what came of it, and says whether the network learned.
template <class Net>
bool train(const char* name, const data::TrainTest& data, bool quick, double learning_rate) {
    static_assert(Net::output_shape == Shape{10});
    const int side = Net::input_shape[1];
    const auto training = resized(quick ? data.train.take(2'500) : data.train, side);
    const auto test = resized(quick ? data.test.take(500) : data.test, side);
    std::printf("%s, %d x %d: %lld parameters, %.1f MFLOP forward\n", name, side, side,
                static_cast<long long>(Net::parameter_count), static_cast<double>(Net::forward_flops()) / 1e6);

    Model<Net> model{Seed{42}};
    model.initialize_layers("Conv2d", KaimingNormal{});
    Trainer trainer{model, CrossEntropy{}, Adam{.learning_rate = learning_rate}};
    const History history = trainer.fit(
        training, {.epochs = quick ? 1 : 10, .batch_size = quick ? 16 : 128, .validation = &test});
    const EpochRecord& last = history.epochs.back();
    std::printf("%s: loss %.3f, test accuracy %.3f, %.1f s an epoch\n", name, last.loss, last.validation_accuracy, last.seconds);
    return last.validation_accuracy > (quick ? 0.15 : 0.85);
}

template <class Small, class Full>
bool run(const char* name, const data::TrainTest& data, const Arguments& arguments, double learning_rate = 1e-3) {
    if (!arguments.network.empty() && arguments.network != name) return true;
    if (arguments.full) return train<Full>(name, data, arguments.quick, learning_rate);
    return train<Small>(name, data, arguments.quick, learning_rate);
}

}  // namespace

int main(int argc, char** argv) {
    Arguments arguments{has_flag(argc, argv, "--quick"), has_flag(argc, argv, "--full"), {}};
    for (int i = 1; i < argc; ++i)
        if (argv[i][0] != '-') arguments.network = argv[i];
    const data::TrainTest data = data::fashion_mnist();

    using namespace models;
    bool ok = true;
    ok &= run<LeNet<>, LeNet<>>("lenet", data, arguments, 5e-3);
    ok &= run<LeNetReLU<>, LeNetReLU<>>("lenet_relu", data, arguments);
    ok &= run<AlexNet<Input<1, 68, 68>, 10, 4>, AlexNet<>>("alexnet", data, arguments);
    ok &= run<VGG11<Input<1, 32, 32>, 10, 4>, VGG11<Input<1, 224, 224>, 10, 4, 0.5f, 4096>>("vgg11", data, arguments);
    ok &= run<NiN<Input<1, 68, 68>, 10, 4>, NiN<>>("nin", data, arguments, 5e-4);
    ok &= run<GoogLeNet<Input<1, 32, 32>, 10, 4>, GoogLeNet<>>("googlenet", data, arguments);
    ok &= run<ResNet18<Input<1, 32, 32>, 10, 16>, ResNet18<Input<1, 96, 96>>>("resnet18", data, arguments);
    ok &= run<DenseNet<Input<1, 32, 32>, 10, 16>, DenseNet<Input<1, 96, 96>>>("densenet", data, arguments);
    ok &= run<MobileNetV2<Input<1, 32, 32>, 10, 0.5f>, MobileNetV2<Input<1, 96, 96>, 10>>("mobilenet", data, arguments);
    return ok ? 0 : 1;
}
