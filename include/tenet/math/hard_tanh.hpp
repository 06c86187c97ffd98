#pragma once

#include <tenet/math/min_max.hpp>

namespace TENET_NAMESPACE::math {

/// f(x) = x between Min and Max, f'(Min) = f'(Max) = 0
/// (https://pytorch.org/docs/stable/generated/torch.nn.Hardtanh.html).
template <float Min = -1.f, float Max = 1.f>
struct HardTanh {
    static_assert(Min < Max, "HardTanh: Min is less than Max");
    static constexpr bool derivative_from_output = true;

    template <class T>
    TENET_HOST_DEVICE TENET_INLINE static constexpr T value(T x) {
        return clamp(x, T(Min), T(Max));
    }
    template <class T>
    TENET_HOST_DEVICE TENET_INLINE static constexpr T derivative(T, T y) {
        // One comparison: of two, g++ 12 makes one for each lane.
        return select((y - T(Min)) * (T(Max) - y) > T(0.f), T(1.f), T(0.f));
    }
};

}  // namespace tenet::math
