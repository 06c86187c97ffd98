#pragma once

#include <cstdint>

#include <tenet/config.hpp>
#include <tenet/math/relu.hpp>
#include <tenet/math/sigmoid.hpp>
#include <tenet/math/tanh.hpp>

namespace TENET_NAMESPACE::device {

/// A tensor of a batch in a device's memory: the numbers of sample s begin at data + s * stride.
template <class Storage>
struct Rows {
    Storage* data = nullptr;
    std::int64_t stride = 0;

    TENET_HOST_DEVICE Storage* operator[](std::int64_t sample) const { return data + sample * stride; }
    TENET_HOST_DEVICE explicit operator bool() const { return data != nullptr; }
};

/// x[s][i] as a float.
template <class Storage>
struct Numbers {
    Rows<Storage> x;

    TENET_HOST_DEVICE float operator()(std::int64_t s, std::int64_t i) const { return static_cast<float>(x[s][i]); }
};

/// y[s][i] = Formula(sum + added[s][i]): what becomes of the sum that an operation has found.
template <class Formula, class Storage>
struct Result {
    Rows<Storage> y, added;

    TENET_HOST_DEVICE void operator()(std::int64_t s, std::int64_t i, float sum) const {
        if (added) sum += static_cast<float>(added[s][i]);
        y[s][i] = static_cast<Storage>(Formula::value(sum));
    }
};

/// dy[s][i] *= the derivative of the formula that gave y[s][i]: then it is the gradient by the sum above.
template <class Formula, class Storage>
struct MultiplyDerivative {
    Rows<Storage> y, dy;

    TENET_HOST_DEVICE void operator()(std::int64_t s, std::int64_t i) const {
        const float value = static_cast<float>(y[s][i]);
        dy[s][i] = static_cast<Storage>(static_cast<float>(dy[s][i]) * Formula::derivative(value, value));
    }
};

/// The derivative of a formula by its result: a + y (b + c y) where y is above `least`, else 0. Numbers in place of types,
/// so that kernels which store gradients are compiled once for all formulas that have them.
struct OutputDerivative {
    float least = 0.0f, a = 0.0f, b = 0.0f, c = 0.0f;
    bool known = false;

    TENET_HOST_DEVICE float operator()(float y) const { return y <= least ? 0.0f : a + y * (b + c * y); }
};

template <class Formula>
TENET_LOCAL inline constexpr OutputDerivative output_derivative{};
template <>
TENET_LOCAL inline constexpr OutputDerivative output_derivative<math::ReLU>{0.0f, 1.0f, 0.0f, 0.0f, true};
template <>
TENET_LOCAL inline constexpr OutputDerivative output_derivative<math::Sigmoid>{-1.0f, 0.0f, 1.0f, -1.0f, true};
template <>
TENET_LOCAL inline constexpr OutputDerivative output_derivative<math::Tanh>{-2.0f, 1.0f, 0.0f, -1.0f, true};

/// Where the gradient by an input goes: into dx, or added to what other readers of that input have put there. The only
/// reader may also multiply by the derivative of the formula that gave the input, so that nobody has to later.
template <class Storage>
struct InputGradient {
    Rows<Storage> dx;
    bool adds = false;
    OutputDerivative derivative{};
    Rows<Storage> x{};

    TENET_HOST_DEVICE void operator()(std::int64_t s, std::int64_t i, float gradient) const {
        Storage& to = dx[s][i];
        if (derivative.known) gradient *= derivative(static_cast<float>(x[s][i]));
        to = static_cast<Storage>(adds ? static_cast<float>(to) + gradient : gradient);
    }
    TENET_HOST_DEVICE explicit operator bool() const { return static_cast<bool>(dx); }
};

/// What `InputGradient` would have done to a gradient that a library has stored itself.
template <class Storage>
struct MultiplyByDerivative {
    InputGradient<Storage> to;

    TENET_HOST_DEVICE void operator()(std::int64_t s, std::int64_t i) const {
        Storage& gradient = to.dx[s][i];
        const float derivative = to.derivative(static_cast<float>(to.x[s][i]));
        gradient = static_cast<Storage>(static_cast<float>(gradient) * derivative);
    }
};

/// The same for the numbers of a parameter tensor, added to if a later step uses the same tensor.
struct ParameterGradient {
    float* data = nullptr;
    bool adds = false;

    TENET_HOST_DEVICE void operator()(std::int64_t i, float gradient) const {
        data[i] = adds ? data[i] + gradient : gradient;
    }
    TENET_HOST_DEVICE explicit operator bool() const { return data != nullptr; }
};

}  // namespace tenet::device
