#include <concepts>

#include <tenet/models.hpp>
#include <tenet/network.hpp>
#include <tenet/network/eval_network.hpp>

/// What inference leaves out of a network, and what it must leave in.

using namespace tenet;

namespace {

template <class Net>
constexpr int removed = Net::layer_count - EvalNetwork<Net>::layer_count;

template <class Net, class Layer>
constexpr int count_of =
    []<class... L>(List<L...>) { return (0 + ... + std::same_as<L, Layer>); }(typename EvalNetwork<Net>::leaves{});

// Into the convolution or Linear that it alone reads, which gets a bias if it had none.
using Chain =
    Network<Input<3, 8, 8>, Conv2d<4, Kernel<3>, NoBias>, BatchNorm2d<>, ReLU, Flatten, Linear<5>, BatchNorm1d<>>;
static_assert(removed<Chain> == 2);
static_assert(EvalNetwork<Chain>::graph.nodes[0].parameter_count == 2 && EvalNetwork<Chain>::Leaf<0>::operation.bias);
static_assert(!Chain::Leaf<0>::operation.bias);
static_assert(EvalNetwork<Chain>::parameter_tensor_count == 4);
static_assert(EvalNetwork<Chain>::parameter_count == Chain::parameter_count - 2 * (4 + 5) + 4);
static_assert(EvalNetwork<Chain>::buffer_count == 0 && Chain::buffer_count == 2 * (4 + 5));
static_assert(EvalNetwork<Chain>::output_shape == Shape{5} && EvalNetwork<Chain>::input_shape == Chain::input_shape);
static_assert(EvalNetwork<Chain>::graph.output == 4 && EvalNetwork<Chain>::forward_flops() < Chain::forward_flops());
static_assert(removed<Network<Input<4, 9>, Frozen<Conv1d<4, Kernel<3>, Groups<2>>>, Frozen<BatchNorm1d<NoAffine>>>> ==
              1);

// A transposed convolution's weight has its output channels in columns, a group's each.
using Upward = Network<Input<4, 3, 3>, ConvTranspose2d<6, Kernel<2>, Groups<2>, NoBias>, BatchNorm2d<>>;
static_assert(removed<Upward> == 1 && EvalNetwork<Upward>::parameters[1].spec.shape == Shape{6});
static_assert([](const auto& weight) {
    return weight.channel(0, 2, 3) == 2 && weight.channel(1, 2, 3) == 2 && weight.channel(2, 0, 3) == 3;
}(EvalNetwork<Upward>::source(0)));
static_assert(EvalNetwork<Upward>::source(1).channel(5, 0, 1) == 5);

// Random layers go first, and so stand between nothing.
static_assert(removed<Network<Input<3, 8, 8>, Conv2d<4, Kernel<3>>, Dropout2d<0.2f>, BatchNorm2d<>, Dropout<>, ReLU>> ==
              3);
static_assert(removed<Network<Input<6>, Residual<Linear<6>, StochasticDepth<0.5f>>, Flatten>> == 2);
static_assert(EvalNetwork<Network<Input<6>, Dropout<>>>::layer_count == 0);
// Pooling of single elements goes, one that leaves elements out stays.
static_assert(removed<Network<Input<6, 1, 1>, GlobalAvgPool, Flatten, Linear<3>>> == 1);
static_assert(removed<Network<Input<6, 2, 2>, GlobalAvgPool, Flatten, Linear<3>>> == 0);
static_assert(removed<Network<Input<6, 4, 4>, MaxPool2d<1, Stride<1>>, AvgPool2d<1, Stride<2>>>> == 1);

// Not where another reads what goes into it, or a layer stands between them.
static_assert(removed<Network<Input<2, 4, 4>, Conv2d<3, Kernel<1>>, Concat<Branch<>, Branch<BatchNorm2d<>>>>> == 0);
static_assert(removed<Network<Input<2, 4, 4>, Conv2d<3, Kernel<1>>, Residual<BatchNorm2d<>>>> == 0);
static_assert(removed<Network<Input<2, 4, 4>, Conv2d<3, Kernel<1>>, ReLU, BatchNorm2d<>>> == 0);
static_assert(removed<Network<Input<2, 4, 4>, BatchNorm2d<>, Conv2d<3, Kernel<1>>>> == 0);
static_assert(removed<Network<Input<2, 4, 4>, Concat<Branch<Conv2d<3, Kernel<1>>>, Branch<>>, BatchNorm2d<>>> == 0);
// One after the other: the second stays.
static_assert(removed<Network<Input<2, 4, 4>, Conv2d<3, Kernel<1>>, BatchNorm2d<>, BatchNorm2d<>>> == 1);

// Not into parameters that another layer uses; but a shared BatchNorm itself may be folded at one place and stay at
// another, which then holds its parameters.
using Twice = Shared<struct Twin, Conv2d<2, Kernel<1>>>;
static_assert(removed<Network<Input<2, 4, 4>, Twice, BatchNorm2d<>, Twice, BatchNorm2d<>>> == 0);
using Norm = Shared<struct Both, BatchNorm2d<>>;
using Partly = Network<Input<2, 4, 4>, Conv2d<2, Kernel<1>>, Norm, ReLU, Norm>;
static_assert(removed<Partly> == 1 && EvalNetwork<Partly>::parameter_tensor_count == 6);
static_assert(EvalNetwork<Partly>::graph.nodes[2].parameters_of == 2);

// All of a ResNet and of a MobileNet, depthwise convolutions included; only the first of a DenseNet, which normalises
// before it convolves. And GlobalAvgPool, which they end in, of 1 x 1.
using ResNet = models::ResNet18<Input<3, 32, 32>, 10, 8>;
static_assert(removed<ResNet> == 17 + 1 && count_of<ResNet, BatchNorm2d<>> == 0);
using MobileNet = models::MobileNetV2<Input<3, 32, 32>, 10, 0.25f>;
static_assert(removed<MobileNet> == 53 + 1 && count_of<MobileNet, BatchNorm2d<>> == 0);  // and a Dropout
using DenseNet = models::DenseNet<Input<1, 32, 32>, 10, 8>;
static_assert(removed<DenseNet> == 1 + 1 && count_of<DenseNet, BatchNorm2d<>> == 20);

}  // namespace
