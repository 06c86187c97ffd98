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

/// A number so far below `largest` that its distance is about the largest float: what lies lower has none.
template <class T>
TENET_HOST_DEVICE TENET_INLINE constexpr T least_beside(T largest) {
    return min(max(largest, T(0.f)) - T(3.4e38f), largest);
}

}  // namespace tenet::math
