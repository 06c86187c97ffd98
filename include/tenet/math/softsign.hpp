#pragma once

#include <tenet/math/abs.hpp>

namespace TENET_NAMESPACE::math {

/// f(x) = x / (1 + |x|) (https://pytorch.org/docs/stable/generated/torch.nn.Softsign.html).
struct Softsign {
    TENET_LOCAL static constexpr bool derivative_from_output = false;

    template <class T>
    TENET_HOST_DEVICE TENET_INLINE static constexpr T value(T x) {
        return x / (T(1.f) + abs(x));
    }
    template <class T>
    TENET_HOST_DEVICE TENET_INLINE static constexpr T derivative(T x, T) {
        const T shrink = T(1.f) / (T(1.f) + abs(x));
        return shrink * shrink;
    }
};

}  // namespace tenet::math
