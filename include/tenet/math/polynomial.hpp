#pragma once

#include <tenet/math/value.hpp>

namespace TENET_NAMESPACE::math::detail {

/// c[0] x^n + c[1] x^(n - 1) + ... + c[n], by Horner's rule.
template <class T, class... Coefficient>
TENET_HOST_DEVICE TENET_INLINE constexpr T polynomial([[maybe_unused]] T x, float leading, Coefficient... others) {
    T p = T(leading);
    ((p = multiply_add(p, x, T(others))), ...);
    return p;
}

}  // namespace tenet::math::detail
