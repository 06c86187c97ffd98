#pragma once

#include <tenet/math/formula.hpp>
#include <tenet/network.hpp>

/// Small networks that hold what those of networks.hpp do not: together they have every layer and every way to put
/// layers together.
namespace tenet::testing {

using Resized = Network<Input<4, 4, 4>, ReflectionPad2d<1, 0, 0, 1>, ReplicationPad2d<1>, ZeroPad2d<1>, LocalResponseNorm<3>,
                        PixelShuffle<2>, Upsample<ScaleFactor<2>>, AdaptiveAvgPool2d<6, 5>,
                        Upsample<OutputSize<7, 6>, Bilinear>, Flatten, Linear<7>>;
// No bias before a normalisation that takes it away again: its gradient would be rounding alone.
using NormedImage =
    Network<Input<4, 6, 6>, LayerNorm<1>, Conv2d<6, Kernel<3>>, GroupNorm<2>, GELUTanh, Conv2d<4, Kernel<1>, NoBias>,
            InstanceNorm2d<Affine>, Tanh, RMSNorm<2>, Conv2d<6, Kernel<2>, NoBias>, BatchNorm2d<>, ReLU6, Dropout2d<0.25f>, Flatten,
            Linear<5>>;
using NormedSequence =
    Network<Input<3, 12>, Conv1d<4, Kernel<3>, NoBias>, InstanceNorm1d<>, Tanh, ConvTranspose1d<4, Kernel<2>, Stride<2>, NoBias>,
            BatchNorm1d<>, SiLU, AdaptiveAvgPool1d<6>, Dropout1d<0.25f>, AvgPool1d<2>, Flatten, Linear<4>>;
using NormedVolume = Network<Input<2, 4, 5, 4>, Conv3d<3, Kernel<2>, NoBias>, InstanceNorm3d<>, Tanh, MaxPool3d<2, Stride<1>>,
                             Conv3d<3, Kernel<1>, NoBias>, BatchNorm3d<>, Dropout3d<0.25f>, Flatten, Linear<4>>;
using Joined = Network<
    Input<3, 8, 8>, Conv2d<8, Kernel<3>, Padding<1>, NoBias>, BatchNorm2d<>, ReLU,
    Residual<Conv2d<8, Kernel<3>, Padding<1>, Groups<8>, NoBias>, BatchNorm2d<>, ReLU, Frozen<Conv2d<8, Kernel<1>>>,
             StochasticDepth<0.25f>, Shortcut<Conv2d<8, Kernel<1>>>>,
    Checkpoint<Multiply<Branch<>, Branch<GlobalAvgPool, Flatten, Linear<8>, HardSigmoid>>>,
    Concat<Branch<MaxPool2d<2>, ConvTranspose2d<4, Kernel<2>, Stride<2>>>, Branch<Named<"last", Conv2d<4, Kernel<1>>>>>,
    Repeat<2, Residual<Conv2d<8, Kernel<3>, Padding<1>, Groups<2>>, Activation<formula::x * sigmoid(formula::x)>>>,
    Frozen<Sequential<BatchNorm2d<>, Dropout<>>, EvalMode>, AvgPool2d<2>, Flatten, Linear<10>>;
struct Tag;
using Tied = Shared<Tag, Sequential<Linear<6>, Tanh>>;
using Graphs = Network<Input<6>,
                       Graph<Inputs<"x">, Node<"once", Tied, From<"x">>, Node<"twice", Tied, From<"once">>,
                             Node<"sum", Add<Branch<>, Branch<Linear<6>>>, From<"twice">>,
                             Node<"all", Concat<>, From<"once", "sum", "x">>, Outputs<"all">>,
                       Frozen<BatchNorm1d<>, EvalMode>, Linear<4>>;

/// Calls visit.template operator()<Net>(name).
template <class Visit>
void for_each_layer_network(const Visit& visit) {
    visit.template operator()<Resized>("Resized");
    visit.template operator()<NormedImage>("NormedImage");
    visit.template operator()<NormedSequence>("NormedSequence");
    visit.template operator()<NormedVolume>("NormedVolume");
    visit.template operator()<Joined>("Joined");
    visit.template operator()<Graphs>("Graphs");
}

}  // namespace tenet::testing
