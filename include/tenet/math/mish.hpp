#pragma once

#include <tenet/math/exp.hpp>
#include <tenet/math/min_max.hpp>

namespace TENET_NAMESPACE::math {

/// f(x) = x tanh(ln(1 + e^x)) (Misra 2019, https://pytorch.org/docs/stable/generated/torch.nn.Mish.html), computed as
/// x w / (w + 2) with w = e^x (e^x + 2): no logarithm, and nothing cancels.
struct Mish {
    TENET_LOCAL static constexpr bool derivative_from_output = false;

    template <class T>
    TENET_HOST_DEVICE TENET_INLINE static constexpr T value(T x) {
        const T e = exp(min(x, T(20.f)));  // above, the factor of x is 1 and e^x squared may be infinite
        const T w = e * (e + T(2.f));
        return x * (w / (w + T(2.f)));
    }
    template <class T>
    TENET_HOST_DEVICE TENET_INLINE static constexpr T derivative(T x, T) {
        const T limited = min(x, T(20.f));
        const T e = exp(limited);
        const T w = e * (e + T(2.f));
        const T inverse = T(1.f) / (w + T(2.f));
        const T bend = limited * (T(4.f) * (e * inverse)) * ((e + T(1.f)) * inverse);
        return multiply_add(w, inverse, bend);
    }
};

}  // namespace tenet::math
