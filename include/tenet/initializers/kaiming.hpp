#pragma once

#include <tenet/initializers/gain.hpp>
#include <tenet/initializers/normal.hpp>
#include <tenet/initializers/uniform.hpp>

namespace TENET_NAMESPACE {

/// Normal with mean 0 and std = gain / sqrt(fan); `a` is the slope of a leaky ReLU, and 0 is a plain ReLU. Requires a
/// finite `a`; std::invalid_argument else.
/// https://pytorch.org/docs/stable/nn.init.html#torch.nn.init.kaiming_normal_, https://arxiv.org/abs/1502.01852
struct KaimingNormal {
    float a = 0.0f;
    FanMode mode = FanMode::fan_in;
    Nonlinearity nonlinearity = Nonlinearity::leaky_relu;

    float std_of(const TensorInfo& tensor) const {
        const std::int64_t fan = mode == FanMode::fan_in ? tensor.fan_in : tensor.fan_out;
        return fan > 0 ? calculate_gain(nonlinearity, a) / std::sqrt(static_cast<float>(fan)) : 0.0f;
    }
    void operator()(std::span<float> values, const TensorInfo& tensor, Generator random) const {
        detail::expect_finite("KaimingNormal", "a", a);
        Normal{0.0f, std_of(tensor)}(values, tensor, random);
    }
};

/// Uniform on [-bound, bound], bound = gain * sqrt(3 / fan).
/// https://pytorch.org/docs/stable/nn.init.html#torch.nn.init.kaiming_uniform_, https://arxiv.org/abs/1502.01852
struct KaimingUniform {
    float a = 0.0f;
    FanMode mode = FanMode::fan_in;
    Nonlinearity nonlinearity = Nonlinearity::leaky_relu;

    void operator()(std::span<float> values, const TensorInfo& tensor, Generator random) const {
        detail::expect_finite("KaimingUniform", "a", a);
        const float bound = std::sqrt(3.0f) * KaimingNormal{a, mode, nonlinearity}.std_of(tensor);
        Uniform{-bound, bound}(values, tensor, random);
    }
};

}  // namespace tenet
