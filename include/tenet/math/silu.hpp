#pragma once

#include <tenet/math/sigmoid.hpp>

namespace TENET_NAMESPACE::math {

/// f(x) = x / (1 + e^-x), also called swish (https://pytorch.org/docs/stable/generated/torch.nn.SiLU.html).
struct SiLU {
    TENET_LOCAL static constexpr bool derivative_from_output = false;

    template <class T>
    TENET_HOST_DEVICE TENET_INLINE static constexpr T value(T x) {
        return x / (T(1.f) + detail::exp_or_infinity(-x));
    }
    template <class T>
    TENET_HOST_DEVICE TENET_INLINE static constexpr T derivative(T x, T) {
        const T s = sigmoid(x);
        return s * multiply_add(x, T(1.f) - s, T(1.f));
    }
};

}  // namespace tenet::math
