#pragma once

#include <cmath>

#include <tenet/initializers/normal.hpp>
#include <tenet/initializers/uniform.hpp>

namespace TENET_NAMESPACE {

/// Normal with mean 0 and std = gain * sqrt(2 / (fan_in + fan_out)). Requires a finite gain of 0 or more;
/// std::invalid_argument else.
/// https://pytorch.org/docs/stable/nn.init.html#torch.nn.init.xavier_normal_, Glorot and Bengio, AISTATS 2010
struct XavierNormal {
    float gain = 1.0f;

    float std_of(const TensorInfo& tensor) const {
        return gain * std::sqrt(2.0f / static_cast<float>(tensor.fan_in + tensor.fan_out));
    }
    void operator()(std::span<float> values, const TensorInfo& tensor, Generator random) const {
        detail::expect_not_negative("XavierNormal", "gain", gain);
        Normal{0.0f, std_of(tensor)}(values, tensor, random);
    }
};

/// Uniform on [-bound, bound], bound = gain * sqrt(6 / (fan_in + fan_out)). Requires as XavierNormal does.
/// https://pytorch.org/docs/stable/nn.init.html#torch.nn.init.xavier_uniform_, Glorot and Bengio, AISTATS 2010
struct XavierUniform {
    float gain = 1.0f;

    void operator()(std::span<float> values, const TensorInfo& tensor, Generator random) const {
        detail::expect_not_negative("XavierUniform", "gain", gain);
        const float bound = std::sqrt(3.0f) * XavierNormal{gain}.std_of(tensor);
        Uniform{-bound, bound}(values, tensor, random);
    }
};

}  // namespace tenet
