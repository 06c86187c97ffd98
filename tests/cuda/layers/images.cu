// Convolutions, pooling, normalisation of batches, dropouts, and the ways in which layers are put together.
#include "trained.cuh"

using namespace tenet;

namespace {

template <int Channels, class... Option>
using Convolution = Conv2d<Channels, Kernel<3>, Padding<1>, Option...>;

using Images = Network<Input<3, 8, 8>, Convolution<8, PaddingMode<reflect>>, BatchNorm2d<>, ReLU,
                       Residual<Convolution<8, Groups<8>, NoBias>, BatchNorm2d<>, ReLU, Frozen<Conv2d<8, Kernel<1>>>,
                                StochasticDepth<0.1f>>,
                       Checkpoint<Multiply<Branch<>, Branch<GlobalAvgPool, Flatten, Linear<8>, HardSigmoid>>>,
                       Concat<Branch<MaxPool2d<2>, ConvTranspose2d<4, Kernel<2>, Stride<2>>>,
                              Branch<Named<"last", Convolution<4>>, Dropout2d<0.25f>>>,
                       Repeat<2, Residual<Convolution<8, Groups<2>>, SiLU>>, AvgPool2d<2>, AdaptiveAvgPool2d<2>,
                       Dropout<0.5f>, Flatten, Reshape<32>, Linear<10>>;

}  // namespace

void train(const Batch<>& batch) {
    testing::train_on_gpu<Images>(CrossEntropy{0.1f}, SGD{.momentum = 0.9}, batch);
}
