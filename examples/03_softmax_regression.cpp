// Softmax regression on Fashion-MNIST (Dive into Deep Learning, 4.5). `--quick` runs one epoch on a part of the data.

#include <cstdio>

#include <tenet/tenet.hpp>

#include "arguments.hpp"

using namespace tenet;

int main(int argc, char** argv) {
    const bool quick = has_flag(argc, argv, "--quick");
    auto [train, test] = data::fashion_mnist();
    if (quick) train = train.take(10'000);

    Model<Network<Input<1, 28, 28>, Flatten, Linear<10>>> model{Seed{0}};
    model.initialize("1.weight", Normal{0.0f, 0.01f});
    model.initialize("1.bias", Zeros{});
    Trainer trainer{model, CrossEntropy{}, SGD{.learning_rate = 0.1}};
    trainer.fit(train, {.epochs = quick ? 1 : 10, .batch_size = 256, .validation = &test});

    const double accuracy = trainer.evaluate(test).accuracy;
    std::printf("test accuracy %.4f\n", accuracy);
    return accuracy > (quick ? 0.6 : 0.8) ? 0 : 1;
}
