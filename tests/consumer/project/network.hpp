#pragma once

#include <array>

#include <tenet/tenet.hpp>

using Net = tenet::Network<tenet::Input<1, 6, 6>, tenet::Conv2d<2, tenet::Kernel<3>>, tenet::ReLU, tenet::MaxPool2d<2>, tenet::Flatten,
                           tenet::Linear<3>>;
static_assert(Net::output_shape == tenet::Shape{3});

std::array<float, 3> predict(const tenet::Model<Net>& model, const std::array<float, 36>& image);
