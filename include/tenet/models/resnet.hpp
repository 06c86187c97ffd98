#pragma once

#include <tenet/layers/activations.hpp>
#include <tenet/layers/batch_norm.hpp>
#include <tenet/layers/convolution.hpp>
#include <tenet/layers/flatten.hpp>
#include <tenet/layers/linear.hpp>
#include <tenet/layers/named.hpp>
#include <tenet/layers/pool.hpp>
#include <tenet/models/chain.hpp>
#include <tenet/network/network.hpp>
#include <tenet/network/repeat.hpp>
#include <tenet/network/residual.hpp>

namespace TENET_NAMESPACE::models {

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
/// as many each, as Dive into Deep Learning, 8.6, has them.
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

/// The way around a block that changes the shape, as torchvision has it: a normalised convolution of 1 x 1.
template <int Channels, int Step = 1>
using Downsample = Named<"downsample", Shortcut<Conv2d<Channels, Kernel<1>, Stride<Step>, NoBias>, BatchNorm2d<>>>;

/// torchvision's BasicBlock: two 3 x 3 convolutions; `Around` is a `Downsample` where the shape changes, or nothing.
template <int Width, int Step = 1, class... Around>
using BasicBlock = Sequential<
    Named<"", Residual<
        Named<"conv1", Conv2d<Width, Kernel<3>, Stride<Step>, Padding<1>, NoBias>>, Named<"bn1", BatchNorm2d<>>, ReLU,
        Named<"conv2", Conv2d<Width, Kernel<3>, Padding<1>, NoBias>>,               Named<"bn2", BatchNorm2d<>>, Around...>>,
    ReLU>;

/// torchvision's Bottleneck: a 3 x 3 convolution on a quarter of the channels, between two of 1 x 1.
template <int Width, int Step = 1, class... Around>
using Bottleneck = Sequential<
    Named<"", Residual<
        Named<"conv1", Conv2d<Width, Kernel<1>, NoBias>>,                           Named<"bn1", BatchNorm2d<>>, ReLU,
        Named<"conv2", Conv2d<Width, Kernel<3>, Stride<Step>, Padding<1>, NoBias>>, Named<"bn2", BatchNorm2d<>>, ReLU,
        Named<"conv3", Conv2d<4 * Width, Kernel<1>, NoBias>>,                       Named<"bn3", BatchNorm2d<>>, Around...>>,
    ReLU>;

/// A block, and others behind it.
template <class First, int Repeats, class Block>
using ResNetStage = detail::Chain<List<First>, detail::Times<Repeats - 1, Block>>;

template <int Repeats, int Width, int Step>
using BottleneckStage = ResNetStage<Bottleneck<Width, Step, Downsample<4 * Width, Step>>, Repeats, Bottleneck<Width>>;

namespace detail {

/// torchvision's ResNets of four stages, with its names.
template <class In, int Classes, int Width, class One, class Two, class Three, class Four>
using StagedResNet = Network<In,
    Named<"conv1", Conv2d<Width, Kernel<7>, Stride<2>, Padding<3>, NoBias>>, Named<"bn1", BatchNorm2d<>>, ReLU,
    MaxPool2d<3, Stride<2>, Padding<1>>,
    Named<"layer1", One>, Named<"layer2", Two>, Named<"layer3", Three>, Named<"layer4", Four>,
    GlobalAvgPool, Flatten, Named<"fc", Linear<Classes>>>;

}  // namespace detail

/// Deep ResNets as torchvision has them (https://pytorch.org/vision/stable/models/resnet.html): bottlenecks with `Width`
/// to 8 `Width` channels inside and four times as many outside. torchvision's parameters load as they are.
template <class In, int Classes, int Width, int One, int Two, int Three, int Four>
using BottleneckResNet = detail::StagedResNet<In, Classes, Width,
    BottleneckStage<One, Width, 1>, BottleneckStage<Two, 2 * Width, 2>,
    BottleneckStage<Three, 4 * Width, 2>, BottleneckStage<Four, 8 * Width, 2>>;

template <class In = Input<3, 224, 224>, int Classes = 1000, int Width = 64>
using ResNet50 = BottleneckResNet<In, Classes, Width, 3, 4, 6, 3>;
template <class In = Input<3, 224, 224>, int Classes = 1000, int Width = 64>
using ResNet101 = BottleneckResNet<In, Classes, Width, 3, 4, 23, 3>;
template <class In = Input<3, 224, 224>, int Classes = 1000, int Width = 64>
using ResNet152 = BottleneckResNet<In, Classes, Width, 3, 8, 36, 3>;

/// Networks in torchvision's form where Dive into Deep Learning has another one under the same name. Like those that have
/// one form alone, they have torchvision's names, so that its parameters load as they are.
namespace torchvision {

template <int Repeats, int Width>
using Stage = ResNetStage<BasicBlock<Width, 2, Downsample<Width, 2>>, Repeats, BasicBlock<Width>>;

/// Without biases in the convolutions, and with a batch normalisation in the way around.
template <class In, int Classes, int Width, int One, int Two, int Three, int Four>
using ResNet = detail::StagedResNet<In, Classes, Width,
    ResNetStage<BasicBlock<Width>, One, BasicBlock<Width>>, Stage<Two, 2 * Width>, Stage<Three, 4 * Width>,
    Stage<Four, 8 * Width>>;

template <class In = Input<3, 224, 224>, int Classes = 1000, int Width = 64>
using ResNet18 = ResNet<In, Classes, Width, 2, 2, 2, 2>;
template <class In = Input<3, 224, 224>, int Classes = 1000, int Width = 64>
using ResNet34 = ResNet<In, Classes, Width, 3, 4, 6, 3>;

using models::ResNet50, models::ResNet101, models::ResNet152;

}  // namespace torchvision

}  // namespace tenet::models
