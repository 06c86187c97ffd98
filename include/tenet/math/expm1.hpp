#pragma once

#include <tenet/math/exp.hpp>

namespace TENET_NAMESPACE::math {

/// e^x - 1, accurate also where x is small.
template <Real T>
TENET_HOST_DEVICE TENET_INLINE constexpr T expm1(T x) {
    using Integer = integer_of<T>;
    if (detail::overflows_in_a_constant(x)) return T(__builtin_inff());
    // Above 89 it is infinity, below -30 it is -1: two limits keep 2^(n-1) a normal float.
    const Integer high = bits_of(89.f);
    const Integer low = bits_of(30.f);
    const Integer bits = bits_of(x);
    const Integer magnitude = bits & Integer(0x7fffffff);
    const Integer most = select(bits < Integer(0), low, high);
    const T limited = from_bits(smaller(magnitude, most) | (bits & Integer(-0x7fffffff - 1)));

    const auto [n, r] = detail::reduce_exponent(limited);
    const T power = multiply_add(detail::exp_tail(r), r * r, r);  // e^r - 1
    const T half = detail::power_of_two(n - Integer(1));
    const T halved = multiply_add(half, power, half - T(0.5f));
    return detail::keep_nan(x, halved + halved);
}

}  // namespace tenet::math
