#pragma once

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
#include <tenet/network/repeat.hpp>

namespace TENET_NAMESPACE::models {

/// Convolutions of 3 x 3 that keep the size, each with ReLU, and a pooling that halves it.
template <int Convolutions, int Channels>
using VggBlock = Sequential<Repeat<Convolutions, Conv2d<Channels, Kernel<3>, Padding<1>>, ReLU>, MaxPool2d<2>>;

/// A network of five VggBlocks with `One` to `Five` convolutions (https://arxiv.org/abs/1409.1556) as Dive into Deep
/// Learning, 8.2, has it; images of 32 x 32 or more. All hidden widths are divided by `Divisor`, unless `Hidden` names those
/// of the Linear layers: D2L trains `VGG11<Input<1, 224, 224>, 10, 4, 0.5f, 4096>` on Fashion-MNIST.
template <class In, int Classes, int Divisor, float DropoutRate, int Hidden, int One, int Two, int Three, int Four, int Five>
using VGG = Network<In,
    VggBlock<One, 64 / Divisor>, VggBlock<Two, 128 / Divisor>, VggBlock<Three, 256 / Divisor>,
    VggBlock<Four, 512 / Divisor>, VggBlock<Five, 512 / Divisor>,
    Flatten,
    Linear<Hidden>, ReLU, Dropout<DropoutRate>,
    Linear<Hidden>, ReLU, Dropout<DropoutRate>,
    Linear<Classes>>;

template <class In = Input<1, 224, 224>, int Classes = 10, int Divisor = 1, float DropoutRate = 0.5f,
          int Hidden = 4096 / Divisor>
using VGG11 = VGG<In, Classes, Divisor, DropoutRate, Hidden, 1, 1, 2, 2, 2>;
template <class In = Input<1, 224, 224>, int Classes = 10, int Divisor = 1, float DropoutRate = 0.5f,
          int Hidden = 4096 / Divisor>
using VGG13 = VGG<In, Classes, Divisor, DropoutRate, Hidden, 2, 2, 2, 2, 2>;
template <class In = Input<1, 224, 224>, int Classes = 10, int Divisor = 1, float DropoutRate = 0.5f,
          int Hidden = 4096 / Divisor>
using VGG16 = VGG<In, Classes, Divisor, DropoutRate, Hidden, 2, 2, 3, 3, 3>;
template <class In = Input<1, 224, 224>, int Classes = 10, int Divisor = 1, float DropoutRate = 0.5f,
          int Hidden = 4096 / Divisor>
using VGG19 = VGG<In, Classes, Divisor, DropoutRate, Hidden, 2, 2, 4, 4, 4>;

namespace detail {

/// So many convolutions of 3 x 3, `Norm` layers behind each, and a pooling, as a list.
template <int Convolutions, int Channels, class... Norm>
using VggLayers = join<Times<Convolutions, Conv2d<Channels, Kernel<3>, Padding<1>>, Norm..., ReLU>, List<MaxPool2d<2>>>;

/// torchvision's VGG, with its names.
template <class In, int Classes, int Divisor, float DropoutRate, class Features>
using ClassifiedFeatures = Network<In,
    Named<"features", Features>, AdaptiveAvgPool2d<7, 7>, Flatten,
    Named<"classifier", Sequential<
        Linear<4096 / Divisor>, ReLU, Dropout<DropoutRate>,
        Linear<4096 / Divisor>, ReLU, Dropout<DropoutRate>,
        Linear<Classes>>>>;

}  // namespace detail

namespace torchvision {

/// VGG as torchvision has it (https://pytorch.org/vision/stable/models/vgg.html), with its names and for any image of
/// 32 x 32 or more: features are averaged over 7 x 7 places, which changes nothing for images of 224 x 224. torchvision's
/// parameters load as they are. `Norm` stands behind each convolution: nothing, or `BatchNorm2d<>`.
template <class In, int Classes, int Divisor, float DropoutRate, int One, int Two, int Three, int Four, int Five, class... Norm>
using VGG = detail::ClassifiedFeatures<In, Classes, Divisor, DropoutRate, detail::Chain<
    detail::VggLayers<One, 64 / Divisor, Norm...>, detail::VggLayers<Two, 128 / Divisor, Norm...>,
    detail::VggLayers<Three, 256 / Divisor, Norm...>, detail::VggLayers<Four, 512 / Divisor, Norm...>,
    detail::VggLayers<Five, 512 / Divisor, Norm...>>>;

template <class In = Input<3, 224, 224>, int Classes = 1000, int Divisor = 1, float DropoutRate = 0.5f>
using VGG11 = VGG<In, Classes, Divisor, DropoutRate, 1, 1, 2, 2, 2>;
template <class In = Input<3, 224, 224>, int Classes = 1000, int Divisor = 1, float DropoutRate = 0.5f>
using VGG13 = VGG<In, Classes, Divisor, DropoutRate, 2, 2, 2, 2, 2>;
template <class In = Input<3, 224, 224>, int Classes = 1000, int Divisor = 1, float DropoutRate = 0.5f>
using VGG16 = VGG<In, Classes, Divisor, DropoutRate, 2, 2, 3, 3, 3>;
template <class In = Input<3, 224, 224>, int Classes = 1000, int Divisor = 1, float DropoutRate = 0.5f>
using VGG19 = VGG<In, Classes, Divisor, DropoutRate, 2, 2, 4, 4, 4>;
template <class In = Input<3, 224, 224>, int Classes = 1000, int Divisor = 1, float DropoutRate = 0.5f>
using VGG11BN = VGG<In, Classes, Divisor, DropoutRate, 1, 1, 2, 2, 2, BatchNorm2d<>>;
template <class In = Input<3, 224, 224>, int Classes = 1000, int Divisor = 1, float DropoutRate = 0.5f>
using VGG13BN = VGG<In, Classes, Divisor, DropoutRate, 2, 2, 2, 2, 2, BatchNorm2d<>>;
template <class In = Input<3, 224, 224>, int Classes = 1000, int Divisor = 1, float DropoutRate = 0.5f>
using VGG16BN = VGG<In, Classes, Divisor, DropoutRate, 2, 2, 3, 3, 3, BatchNorm2d<>>;
template <class In = Input<3, 224, 224>, int Classes = 1000, int Divisor = 1, float DropoutRate = 0.5f>
using VGG19BN = VGG<In, Classes, Divisor, DropoutRate, 2, 2, 4, 4, 4, BatchNorm2d<>>;

}  // namespace torchvision

}  // namespace tenet::models
