#pragma once

#include <tenet/math/expm1.hpp>

namespace TENET_NAMESPACE::math {

/// f(x) = x for x > 0, else Alpha (e^x - 1) (https://pytorch.org/docs/stable/generated/torch.nn.ELU.html).
template <float Alpha = 1.f>
struct ELU {
    /// A negative Alpha loses the sign of x.
    TENET_LOCAL static constexpr bool derivative_from_output = Alpha >= 0.f;

    template <class T>
    TENET_HOST_DEVICE TENET_INLINE static constexpr T value(T x) {
        return select(x > T(0.f), x, T(Alpha) * detail::expm1_below_zero(x));
    }
    template <class T>
    TENET_HOST_DEVICE TENET_INLINE static constexpr T derivative(T x, T y) {
        if constexpr (derivative_from_output)
            return select(y > T(0.f), T(1.f), y + T(Alpha));
        else
            return select(x > T(0.f), T(1.f), y + T(Alpha));
    }
};

}  // namespace tenet::math
