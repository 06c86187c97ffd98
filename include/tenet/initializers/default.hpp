#pragma once

#include <tenet/initializers/constant.hpp>
#include <tenet/initializers/initial_value.hpp>
#include <tenet/initializers/kaiming.hpp>
#include <tenet/initializers/normal.hpp>
#include <tenet/initializers/uniform.hpp>

namespace TENET_NAMESPACE {

/// PyTorch's first values of the weights of Linear and convolutions: uniform on +-1 / sqrt(fan_in).
/// https://pytorch.org/docs/stable/generated/torch.nn.Linear.html
struct DefaultWeight {
    void operator()(std::span<float> values, const TensorInfo& tensor, Generator random) const {
        KaimingUniform{.a = 2.2360679775f}(values, tensor, random);
    }
};

/// PyTorch's first values of biases: uniform on +-1 / sqrt(fan_in) of the layer.
struct DefaultBias {
    void operator()(std::span<float> values, const TensorInfo& tensor, Generator random) const {
        const float bound = tensor.fan_in > 0 ? 1.0f / std::sqrt(static_cast<float>(tensor.fan_in)) : 0.0f;
        Uniform{-bound, bound}(values, tensor, random);
    }
};

/// Draws what a layer's description asks for.
struct DefaultInitializer {
    InitialValue initial{};

    TENET_COLD void operator()(std::span<float> values, const TensorInfo& tensor, Generator random) const {
        switch (initial.kind) {
            case InitialValue::Kind::constant:
                return Constant{initial.a}(values, tensor, random);
            case InitialValue::Kind::uniform:
                return Uniform{initial.a, initial.b}(values, tensor, random);
            case InitialValue::Kind::normal:
                return Normal{initial.a, initial.b}(values, tensor, random);
            case InitialValue::Kind::kaiming_uniform:
                return KaimingUniform{.a = initial.a}(values, tensor, random);
            case InitialValue::Kind::uniform_by_fan_in:
                return DefaultBias{}(values, tensor, random);
        }
    }
};

}  // namespace tenet
