#pragma once

#include <tenet/layers/activations.hpp>
#include <tenet/layers/convolution.hpp>
#include <tenet/layers/flatten.hpp>
#include <tenet/layers/linear.hpp>
#include <tenet/layers/pool.hpp>
#include <tenet/network/network.hpp>

namespace TENET_NAMESPACE::models {

/// LeNet-5 (LeCun et al., "Gradient-based learning applied to document recognition", 1998) as Dive into Deep Learning, 7.6,
/// has it: sigmoid and average pooling, and no Gaussian connections at the end. torchvision has none.
template <class In = Input<1, 28, 28>, int Classes = 10, class Activation = Sigmoid, class Pool = AvgPool2d<2>>
using LeNet = Network<In,
    Conv2d<6, Kernel<5>, Padding<2>>, Activation, Pool,
    Conv2d<16, Kernel<5>>,            Activation, Pool,
    Flatten, Linear<120>, Activation, Linear<84>, Activation, Linear<Classes>>;

/// LeNet with what came later: ReLU and maxima.
template <class In = Input<1, 28, 28>, int Classes = 10>
using LeNetReLU = LeNet<In, Classes, ReLU, MaxPool2d<2>>;

}  // namespace tenet::models
