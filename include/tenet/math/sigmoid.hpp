#pragma once

#include <tenet/math/exp.hpp>

namespace tenet::math {

/// 1 / (1 + e^-x).
template <Real T>
TENET_HOST_DEVICE TENET_INLINE constexpr T sigmoid(T x) {
    return T(1.f) / (T(1.f) + exp(-x));
}

/// f(x) = 1 / (1 + e^-x) (https://pytorch.org/docs/stable/generated/torch.nn.Sigmoid.html).
struct Sigmoid {
    static constexpr bool derivative_from_output = true;

    template <class T>
    TENET_HOST_DEVICE TENET_INLINE static constexpr T value(T x) {
        return sigmoid(x);
    }
    template <class T>
    TENET_HOST_DEVICE TENET_INLINE static constexpr T derivative(T, T y) {
        return y * (T(1.f) - y);
    }
};

}  // namespace tenet::math
