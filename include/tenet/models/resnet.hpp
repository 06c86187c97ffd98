#pragma once

#include <tenet/layers/activations.hpp>
#include <tenet/layers/batch_norm.hpp>
#include <tenet/layers/convolution.hpp>
#include <tenet/layers/flatten.hpp>
#include <tenet/layers/linear.hpp>
#include <tenet/layers/pool.hpp>
#include <tenet/network/network.hpp>
#include <tenet/network/repeat.hpp>
#include <tenet/network/residual.hpp>

namespace tenet::models {

/// Two 3 x 3 convolutions, and around them the input itself: D2L's `Residual(Channels)`.
template <int Channels>
using ResidualBlock = Sequential<
    Residual<Conv2d<Channels, Kernel<3>, Padding<1>>, BatchNorm2d<>, ReLU,
             Conv2d<Channels, Kernel<3>, Padding<1>>, BatchNorm2d<>>,
    ReLU>;

/// The same that halves the image and changes the channels: a 1 x 1 convolution stands in the way around.
template <int Channels>
using DownsamplingBlock = Sequential<
    Residual<Conv2d<Channels, Kernel<3>, Stride<2>, Padding<1>>, BatchNorm2d<>, ReLU,
             Conv2d<Channels, Kernel<3>, Padding<1>>, BatchNorm2d<>,
             Shortcut<Conv2d<Channels, Kernel<1>, Stride<2>>>>,
    ReLU>;

/// Four stages of residual blocks (https://arxiv.org/abs/1512.03385), the first with `Width` channels and the others with twice
/// as many each, as Dive into Deep Learning, 8.6, has them. torchvision's have no biases in the convolutions, and a batch
/// normalisation in the way around.
template <class In, int Classes, int Width, int One, int Two, int Three, int Four>
using ResNet = Network<In,
    Conv2d<Width, Kernel<7>, Stride<2>, Padding<3>>, BatchNorm2d<>, ReLU, MaxPool2d<3, Stride<2>, Padding<1>>,
    Repeat<One, ResidualBlock<Width>>,
    DownsamplingBlock<2 * Width>, Repeat<Two - 1, ResidualBlock<2 * Width>>,
    DownsamplingBlock<4 * Width>, Repeat<Three - 1, ResidualBlock<4 * Width>>,
    DownsamplingBlock<8 * Width>, Repeat<Four - 1, ResidualBlock<8 * Width>>,
    GlobalAvgPool, Flatten, Linear<Classes>>;

template <class In = Input<1, 224, 224>, int Classes = 10, int Width = 64>
using ResNet18 = ResNet<In, Classes, Width, 2, 2, 2, 2>;
template <class In = Input<1, 224, 224>, int Classes = 10, int Width = 64>
using ResNet34 = ResNet<In, Classes, Width, 3, 4, 6, 3>;

}  // namespace tenet::models
