#pragma once

#include <tenet/math/exp.hpp>
#include <tenet/math/polynomial.hpp>

namespace TENET_NAMESPACE::math {

/// tanh x, as an odd rational function: x P(x^2) / Q(x^2), fitted for the least relative error (3.5e-8) to
/// 0 <= x <= 9.02, with positive coefficients only, so that nothing cancels.
template <Real T>
TENET_HOST_DEVICE TENET_INLINE constexpr T tanh(T x) {
    // Beyond the fit the quotient exceeds 1 by more than it can lose to rounding, so that the second limit ends at 1.
    const T limited = detail::limit_magnitude(x, 9.35f);
    const T u = limited * limited;
    const T p = detail::polynomial(u, 1.33191058e-08f, 2.05835113e-05f, 0.00349403615f, 0.133797199f, 1.f);
    const T q = detail::polynomial(u, 7.76204104e-07f, 0.000328309514f, 0.0258710813f, 0.467130363f, 1.f);
    return detail::keep_nan(x, detail::limit_magnitude(limited * p / q, 1.f));
}

/// f(x) = tanh x (https://pytorch.org/docs/stable/generated/torch.nn.Tanh.html).
struct Tanh {
    TENET_LOCAL static constexpr bool derivative_from_output = true;

    template <class T>
    TENET_HOST_DEVICE TENET_INLINE static constexpr T value(T x) {
        return tanh(x);
    }
    template <class T>
    TENET_HOST_DEVICE TENET_INLINE static constexpr T derivative(T, T y) {
        return multiply_add(-y, y, T(1.f));
    }
};

}  // namespace tenet::math
