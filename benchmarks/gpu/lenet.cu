// One file that trains LeNet on a GPU: what a user's program costs to compile.

#include <tenet/cuda.hpp>

using namespace tenet;

int main() {
    auto [train, test] = data::fashion_mnist();
    Model<models::LeNetReLU<>, Cuda> model{Seed{42}};
    Trainer trainer{model, CrossEntropy{}, SGD{.learning_rate = 0.1}};
    trainer.fit(train, {.epochs = 10, .batch_size = 256, .validation = &test});
    io::save(model.to_host(), "lenet.safetensors");
}
