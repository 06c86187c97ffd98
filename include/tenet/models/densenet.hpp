#pragma once

#include <string_view>
#include <utility>

#include <tenet/diagnostics/type_name.hpp>
#include <tenet/layers/activations.hpp>
#include <tenet/layers/batch_norm.hpp>
#include <tenet/layers/convolution.hpp>
#include <tenet/layers/flatten.hpp>
#include <tenet/layers/linear.hpp>
#include <tenet/layers/named.hpp>
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

namespace detail {

/// torchvision's name of a layer: "denselayer1" is the first.
template <int I, class Layer>
struct DenseLayer {
    using named_layer = Layer;
    TENET_LOCAL static constexpr Text text = Text{} << "denselayer" << I + 1;
    static constexpr std::string_view name() { return text.view(); }
};

template <int Growth, class Indices>
struct BottleneckDenseBlock;
template <int Growth, int... I>
struct BottleneckDenseBlock<Growth, std::integer_sequence<int, I...>> {
    using Way = Branch<Named<"norm1", BatchNorm2d<>>, ReLU, Named<"conv1", Conv2d<4 * Growth, Kernel<1>, NoBias>>,
                       Named<"norm2", BatchNorm2d<>>, ReLU, Named<"conv2", Conv2d<Growth, Kernel<3>, Padding<1>, NoBias>>>;
    using type = Sequential<DenseLayer<I, Concat<Branch<>, Named<"", Way>>>...>;
};

}  // namespace detail

/// As DenseBlock, with a 1 x 1 convolution to four times `Growth` channels before each 3 x 3; no biases.
template <int Convolutions, int Growth>
using BottleneckDenseBlock =
    typename detail::BottleneckDenseBlock<Growth, std::make_integer_sequence<int, Convolutions>>::type;

/// Half of the channels that a block leaves, `Channels`, and half the image.
template <int Channels>
using BottleneckDenseTransition =
    Sequential<Named<"norm", BatchNorm2d<>>, ReLU, Named<"conv", Conv2d<Channels, Kernel<1>, NoBias>>, AvgPool2d<2>>;

/// The channels behind a block and its transition, of `channels`.
constexpr int dense_channels(int channels, int convolutions, int growth) {
    return (channels + convolutions * growth) / 2;
}

/// Four dense blocks with bottlenecks, as torchvision has them
/// (https://pytorch.org/vision/stable/models/densenet.html); its parameters load as they are.
template <class In, int Classes, int Width, int Growth, int One, int Two, int Three, int Four,
          int AfterOne = dense_channels(Width, One, Growth), int AfterTwo = dense_channels(AfterOne, Two, Growth),
          int AfterThree = dense_channels(AfterTwo, Three, Growth)>
using BottleneckDenseNet = Network<In,
    Named<"features", Sequential<
        Named<"conv0", Conv2d<Width, Kernel<7>, Stride<2>, Padding<3>, NoBias>>, Named<"norm0", BatchNorm2d<>>, ReLU,
        MaxPool2d<3, Stride<2>, Padding<1>>,
        Named<"denseblock1", BottleneckDenseBlock<One, Growth>>, Named<"transition1", BottleneckDenseTransition<AfterOne>>,
        Named<"denseblock2", BottleneckDenseBlock<Two, Growth>>, Named<"transition2", BottleneckDenseTransition<AfterTwo>>,
        Named<"denseblock3", BottleneckDenseBlock<Three, Growth>>, Named<"transition3", BottleneckDenseTransition<AfterThree>>,
        Named<"denseblock4", BottleneckDenseBlock<Four, Growth>>, Named<"norm5", BatchNorm2d<>>>>,
    ReLU, GlobalAvgPool, Flatten, Named<"classifier", Linear<Classes>>>;

template <class In = Input<3, 224, 224>, int Classes = 1000, int Width = 64, int Growth = Width / 2>
using DenseNet121 = BottleneckDenseNet<In, Classes, Width, Growth, 6, 12, 24, 16>;
template <class In = Input<3, 224, 224>, int Classes = 1000, int Width = 64, int Growth = Width / 2>
using DenseNet169 = BottleneckDenseNet<In, Classes, Width, Growth, 6, 12, 32, 32>;

namespace torchvision {
using models::DenseNet121, models::DenseNet169;
}

}  // namespace tenet::models
