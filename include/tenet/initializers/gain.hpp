#pragma once

#include <cmath>

#include <tenet/config.hpp>

namespace TENET_NAMESPACE {

/// What follows a layer, as far as the variance of its weights depends on it.
enum class Nonlinearity { linear, sigmoid, tanh, relu, leaky_relu, selu };

/// Which fan an initializer divides by: `fan_in` keeps the variance going forward, `fan_out` going backward.
enum class FanMode { fan_in, fan_out };

/// The factor that makes up for a nonlinearity; `slope` is leaky ReLU's.
/// https://pytorch.org/docs/stable/nn.init.html#torch.nn.init.calculate_gain
inline float calculate_gain(Nonlinearity nonlinearity, float slope = 0.01f) {
    switch (nonlinearity) {
        case Nonlinearity::tanh:
            return 5.0f / 3.0f;
        case Nonlinearity::relu:
            return std::sqrt(2.0f);
        case Nonlinearity::leaky_relu:
            return static_cast<float>(std::sqrt(2.0 / (1.0 + static_cast<double>(slope) * slope)));
        case Nonlinearity::selu:
            return 0.75f;
        default:
            return 1.0f;
    }
}

}  // namespace tenet
