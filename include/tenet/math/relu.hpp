#pragma once

#include <tenet/math/value.hpp>

namespace TENET_NAMESPACE::math {

/// f(x) = max(x, 0), f'(0) = 0, NaN stays NaN (https://pytorch.org/docs/stable/generated/torch.nn.ReLU.html).
struct ReLU {
    TENET_LOCAL static constexpr bool derivative_from_output = true;

    template <class T>
    TENET_HOST_DEVICE TENET_INLINE static constexpr T value(T x) {
        return select(x < T(0.f), T(0.f), x);
    }
    template <class T>
    TENET_HOST_DEVICE TENET_INLINE static constexpr T derivative(T, T y) {
        return select(y > T(0.f), T(1.f), T(0.f));
    }
};

}  // namespace tenet::math
