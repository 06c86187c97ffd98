#pragma once

#include <tenet/math/tanh.hpp>

namespace TENET_NAMESPACE::math {

/// f(x) = x - tanh x (https://pytorch.org/docs/stable/generated/torch.nn.Tanhshrink.html).
struct Tanhshrink {
    TENET_LOCAL static constexpr bool derivative_from_output = false;

    template <class T>
    TENET_HOST_DEVICE TENET_INLINE static constexpr T value(T x) {
        return x - tanh(x);
    }
    template <class T>
    TENET_HOST_DEVICE TENET_INLINE static constexpr T derivative(T x, T) {
        const T t = tanh(x);
        return t * t;
    }
};

}  // namespace tenet::math
