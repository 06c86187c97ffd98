#pragma once

#include <tenet/math/softplus.hpp>

namespace TENET_NAMESPACE::math {

/// f(x) = ln sigmoid(x)
/// (https://pytorch.org/docs/stable/generated/torch.nn.LogSigmoid.html).
struct LogSigmoid {
    TENET_LOCAL static constexpr bool derivative_from_output = false;

    template <class T>
    TENET_HOST_DEVICE TENET_INLINE static constexpr T value(T x) {
        return -softplus(-x);
    }
    template <class T>
    TENET_HOST_DEVICE TENET_INLINE static constexpr T derivative(T x, T) {
        return sigmoid(-x);
    }
};

}  // namespace tenet::math
