#pragma once

#include <tenet/math/min_max.hpp>

namespace TENET_NAMESPACE::math {

/// f(x) = x between Min and Max, f'(Min) = f'(Max) = 0
/// (https://pytorch.org/docs/stable/generated/torch.nn.Hardtanh.html).
template <float Min = -1.f, float Max = 1.f>
struct HardTanh {
    static_assert(Min < Max, "HardTanh: Min is less than Max");
    TENET_LOCAL static constexpr bool derivative_from_output = true;

    template <class T>
    TENET_HOST_DEVICE TENET_INLINE static constexpr T value(T x) {
        return clamp(x, T(Min), T(Max));
    }
    template <class T>
    TENET_HOST_DEVICE TENET_INLINE static constexpr T derivative(T, T y) {
        // One comparison: of two, g++ 12 makes one for each lane.
        if constexpr (product_keeps_sign) return select((y - T(Min)) * (T(Max) - y) > T(0.f), T(1.f), T(0.f));
        return select(y > T(Min), select(y < T(Max), T(1.f), T(0.f)), T(0.f));
    }

  private:
    // The product of the distances to both ends is neither infinite nor, rounded, 0.
    TENET_LOCAL static constexpr double range = static_cast<double>(Max) - static_cast<double>(Min);
    TENET_LOCAL static constexpr bool product_keeps_sign =
        range <= 1e19 && range >= (Min == 0.f || Max == 0.f ? 1. : 1e-15);
};

}  // namespace tenet::math
