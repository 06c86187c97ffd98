#pragma once

#include <tenet/math/value.hpp>

namespace TENET_NAMESPACE::math {

/// |x|.
template <Real T>
TENET_HOST_DEVICE TENET_INLINE constexpr T abs(T x) {
    return from_bits(bits_of(x) & integer_of<T>(0x7fffffff));
}

}  // namespace tenet::math
