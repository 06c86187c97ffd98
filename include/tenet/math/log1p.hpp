#pragma once

#include <tenet/math/log.hpp>

namespace TENET_NAMESPACE::math {

namespace detail {

/// ln(1 + x) for 0 <= x <= 1 only, at half the cost; NaN stays NaN.
template <Real T>
TENET_HOST_DEVICE TENET_INLINE constexpr T log1p_of_unit(T x) {
    const auto large = x > T(0.41421356f);  // then 1 + x = 2 (1 + (x - 1) / 2)
    const T f = select(large, multiply_add(x, T(0.5f), T(-0.5f)), x);
    return log_of_parts(f, select(large, T(1.f), T(0.f)));
}

}  // namespace detail

/// ln(1 + x), accurate also where x is small: softplus and mish need it.
template <Real T>
TENET_HOST_DEVICE TENET_INLINE constexpr T log1p(T x) {
    using Integer = integer_of<T>;
    const T y = x + T(1.f);
    const T lost = x - (y - T(1.f));
    const auto [exponent, mantissa] = detail::split_float(y);
    const Integer most = 126;  // beyond, nothing is lost and 2^-exponent is no normal float
    const Integer scale = Integer(0) - select(exponent < most, exponent, most);
    const T f = multiply_add(lost, detail::power_of_two(scale), mantissa - T(1.f));
    return detail::log_at_the_ends(y, detail::log_of_parts(f, to_float(exponent)));
}

}  // namespace tenet::math
