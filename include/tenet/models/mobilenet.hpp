#pragma once

#include <type_traits>

#include <tenet/layers/activations.hpp>
#include <tenet/layers/batch_norm.hpp>
#include <tenet/layers/convolution.hpp>
#include <tenet/layers/dropout.hpp>
#include <tenet/layers/flatten.hpp>
#include <tenet/layers/linear.hpp>
#include <tenet/layers/named.hpp>
#include <tenet/layers/pool.hpp>
#include <tenet/models/chain.hpp>
#include <tenet/network/network.hpp>
#include <tenet/network/residual.hpp>

namespace TENET_NAMESPACE::models {

/// A convolution without bias that keeps the size, or halves it with `Step` 2, normalised, then ReLU6.
template <int Channels, int Size, int Step = 1, int GroupCount = 1>
using MobileConv = Sequential<
    Conv2d<Channels, Kernel<Size>, Stride<Step>, Padding<Size / 2>, Groups<GroupCount>, NoBias>, BatchNorm2d<>, ReLU6>;

namespace detail {

template <class... Layer>
struct InvertedResidualOf {
    using Layers = Named<"conv", Sequential<Layer...>>;
    template <bool Around>
    using type = std::conditional_t<Around, Residual<Layers>, Sequential<Layers>>;
};

/// `Expansion` times as many channels, a 3 x 3 convolution of each by itself, and `Out` channels of these.
template <int In, int Out, int Expansion, int Step>
struct InvertedResidual
    : InvertedResidualOf<MobileConv<In * Expansion, 1>, MobileConv<In * Expansion, 3, Step, In * Expansion>,
                         Conv2d<Out, Kernel<1>, NoBias>, BatchNorm2d<>> {};
template <int In, int Out, int Step>
struct InvertedResidual<In, Out, 1, Step>
    : InvertedResidualOf<MobileConv<In, 3, Step, In>, Conv2d<Out, Kernel<1>, NoBias>, BatchNorm2d<>> {};

}  // namespace detail

/// MobileNetV2's block: wide inside, narrow outside, and around it the input itself where its shape stays.
template <int In, int Out, int Expansion, int Step = 1>
using InvertedResidual =
    typename detail::InvertedResidual<In, Out, Expansion, Step>::template type<Step == 1 && In == Out>;

/// A list of blocks.
template <int Repeats, int In, int Out, int Expansion, int Step>
using MobileStage = join<List<InvertedResidual<In, Out, Expansion, Step>>,
                         detail::Times<Repeats - 1, InvertedResidual<Out, Out, Expansion>>>;

/// A multiple of 8 near `channels` times `multiplier`, but not less than nine tenths of that.
constexpr int mobile_channels(int channels, float multiplier) {
    const float wanted = static_cast<float>(channels) * multiplier;
    const int rounded = static_cast<int>(wanted + 4.0f) / 8 * 8, least = rounded < 8 ? 8 : rounded;
    return static_cast<float>(least) < 0.9f * wanted ? least + 8 : least;
}

/// MobileNetV2 (https://arxiv.org/abs/1801.04381) as torchvision has it
/// (https://pytorch.org/vision/stable/models/mobilenetv2.html), with its width multiplier, but `Hidden` channels before
/// the classifier. torchvision's parameters load as they are.
template <class In = Input<3, 224, 224>, int Classes = 1000, float Multiplier = 1.0f, float DropoutRate = 0.2f,
          int Hidden = mobile_channels(1280, Multiplier > 1.0f ? Multiplier : 1.0f),
          int A = mobile_channels(32, Multiplier), int B = mobile_channels(16, Multiplier),
          int C = mobile_channels(24, Multiplier), int D = mobile_channels(64, Multiplier),
          int E = mobile_channels(96, Multiplier), int F = mobile_channels(160, Multiplier),
          int G = mobile_channels(320, Multiplier)>
using MobileNetV2 = Network<In,
    Named<"features", detail::Chain<List<MobileConv<A, 3, 2>>,
        MobileStage<1, A, B, 1, 1>, MobileStage<2, B, C, 6, 2>, MobileStage<3, C, A, 6, 2>, MobileStage<4, A, D, 6, 2>,
        MobileStage<3, D, E, 6, 1>, MobileStage<3, E, F, 6, 2>, MobileStage<1, F, G, 6, 1>,
        List<MobileConv<Hidden, 1>>>>,
    GlobalAvgPool, Flatten, Named<"classifier", Sequential<Dropout<DropoutRate>, Linear<Classes>>>>;

namespace torchvision {
using models::MobileNetV2;
}

}  // namespace tenet::models
