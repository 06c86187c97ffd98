#pragma once

#include <tenet/math/value.hpp>

namespace TENET_NAMESPACE::math {

/// The square root, correctly rounded; NaN below 0.
template <Real T>
TENET_HOST_DEVICE TENET_INLINE constexpr T sqrt(T x) {
    return square_root(x);
}

}  // namespace tenet::math
