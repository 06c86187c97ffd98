// The CPU umbrella in a CUDA program's file.

#include <tenet/tenet.hpp>

#include <cstdio>

using namespace tenet;

using Mlp = Network<Input<1, 28, 28>, Flatten, Linear<256>, ReLU, Linear<10>>;

int main() {
    auto [train, test] = data::fashion_mnist();
    Model<Mlp> model{Seed{0}};
    Trainer<Mlp, CrossEntropy, SGD> trainer{model, CrossEntropy{}, SGD{.learning_rate = 0.1}};
    trainer.fit(train, {.epochs = 1, .batch_size = 256});
    std::printf("test accuracy %.4f\n", trainer.evaluate(test).accuracy);
}
