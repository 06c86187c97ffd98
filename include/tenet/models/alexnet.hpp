#pragma once

#include <tenet/layers/activations.hpp>
#include <tenet/layers/convolution.hpp>
#include <tenet/layers/dropout.hpp>
#include <tenet/layers/flatten.hpp>
#include <tenet/layers/linear.hpp>
#include <tenet/layers/named.hpp>
#include <tenet/layers/pool.hpp>
#include <tenet/network/network.hpp>

namespace TENET_NAMESPACE::models {

/// AlexNet (Krizhevsky, Sutskever, Hinton, NeurIPS 2012) as Dive into Deep Learning, 8.1, has it; images of 65 x 65 or more.
/// All hidden widths are divided by `Divisor`.
template <class In = Input<1, 224, 224>, int Classes = 10, int Divisor = 1, float DropoutRate = 0.5f>
using AlexNet = Network<In,
    Conv2d<96 / Divisor, Kernel<11>, Stride<4>, Padding<1>>, ReLU, MaxPool2d<3, Stride<2>>,
    Conv2d<256 / Divisor, Kernel<5>, Padding<2>>,            ReLU, MaxPool2d<3, Stride<2>>,
    Conv2d<384 / Divisor, Kernel<3>, Padding<1>>,            ReLU,
    Conv2d<384 / Divisor, Kernel<3>, Padding<1>>,            ReLU,
    Conv2d<256 / Divisor, Kernel<3>, Padding<1>>,            ReLU, MaxPool2d<3, Stride<2>>,
    Flatten,
    Linear<4096 / Divisor>, ReLU, Dropout<DropoutRate>,
    Linear<4096 / Divisor>, ReLU, Dropout<DropoutRate>,
    Linear<Classes>>;

namespace torchvision {

/// AlexNet after https://arxiv.org/abs/1404.5997 as torchvision has it
/// (https://pytorch.org/vision/stable/models/alexnet.html): narrower, and any image of 63 x 63 or more, as its features are
/// averaged over 6 x 6 places. torchvision's parameters load as they are.
template <class In = Input<3, 224, 224>, int Classes = 1000, int Divisor = 1, float DropoutRate = 0.5f>
using AlexNet = Network<In,
    Named<"features", Sequential<
        Conv2d<64 / Divisor, Kernel<11>, Stride<4>, Padding<2>>, ReLU, MaxPool2d<3, Stride<2>>,
        Conv2d<192 / Divisor, Kernel<5>, Padding<2>>,            ReLU, MaxPool2d<3, Stride<2>>,
        Conv2d<384 / Divisor, Kernel<3>, Padding<1>>,            ReLU,
        Conv2d<256 / Divisor, Kernel<3>, Padding<1>>,            ReLU,
        Conv2d<256 / Divisor, Kernel<3>, Padding<1>>,            ReLU, MaxPool2d<3, Stride<2>>>>,
    AdaptiveAvgPool2d<6, 6>, Flatten,
    Named<"classifier", Sequential<
        Dropout<DropoutRate>, Linear<4096 / Divisor>, ReLU,
        Dropout<DropoutRate>, Linear<4096 / Divisor>, ReLU,
        Linear<Classes>>>>;

}  // namespace torchvision

}  // namespace tenet::models
