#pragma once

#include <tenet/math/abs.hpp>
#include <tenet/math/log1p.hpp>
#include <tenet/math/min_max.hpp>
#include <tenet/math/sigmoid.hpp>

namespace TENET_NAMESPACE::math {

/// ln(1 + e^x), without an overflow and accurate on both sides of 0.
template <Real T>
TENET_HOST_DEVICE TENET_INLINE constexpr T softplus(T x) {
    return max(x, T(0.f)) + detail::log1p_of_unit(exp(-abs(x)));
}

/// f(x) = ln(1 + e^(Beta x)) / Beta, and x where Beta x > Threshold
/// (https://pytorch.org/docs/stable/generated/torch.nn.Softplus.html).
template <float Beta = 1.f, float Threshold = 20.f>
struct Softplus {
    static_assert(Beta != 0.f, "Softplus: Beta is not 0");
    TENET_LOCAL static constexpr bool derivative_from_output = false;

    template <class T>
    TENET_HOST_DEVICE TENET_INLINE static constexpr T value(T x) {
        const T z = scaled(x);
        const T inside = magnitude < 1.f ? min(z, T(Threshold)) : z;  // 1 / Beta times a larger one may overflow
        return select(z > T(Threshold), x, softplus(inside) * T(1.f / Beta));
    }
    template <class T>
    TENET_HOST_DEVICE TENET_INLINE static constexpr T derivative(T x, T) {
        const T z = scaled(x);
        return select(z > T(Threshold), T(1.f), sigmoid(z));
    }

  private:
    TENET_LOCAL static constexpr float magnitude = Beta < 0.f ? -Beta : Beta;

    // Beta x, and at most about the largest float.
    template <class T>
    TENET_HOST_DEVICE TENET_INLINE static constexpr T scaled(T x) {
        constexpr float most = magnitude > 1.f ? 3.4028e38f / magnitude : 0.f;
        if constexpr (most > 0.f) return clamp(x, -most, most) * T(Beta);
        return x * T(Beta);
    }
};

}  // namespace tenet::math
