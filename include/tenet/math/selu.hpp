#pragma once

#include <tenet/math/expm1.hpp>
#include <tenet/math/min_max.hpp>

namespace TENET_NAMESPACE::math {

/// f(x) = scale x for x > 0, else scale alpha (e^x - 1), with the two constants for which activations keep mean 0 and
/// variance 1 (Klambauer et al. 2017, https://pytorch.org/docs/stable/generated/torch.nn.SELU.html).
struct SELU {
    TENET_LOCAL static constexpr bool derivative_from_output = true;
    TENET_LOCAL static constexpr float scale = 1.0507009873554804934f;
    TENET_LOCAL static constexpr float scale_alpha = 1.7580993408473768599f;

    template <class T>
    TENET_HOST_DEVICE TENET_INLINE static constexpr T value(T x) {
        // A sum with 0: where a `select` drops one of two products, that one may have overflowed.
        return max(x, T(0.f)) * T(scale) + T(scale_alpha) * detail::expm1_below_zero(x);
    }
    template <class T>
    TENET_HOST_DEVICE TENET_INLINE static constexpr T derivative(T, T y) {
        return select(y > T(0.f), T(scale), y + T(scale_alpha));
    }
};

}  // namespace tenet::math
