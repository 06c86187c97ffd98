#pragma once

#include <tenet/layers/activations.hpp>
#include <tenet/layers/batch_norm.hpp>
#include <tenet/layers/convolution.hpp>
#include <tenet/layers/convolution_transpose.hpp>
#include <tenet/layers/pool.hpp>
#include <tenet/layers/upsample.hpp>
#include <tenet/network/concat.hpp>
#include <tenet/network/network.hpp>

namespace TENET_NAMESPACE::models {

/// Two 3 x 3 convolutions that keep the size, each normalised and with ReLU.
template <int Channels>
using DoubleConv = Sequential<Conv2d<Channels, Kernel<3>, Padding<1>, NoBias>, BatchNorm2d<>, ReLU,
                              Conv2d<Channels, Kernel<3>, Padding<1>, NoBias>, BatchNorm2d<>, ReLU>;

/// Twice the image with `Channels` channels, by a transposed convolution or by straight lines between the pixels.
template <int Channels>
using UpConv = ConvTranspose2d<Channels, Kernel<2>, Stride<2>>;
template <int Channels>
using UpBilinear = Sequential<Upsample<ScaleFactor<2>, Bilinear>, Conv2d<Channels, Kernel<1>>>;

namespace detail {

/// A level of a U-Net with `Depth` smaller ones inside: down, through these, up, and joined with what was there before.
template <int Width, int Depth, template <int> class Up>
struct UNetLevel {
    using inside = typename UNetLevel<2 * Width, Depth - 1, Up>::type;
    using type = Sequential<DoubleConv<Width>, Concat<Branch<>, Branch<MaxPool2d<2>, inside, Up<Width>>>,
                            DoubleConv<Width>>;
};
template <int Width, template <int> class Up>
struct UNetLevel<Width, 0, Up> {
    using type = DoubleConv<Width>;
};

}  // namespace detail

/// U-Net (https://arxiv.org/abs/1505.04597): `Classes` numbers for each pixel, from `Depth` levels below the image, each
/// half as large and twice as wide as the one above it, the first `Width` wide. As it is written today, with padded
/// and normalised convolutions, so that the output is as large as the input; the image's extents are divisible by
/// 2^`Depth`. CrossEntropy compares it with a data set of `data::PixelLabel`. The paper's convolutions have no padding
/// and biases instead of normalisation.
template <class In = Input<3, 256, 256>, int Classes = 2, int Width = 64, int Depth = 4,
          template <int> class Up = UpConv>
using UNet = Network<In, typename detail::UNetLevel<Width, Depth, Up>::type, Conv2d<Classes, Kernel<1>>>;

}  // namespace tenet::models
