// A program of nvcc's whose convolutions the CPU computes by Winograd's transforms.
#include <tenet/tenet.hpp>

using namespace tenet;

using Net = Network<Input<2, 8, 8>, Conv2d<16, Kernel<3>, Padding<1>>, Tanh, Conv2d<16, Kernel<3>, Padding<1>>, ReLU,
                    Flatten, Linear<5>>;

void train(Model<Net>& model, const data::Dataset<float, data::Label>& data) {
    Trainer trainer{model, CrossEntropy{}, SGD{}};
    trainer.fit(data, {});
}
