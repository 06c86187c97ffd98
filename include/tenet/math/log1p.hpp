#pragma once

#include <tenet/math/log.hpp>

namespace tenet::math {

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
    return detail::log_at_the_ends(y, detail::log_of_parts(f, exponent));
}

}  // namespace tenet::math
