#pragma once

#include <tenet/layers/activations.hpp>
#include <tenet/layers/convolution.hpp>
#include <tenet/layers/dropout.hpp>
#include <tenet/layers/flatten.hpp>
#include <tenet/layers/linear.hpp>
#include <tenet/layers/pool.hpp>
#include <tenet/network/network.hpp>
#include <tenet/network/repeat.hpp>

namespace TENET_NAMESPACE::models {

/// Convolutions of 3 x 3 that keep the size, each with ReLU, and a pooling that halves it.
template <int Convolutions, int Channels>
using VggBlock = Sequential<Repeat<Convolutions, Conv2d<Channels, Kernel<3>, Padding<1>>, ReLU>, MaxPool2d<2>>;

/// A network of five VggBlocks with `One` to `Five` convolutions (https://arxiv.org/abs/1409.1556) as Dive into Deep
/// Learning, 8.2, has it; images of 32 x 32 or more. All hidden widths are divided by `Divisor`, unless `Hidden` names those
/// of the Linear layers: D2L trains `VGG11<Input<1, 224, 224>, 10, 4, 0.5f, 4096>` on Fashion-MNIST.
///
/// torchvision's averages over 7 x 7 before Flatten, which changes nothing for images of 224 x 224.
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

}  // namespace tenet::models
