#pragma once

#include <tenet/network.hpp>

#include <support/layers.hpp>

/// Small networks that together hold every kind of layer, epilogue and neighbourhood: laws are tested on all of them.
namespace tenet::testing {

using FusedMlp = Network<Input<37>, Linear<19>, ReLU, Linear<33>, Tanh, Linear<10>, Sigmoid>;
using UnfusedMlp = Network<Input<7>, Linear<20>, GELU, Linear<9>, SiLU, Linear<1>, Softplus<>>;
using WideMlp = Network<Input<130>, Linear<70>, ReLU, Linear<40>>;
using DropoutMlp =
    Network<Input<20>, Dropout<0.25f>, Linear<30>, ReLU, Dropout<0.5f>, Linear<17>, ELU<>, Dropout<0.125f>, Linear<5>>;
using MixedMlp = Network<Input<11>, PReLU<>, Sequential<Linear<16>, LeakyReLU<>, Frozen<Linear<12>>>, HardTanh<>, Quadratic,
                         Named<"last", Linear<6, NoBias>>, LogSoftmax>;
using SmallLeNet = Network<Input<1, 12, 12>, Conv2d<4, Kernel<5>, Padding<2>>, ReLU, MaxPool2d<2>, Conv2d<6, Kernel<3>>, Sigmoid,
                           AvgPool2d<2>, Flatten, Linear<15>, ReLU, Linear<10>>;
using ManyConvolutions = Network<Input<3, 7, 6>, Conv2d<4, Kernel<3>, Padding<1>, PaddingMode<reflect>>, Tanh,
                                 Conv2d<8, Kernel<3>, Stride<2>, Groups<2>>, PReLU<8>, Conv2d<5, Kernel<1>>, GELU, GlobalAvgPool,
                                 Flatten, Softmax>;
/// The second convolution is one that the CPU computes by Winograd's transforms, with tiles at odd ends.
using Tiles = Network<Input<2, 8, 7>, Conv2d<16, Kernel<3>, Padding<1>>, Tanh, Conv2d<16, Kernel<3>, Padding<1>>, ReLU, MaxPool2d<2>,
                      Flatten, Linear<5>>;
using Sequence = Network<Input<2, 15>, Conv1d<5, Kernel<4>, Dilation<2>>, SELU, MaxPool1d<3, Stride<2>>, Dropout<0.5f>,
                         Frozen<Conv1d<3, Kernel<2>>>, Softsign, Flatten, Linear<4>>;
using Volume = Network<Input<1, 4, 5, 4>, Conv3d<3, Kernel<2>, Padding<1, 0, 1>>, Mish, AvgPool3d<2, Stride<1>>, Reshape<144>,
                       Linear<7>, HardSigmoid, Moments>;
using NoLayersWithNumbers = Network<Input<2, 3>, Flatten>;

/// Calls visit.template operator()<Net>(name) for those whose samples are vectors.
template <class Visit>
void for_each_vector_network(const Visit& visit) {
    visit.template operator()<FusedMlp>("FusedMlp");
    visit.template operator()<UnfusedMlp>("UnfusedMlp");
    visit.template operator()<WideMlp>("WideMlp");
    visit.template operator()<DropoutMlp>("DropoutMlp");
    visit.template operator()<MixedMlp>("MixedMlp");
    visit.template operator()<NoLayersWithNumbers>("NoLayersWithNumbers");
}

/// The same for sequences, images and volumes.
template <class Visit>
void for_each_image_network(const Visit& visit) {
    visit.template operator()<SmallLeNet>("SmallLeNet");
    visit.template operator()<ManyConvolutions>("ManyConvolutions");
    visit.template operator()<Tiles>("Tiles");
    visit.template operator()<Sequence>("Sequence");
    visit.template operator()<Volume>("Volume");
}

template <class Visit>
void for_each_network(const Visit& visit) {
    for_each_vector_network(visit);
    for_each_image_network(visit);
}

}  // namespace tenet::testing
