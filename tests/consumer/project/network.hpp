#pragma once

#include <array>

#include <tenet/tenet.hpp>

// A formula of one's own, the same type in both translation units; nvcc's templates take no lambda.
#if defined(__CUDACC__)
using Half = tenet::Activation<tenet::formula::x * 0.5f>;
#else
inline constexpr auto half = [](auto x) { return x * 0.5f; };
using Half = tenet::Activation<half>;
#endif

using Net = tenet::Network<tenet::Input<1, 6, 6>, tenet::Conv2d<2, tenet::Kernel<3>>, tenet::ReLU, Half,
                           tenet::MaxPool2d<2>, tenet::Flatten, tenet::Linear<3>>;
static_assert(Net::output_shape == tenet::Shape{3});

std::array<float, 3> predict(const tenet::Model<Net>& model, const std::array<float, 36>& image);
