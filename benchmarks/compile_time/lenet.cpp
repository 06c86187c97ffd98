// One file that trains LeNet and saves it: what a user's program costs to compile.

#include <tenet/tenet.hpp>

using namespace tenet;

using LeNet = Network<Input<1, 28, 28>,
    Conv2d<6, Kernel<5>, Padding<2>>, ReLU, MaxPool2d<2>,
    Conv2d<16, Kernel<5>>,            ReLU, MaxPool2d<2>,
    Flatten, Linear<120>, ReLU, Linear<84>, ReLU, Linear<10>>;

int main() {
    auto [train, test] = data::fashion_mnist();
    Model<LeNet> model{Seed{42}};
    Trainer trainer{model, CrossEntropy{}, SGD{.learning_rate = 0.1}};
    trainer.fit(train, {.epochs = 10, .batch_size = 256, .validation = &test});
    io::save(model, "lenet.safetensors");
}
