#pragma once

#include <tenet/math/min_max.hpp>

namespace TENET_NAMESPACE::math {

/// f(x) = min(max(x + 3, 0), 6) / 6, f'(-3) = f'(3) = 0
/// (https://pytorch.org/docs/stable/generated/torch.nn.Hardsigmoid.html).
struct HardSigmoid {
    TENET_LOCAL static constexpr bool derivative_from_output = true;

    template <class T>
    TENET_HOST_DEVICE TENET_INLINE static constexpr T value(T x) {
        return clamp(x + T(3.f), T(0.f), T(6.f)) * T(1.f / 6.f);
    }
    template <class T>
    TENET_HOST_DEVICE TENET_INLINE static constexpr T derivative(T, T y) {
        // One comparison: of two, g++ 12 makes one for each lane.
        return select(y * (T(1.f) - y) > T(0.f), T(1.f / 6.f), T(0.f));
    }
};

}  // namespace tenet::math
