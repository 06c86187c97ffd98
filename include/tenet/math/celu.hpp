#pragma once

#include <tenet/math/expm1.hpp>
#include <tenet/math/min_max.hpp>

namespace TENET_NAMESPACE::math {

/// f(x) = x for x > 0, else Alpha (e^(x / Alpha) - 1) (https://pytorch.org/docs/stable/generated/torch.nn.CELU.html).
template <float Alpha = 1.f>
struct CELU {
    static_assert(Alpha > 0.f, "CELU: Alpha is positive");
    TENET_LOCAL static constexpr bool derivative_from_output = true;

    template <class T>
    TENET_HOST_DEVICE TENET_INLINE static constexpr T value(T x) {
        return select(x > T(0.f), x, T(Alpha) * detail::expm1_below_zero(x, 1.f / Alpha));
    }
    template <class T>
    TENET_HOST_DEVICE TENET_INLINE static constexpr T derivative(T, T y) {
        return multiply_add(min(y, T(0.f)), T(1.f / Alpha), T(1.f));
    }
};

}  // namespace tenet::math
