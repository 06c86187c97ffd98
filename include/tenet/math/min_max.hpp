#pragma once

#include <tenet/math/value.hpp>

namespace TENET_NAMESPACE::math {

/// The larger one. A NaN in the first stays NaN, one in the second is ignored: so the data goes first, `max(x, 0.f)`.
template <class T>
TENET_HOST_DEVICE TENET_INLINE constexpr T max(T a, std::type_identity_t<T> b) {
    return select(a < b, b, a);
}

/// The smaller one. A NaN in the first stays NaN, one in the second is ignored.
template <class T>
TENET_HOST_DEVICE TENET_INLINE constexpr T min(T a, std::type_identity_t<T> b) {
    return select(b < a, b, a);
}

/// x between `low` and `high`; NaN stays NaN.
template <class T>
TENET_HOST_DEVICE TENET_INLINE constexpr T clamp(T x, std::type_identity_t<T> low, std::type_identity_t<T> high) {
    return min(max(x, low), high);
}

}  // namespace tenet::math
