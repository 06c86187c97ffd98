#pragma once

#include <tenet/layers/activations.hpp>
#include <tenet/layers/batch_norm.hpp>
#include <tenet/layers/convolution.hpp>
#include <tenet/layers/flatten.hpp>
#include <tenet/layers/linear.hpp>
#include <tenet/layers/pool.hpp>
#include <tenet/network/concat.hpp>
#include <tenet/network/network.hpp>
#include <tenet/network/repeat.hpp>

namespace tenet::models {

/// `Convolutions` times: what is there, and `Growth` channels more that are computed from all of it.
template <int Convolutions, int Growth>
using DenseBlock = Repeat<Convolutions,
    Concat<Branch<>, Branch<BatchNorm2d<>, ReLU, Conv2d<Growth, Kernel<3>, Padding<1>>>>>;

/// Fewer channels and half the image between two dense blocks.
template <int Channels>
using DenseTransition = Sequential<BatchNorm2d<>, ReLU, Conv2d<Channels, Kernel<1>>, AvgPool2d<2>>;

/// Four dense blocks of four convolutions each (https://arxiv.org/abs/1608.06993) as Dive into Deep Learning, 8.7, has them:
/// `Width` channels before the first, and half the channels between two. DenseNet-121 has more convolutions, each behind a
/// 1 x 1 convolution.
template <class In = Input<1, 224, 224>, int Classes = 10, int Width = 64, int Growth = Width / 2>
using DenseNet = Network<In,
    Conv2d<Width, Kernel<7>, Stride<2>, Padding<3>>, BatchNorm2d<>, ReLU, MaxPool2d<3, Stride<2>, Padding<1>>,
    DenseBlock<4, Growth>, DenseTransition<(Width + 4 * Growth) / 2>,
    DenseBlock<4, Growth>, DenseTransition<((Width + 4 * Growth) / 2 + 4 * Growth) / 2>,
    DenseBlock<4, Growth>, DenseTransition<(((Width + 4 * Growth) / 2 + 4 * Growth) / 2 + 4 * Growth) / 2>,
    DenseBlock<4, Growth>, BatchNorm2d<>, ReLU,
    GlobalAvgPool, Flatten, Linear<Classes>>;

}  // namespace tenet::models
