// A program whose convolutions are cuDNN's where it has them.
#include <tenet/cudnn.hpp>

using namespace tenet;

void train(const data::Dataset<float, data::Label>& data) {
    using Net = Network<Input<3, 16, 16>, Conv2d<8, Kernel<3>, Padding<1>>, ReLU, Flatten, Linear<3>>;
    Model<Net, Cuda> model{Seed{1}};
    Trainer trainer{model, CrossEntropy{}, SGD{.learning_rate = 0.1}};
    trainer.fit(data, {.epochs = 2, .batch_size = 4});
}
