#pragma once

#include <tenet/math/min_max.hpp>

namespace TENET_NAMESPACE::math {

/// f(x) = x min(max(x + 3, 0), 6) / 6, f'(-3) = 0, f'(3) = 1
/// (https://pytorch.org/docs/stable/generated/torch.nn.Hardswish.html).
struct HardSwish {
    TENET_LOCAL static constexpr bool derivative_from_output = false;

    template <class T>
    TENET_HOST_DEVICE TENET_INLINE static constexpr T value(T x) {
        return x * (clamp(x + T(3.f), T(0.f), T(6.f)) * T(1.f / 6.f));
    }
    template <class T>
    TENET_HOST_DEVICE TENET_INLINE static constexpr T derivative(T x, T) {
        const T inside = multiply_add(x, T(1.f / 3.f), T(0.5f));
        return select(x > T(-3.f), select(x < T(3.f), inside, T(1.f)), T(0.f));
    }
};

}  // namespace tenet::math
