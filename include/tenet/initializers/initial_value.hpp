#pragma once

#include <tenet/config.hpp>

namespace TENET_NAMESPACE {

/// What a layer's description says of a parameter's first value, as a plain constant; initializers/default.hpp draws it.
struct InitialValue {
    enum class Kind {
        constant,             // every number is `a`
        uniform,              // between `a` and `b`
        normal,               // mean `a`, standard deviation `b`
        kaiming_uniform,      // leaky-ReLU slope `a`: PyTorch's weights of Linear and convolutions have a = sqrt(5)
        uniform_by_fan_in,    // within +-1/sqrt(fan_in): PyTorch's biases
    };
    Kind kind = Kind::constant;
    float a = 0.0f, b = 0.0f;

    static constexpr InitialValue zeros() { return {}; }
    static constexpr InitialValue ones() { return {Kind::constant, 1.0f, 0.0f}; }
    static constexpr InitialValue constant(float value) { return {Kind::constant, value, 0.0f}; }
    static constexpr InitialValue torch_weight() { return {Kind::kaiming_uniform, 2.2360679775f, 0.0f}; }
    static constexpr InitialValue torch_bias() { return {Kind::uniform_by_fan_in, 0.0f, 0.0f}; }
};

}  // namespace tenet
