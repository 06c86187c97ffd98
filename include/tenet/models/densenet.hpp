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

namespace TENET_NAMESPACE::models {

/// `Convolutions` times: what is there, and `Growth` channels more that are computed from all of it.
template <int Convolutions, int Growth>
using DenseBlock = Repeat<Convolutions,
    Concat<Branch<>, Branch<BatchNorm2d<>, ReLU, Conv2d<Growth, Kernel<3>, Padding<1>>>>>;

/// Fewer channels and half the image between two dense blocks.
template <int Channels>
using DenseTransition = Sequential<BatchNorm2d<>, ReLU, Conv2d<Channels, Kernel<1>>, AvgPool2d<2>>;

/// Four dense blocks of four convolutions each (https://arxiv.org/abs/1608.06993) as Dive into Deep Learning, 8.7, has them:
/// `Width` channels before the first, and half the channels between two.
template <class In = Input<1, 224, 224>, int Classes = 10, int Width = 64, int Growth = Width / 2>
using DenseNet = Network<In,
    Conv2d<Width, Kernel<7>, Stride<2>, Padding<3>>, BatchNorm2d<>, ReLU, MaxPool2d<3, Stride<2>, Padding<1>>,
    DenseBlock<4, Growth>, DenseTransition<(Width + 4 * Growth) / 2>,
    DenseBlock<4, Growth>, DenseTransition<((Width + 4 * Growth) / 2 + 4 * Growth) / 2>,
    DenseBlock<4, Growth>, DenseTransition<(((Width + 4 * Growth) / 2 + 4 * Growth) / 2 + 4 * Growth) / 2>,
    DenseBlock<4, Growth>, BatchNorm2d<>, ReLU,
    GlobalAvgPool, Flatten, Linear<Classes>>;

/// As DenseBlock, with a 1 x 1 convolution to four times `Growth` channels before each 3 x 3; no biases.
template <int Convolutions, int Growth>
using BottleneckDenseBlock = Repeat<Convolutions,
    Concat<Branch<>, Branch<BatchNorm2d<>, ReLU, Conv2d<4 * Growth, Kernel<1>, NoBias>,
                            BatchNorm2d<>, ReLU, Conv2d<Growth, Kernel<3>, Padding<1>, NoBias>>>>;

/// A block, and half of the channels that there are then: `Channels`.
template <int Convolutions, int Growth, int Channels>
using DenseStage = Sequential<BottleneckDenseBlock<Convolutions, Growth>,
                              BatchNorm2d<>, ReLU, Conv2d<Channels, Kernel<1>, NoBias>, AvgPool2d<2>>;

/// The channels that a DenseStage leaves of `channels`.
constexpr int dense_channels(int channels, int convolutions, int growth) {
    return (channels + convolutions * growth) / 2;
}

/// Four dense blocks with bottlenecks, as torchvision has them
/// (https://pytorch.org/vision/stable/models/densenet.html); parameters come in the order of torchvision's.
template <class In, int Classes, int Width, int Growth, int One, int Two, int Three, int Four,
          int AfterOne = dense_channels(Width, One, Growth), int AfterTwo = dense_channels(AfterOne, Two, Growth),
          int AfterThree = dense_channels(AfterTwo, Three, Growth)>
using BottleneckDenseNet = Network<In,
    Conv2d<Width, Kernel<7>, Stride<2>, Padding<3>, NoBias>, BatchNorm2d<>, ReLU, MaxPool2d<3, Stride<2>, Padding<1>>,
    DenseStage<One, Growth, AfterOne>, DenseStage<Two, Growth, AfterTwo>, DenseStage<Three, Growth, AfterThree>,
    BottleneckDenseBlock<Four, Growth>, BatchNorm2d<>, ReLU,
    GlobalAvgPool, Flatten, Linear<Classes>>;

template <class In = Input<3, 224, 224>, int Classes = 1000, int Width = 64, int Growth = Width / 2>
using DenseNet121 = BottleneckDenseNet<In, Classes, Width, Growth, 6, 12, 24, 16>;
template <class In = Input<3, 224, 224>, int Classes = 1000, int Width = 64, int Growth = Width / 2>
using DenseNet169 = BottleneckDenseNet<In, Classes, Width, Growth, 6, 12, 32, 32>;

}  // namespace tenet::models
