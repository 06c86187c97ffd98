#pragma once

#include <tenet/math/abs.hpp>
#include <tenet/math/log1p.hpp>
#include <tenet/math/min_max.hpp>
#include <tenet/math/sigmoid.hpp>

namespace tenet::math {

/// f(x) = ln sigmoid(x) = min(x, 0) - ln(1 + e^-|x|)
/// (https://pytorch.org/docs/stable/generated/torch.nn.LogSigmoid.html).
struct LogSigmoid {
    static constexpr bool derivative_from_output = false;

    template <class T>
    TENET_HOST_DEVICE TENET_INLINE static constexpr T value(T x) {
        return min(x, T(0.f)) - log1p(exp(-abs(x)));
    }
    template <class T>
    TENET_HOST_DEVICE TENET_INLINE static constexpr T derivative(T x, T) {
        return sigmoid(-x);
    }
};

}  // namespace tenet::math
