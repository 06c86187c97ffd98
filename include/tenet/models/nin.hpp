#pragma once

#include <tenet/layers/activations.hpp>
#include <tenet/layers/convolution.hpp>
#include <tenet/layers/dropout.hpp>
#include <tenet/layers/flatten.hpp>
#include <tenet/layers/pool.hpp>
#include <tenet/network/network.hpp>

namespace TENET_NAMESPACE::models {

/// A convolution with these options and two of 1 x 1, which mix the channels of each pixel; each with ReLU.
template <int Channels, class... Option>
using NinBlock = Sequential<Conv2d<Channels, Option...>, ReLU, Conv2d<Channels, Kernel<1>>, ReLU, Conv2d<Channels, Kernel<1>>,
                            ReLU>;

/// Network in Network (https://arxiv.org/abs/1312.4400) as Dive into Deep Learning, 8.3, has it; images of 67 x 67 or more.
/// It has no Linear layer: the last block has a channel for each class. All other widths are divided by `Divisor`.
/// torchvision has none.
template <class In = Input<1, 224, 224>, int Classes = 10, int Divisor = 1, float DropoutRate = 0.5f>
using NiN = Network<In,
    NinBlock<96 / Divisor, Kernel<11>, Stride<4>>, MaxPool2d<3, Stride<2>>,
    NinBlock<256 / Divisor, Kernel<5>, Padding<2>>, MaxPool2d<3, Stride<2>>,
    NinBlock<384 / Divisor, Kernel<3>, Padding<1>>, MaxPool2d<3, Stride<2>>,
    Dropout<DropoutRate>,
    NinBlock<Classes, Kernel<3>, Padding<1>>, GlobalAvgPool,
    Flatten>;

}  // namespace tenet::models
