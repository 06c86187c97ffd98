#pragma once

#include <tenet/math/value.hpp>

namespace TENET_NAMESPACE::math {

/// f(x) = x.
struct Identity {
    TENET_LOCAL static constexpr bool derivative_from_output = true;

    template <class T>
    TENET_HOST_DEVICE TENET_INLINE static constexpr T value(T x) {
        return x;
    }
    template <class T>
    TENET_HOST_DEVICE TENET_INLINE static constexpr T derivative(T, T) {
        return T(1.f);
    }
};

}  // namespace tenet::math
