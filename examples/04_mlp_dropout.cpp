// A multilayer perceptron with Dropout on Fashion-MNIST (Dive into Deep Learning, 5.6), weight decay on weights only.

#include <cstdio>

#include <tenet/tenet.hpp>

#include "arguments.hpp"

using namespace tenet;

using MLP = Network<Input<1, 28, 28>, Flatten,
    Named<"hidden1", Linear<256>>, ReLU, Dropout<0.5f>,
    Named<"hidden2", Linear<256>>, ReLU, Dropout<0.5f>,
    Named<"output", Linear<10>>>;

int main(int argc, char** argv) {
    const bool quick = has_flag(argc, argv, "--quick");
    auto [train, test] = data::fashion_mnist();
    if (quick) train = train.take(10'000);

    Model<MLP> model{Seed{0}};
    model.initialize_layers("Linear", KaimingNormal{});
    Trainer trainer{model, CrossEntropy{}, SGD{.learning_rate = 0.1, .momentum = 0.9, .weight_decay = 1e-4}};
    trainer.group([](std::string_view name) { return name.ends_with("bias"); }, SGD{.learning_rate = 0.1, .momentum = 0.9});
    trainer.fit(train, {.epochs = quick ? 1 : 10, .batch_size = 256, .validation = &test});

    const double accuracy = trainer.evaluate(test).accuracy;
    std::printf("test accuracy %.4f\n", accuracy);
    return accuracy > (quick ? 0.6 : 0.85) ? 0 : 1;
}
