#pragma once

#include <tenet/layers/activations.hpp>
#include <tenet/layers/batch_norm.hpp>
#include <tenet/layers/convolution.hpp>
#include <tenet/layers/dropout.hpp>
#include <tenet/layers/flatten.hpp>
#include <tenet/layers/linear.hpp>
#include <tenet/layers/named.hpp>
#include <tenet/layers/pool.hpp>
#include <tenet/network/concat.hpp>
#include <tenet/network/graph.hpp>
#include <tenet/network/network.hpp>

namespace TENET_NAMESPACE::models {

/// A convolution that keeps the size, with ReLU.
template <int Channels, int Size>
using InceptionConv = Sequential<Conv2d<Channels, Kernel<Size>, Padding<Size / 2>>, ReLU>;

/// Convolutions of 1 x 1, 3 x 3 and 5 x 5 and a pooling beside each other, the costly ones on fewer channels. `Three` and
/// `Five` follow `ThreeReduce` and `FiveReduce` channels; all widths are divided by `Divisor`.
template <int One, int ThreeReduce, int Three, int FiveReduce, int Five, int Pool, int Divisor = 1>
using Inception = Concat<
    Branch<InceptionConv<One / Divisor, 1>>,
    Branch<InceptionConv<ThreeReduce / Divisor, 1>, InceptionConv<Three / Divisor, 3>>,
    Branch<InceptionConv<FiveReduce / Divisor, 1>, InceptionConv<Five / Divisor, 5>>,
    Branch<MaxPool2d<3, Stride<1>, Padding<1>>, InceptionConv<Pool / Divisor, 1>>>;

/// GoogLeNet (https://arxiv.org/abs/1409.4842) as Dive into Deep Learning, 8.4, has it: without the two auxiliary
/// classifiers; any image size. All hidden widths are divided by `Divisor`, at most 16.
template <class In = Input<1, 96, 96>, int Classes = 10, int Divisor = 1>
using GoogLeNet = Network<In,
    Sequential<Conv2d<64 / Divisor, Kernel<7>, Stride<2>, Padding<3>>, ReLU, MaxPool2d<3, Stride<2>, Padding<1>>>,
    Sequential<InceptionConv<64 / Divisor, 1>, InceptionConv<192 / Divisor, 3>, MaxPool2d<3, Stride<2>, Padding<1>>>,
    Sequential<Inception<64, 96, 128, 16, 32, 32, Divisor>,
               Inception<128, 128, 192, 32, 96, 64, Divisor>, MaxPool2d<3, Stride<2>, Padding<1>>>,
    Sequential<Inception<192, 96, 208, 16, 48, 64, Divisor>,
               Inception<160, 112, 224, 24, 64, 64, Divisor>,
               Inception<128, 128, 256, 24, 64, 64, Divisor>,
               Inception<112, 144, 288, 32, 64, 64, Divisor>,
               Inception<256, 160, 320, 32, 128, 128, Divisor>, MaxPool2d<3, Stride<2>, Padding<1>>>,
    Sequential<Inception<256, 160, 320, 32, 128, 128, Divisor>,
               Inception<384, 192, 384, 48, 128, 128, Divisor>, GlobalAvgPool, Flatten>,
    Linear<Classes>>;

namespace torchvision {

/// torchvision's BasicConv2d: a convolution that keeps the size, or halves it with `Step` 2, normalised, with ReLU.
template <int Channels, int Size, int Step = 1>
using BasicConv2d = Sequential<
    Named<"conv", Conv2d<Channels, Kernel<Size>, Stride<Step>, Padding<Size / 2>, NoBias>>, Named<"bn", BatchNorm2d<Eps<1e-3f>>>,
    ReLU>;

/// As models::Inception, but of 3 x 3 where that is of 5 x 5.
template <int One, int ThreeReduce, int Three, int FiveReduce, int Five, int Pool, int Divisor = 1>
using Inception = Concat<
    Named<"branch1", BasicConv2d<One / Divisor, 1>>,
    Named<"branch2", Branch<BasicConv2d<ThreeReduce / Divisor, 1>, BasicConv2d<Three / Divisor, 3>>>,
    Named<"branch3", Branch<BasicConv2d<FiveReduce / Divisor, 1>, BasicConv2d<Five / Divisor, 3>>>,
    Named<"branch4", Branch<MaxPool2d<3, Stride<1>, Padding<1>, CeilMode>, BasicConv2d<Pool / Divisor, 1>>>>;

/// What stands before the first auxiliary classifier, between the two, and behind them.
template <int Divisor>
using GoogLeNetBegin = Sequential<
    Named<"conv1", BasicConv2d<64 / Divisor, 7, 2>>, MaxPool2d<3, Stride<2>, CeilMode>,
    Named<"conv2", BasicConv2d<64 / Divisor, 1>>, Named<"conv3", BasicConv2d<192 / Divisor, 3>>, MaxPool2d<3, Stride<2>, CeilMode>,
    Named<"inception3a", Inception<64, 96, 128, 16, 32, 32, Divisor>>,
    Named<"inception3b", Inception<128, 128, 192, 32, 96, 64, Divisor>>, MaxPool2d<3, Stride<2>, CeilMode>,
    Named<"inception4a", Inception<192, 96, 208, 16, 48, 64, Divisor>>>;
template <int Divisor>
using GoogLeNetMiddle = Sequential<
    Named<"inception4b", Inception<160, 112, 224, 24, 64, 64, Divisor>>,
    Named<"inception4c", Inception<128, 128, 256, 24, 64, 64, Divisor>>,
    Named<"inception4d", Inception<112, 144, 288, 32, 64, 64, Divisor>>>;
template <int Classes, int Divisor, float DropoutRate>
using GoogLeNetEnd = Sequential<
    Named<"inception4e", Inception<256, 160, 320, 32, 128, 128, Divisor>>, MaxPool2d<2, CeilMode>,
    Named<"inception5a", Inception<256, 160, 320, 32, 128, 128, Divisor>>,
    Named<"inception5b", Inception<384, 192, 384, 48, 128, 128, Divisor>>,
    GlobalAvgPool, Flatten, Dropout<DropoutRate>, Named<"fc", Linear<Classes>>>;

/// GoogLeNet as torchvision has it (https://pytorch.org/vision/stable/models/googlenet.html): normalised, with pooling that
/// rounds up, without the auxiliary classifiers. torchvision's parameters load as they are, those of a model without
/// `aux1` and `aux2`. Any image size; all hidden widths are divided by `Divisor`, at most 16.
template <class In = Input<3, 224, 224>, int Classes = 1000, int Divisor = 1, float DropoutRate = 0.2f>
using GoogLeNet = Network<In, Named<"", GoogLeNetBegin<Divisor>>, Named<"", GoogLeNetMiddle<Divisor>>,
                          Named<"", GoogLeNetEnd<Classes, Divisor, DropoutRate>>>;

template <int Classes, int Divisor>
using GoogLeNetAuxiliary = Sequential<
    AdaptiveAvgPool2d<4, 4>, Named<"conv", BasicConv2d<128 / Divisor, 1>>, Flatten,
    Named<"fc1", Linear<1024 / Divisor>>, ReLU, Dropout<0.7f>, Named<"fc2", Linear<Classes>>>;

/// The same with both, for training and for files that have their parameters. Its outputs are torchvision's: the logits,
/// then those of the second and of the first.
template <class In = Input<3, 224, 224>, int Classes = 1000, int Divisor = 1, float DropoutRate = 0.2f>
using GoogLeNetWithAuxiliaries = Network<In, Named<"", Graph<Inputs<"image">,
    Node<"begin", Named<"", GoogLeNetBegin<Divisor>>, From<"image">>,
    Node<"aux1", GoogLeNetAuxiliary<Classes, Divisor>, From<"begin">>,
    Node<"middle", Named<"", GoogLeNetMiddle<Divisor>>, From<"begin">>,
    Node<"aux2", GoogLeNetAuxiliary<Classes, Divisor>, From<"middle">>,
    Node<"logits", Named<"", GoogLeNetEnd<Classes, Divisor, DropoutRate>>, From<"middle">>,
    Outputs<"logits", "aux2", "aux1">>>>;

}  // namespace torchvision

}  // namespace tenet::models
