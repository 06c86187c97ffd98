#pragma once

#include <tenet/math/exp.hpp>
#include <tenet/math/polynomial.hpp>

namespace TENET_NAMESPACE::math {

/// The error function, 2/sqrt(pi) times the integral of e^(-t^2) from 0 to x, as an odd rational function:
/// x P(x^2) / Q(x^2), fitted for the least relative error (2.1e-8) to 0 <= x <= 3.93, with positive coefficients only.
template <Real T>
TENET_HOST_DEVICE TENET_INLINE constexpr T erf(T x) {
    const T limited = detail::limit_magnitude(x, 4.08f);  // as in tanh: the quotient exceeds 1 there
    const T u = limited * limited;
    const T p = detail::polynomial(u, 1.0309011e-06f, 0.000143787343f, 0.00190815912f, 0.0266514868f, 0.0963183567f,
                                   0.56966877f);
    const T q = detail::polynomial(u, 1.91865838e-05f, 0.00058826484f, 0.0075715459f, 0.0576835871f, 0.253644884f,
                                   0.504855812f);
    return detail::keep_nan(x, detail::limit_magnitude(limited * p / q, 1.f));
}

}  // namespace tenet::math
