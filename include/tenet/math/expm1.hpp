#pragma once

#include <tenet/math/exp.hpp>

namespace TENET_NAMESPACE::math {

namespace detail {

/// e^(scale x) - 1 for x <= `greatest`, and for a larger x what it is there: 0 <= scale greatest <= 89.
template <class T>
TENET_HOST_DEVICE TENET_INLINE constexpr T expm1_up_to(T x, float greatest, float scale = 1.f) {
    using Integer = integer_of<T>;
    // Below -30 it is -1: two limits keep 2^(n-1) a normal float.
    const Integer high = bits_of(greatest);
    const Integer low = bits_of(30.f / scale);
    const Integer bits = bits_of(x);
    const Integer magnitude = bits & Integer(0x7fffffff);
    const Integer most = select(bits < Integer(0), low, high);
    const T limited = from_bits(smaller(magnitude, most) | (bits & Integer(-0x7fffffff - 1)));

    const auto [n, r] = reduce_exponent(scale == 1.f ? limited : limited * T(scale));
    const T power = multiply_add(exp_tail(r), r * r, r);  // e^r - 1
    const T half = power_of_two(n - Integer(1));
    const T halved = multiply_add(half, power, half - T(0.5f));
    return keep_nan(x, halved + halved);
}

/// e^(scale x) - 1 for x <= 0, else 0: beside another formula for x > 0 nothing may overflow there.
template <class T>
TENET_HOST_DEVICE TENET_INLINE constexpr T expm1_below_zero(T x, float scale = 1.f) {
    return expm1_up_to(x, 0.f, scale);
}

}  // namespace detail

/// e^x - 1, accurate also where x is small.
template <Real T>
TENET_HOST_DEVICE TENET_INLINE constexpr T expm1(T x) {
    if (detail::overflows_in_a_constant(x)) return T(__builtin_inff());
    return detail::expm1_up_to(x, 89.f);
}

}  // namespace tenet::math
