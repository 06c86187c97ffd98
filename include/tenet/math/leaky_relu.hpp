#pragma once

#include <tenet/math/value.hpp>

namespace TENET_NAMESPACE::math {

/// f(x) = x for x > 0, else Slope x (https://pytorch.org/docs/stable/generated/torch.nn.LeakyReLU.html).
template <float Slope = 0.01f>
struct LeakyReLU {
    /// A negative slope loses the sign of x.
    TENET_LOCAL static constexpr bool derivative_from_output = Slope >= 0.f;

    template <class T>
    TENET_HOST_DEVICE TENET_INLINE static constexpr T value(T x) {
        return x * select(x > T(0.f), T(1.f), T(Slope));  // both products of a `select` may overflow
    }
    template <class T>
    TENET_HOST_DEVICE TENET_INLINE static constexpr T derivative(T x, T y) {
        if constexpr (derivative_from_output)
            return select(y > T(0.f), T(1.f), T(Slope));
        else
            return select(x > T(0.f), T(1.f), T(Slope));
    }
};

}  // namespace tenet::math
