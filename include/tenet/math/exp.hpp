#pragma once

#include <tenet/math/polynomial.hpp>
#include <tenet/math/value.hpp>

namespace TENET_NAMESPACE::math {

namespace detail {

/// 2 to the power `n`, -126 <= n <= 128 (the last is infinity).
template <class Integer>
TENET_HOST_DEVICE TENET_INLINE constexpr auto power_of_two(Integer n) {
    return from_bits((n + Integer(127)) << 23);
}

/// `x` with its magnitude limited to `limit` >= 0; a NaN becomes the limit. On bit patterns: a comparison of floats
/// keeps g++ from vectorising a loop over `float`, because it may raise a floating-point exception.
template <class T>
TENET_HOST_DEVICE TENET_INLINE constexpr T limit_magnitude(T x, float limit) {
    using Integer = integer_of<T>;
    const Integer bits = bits_of(x);
    const Integer magnitude = bits & Integer(0x7fffffff);
    const Integer most = bits_of(limit);
    return from_bits(smaller(magnitude, most) | (bits & Integer(-0x7fffffff - 1)));
}

/// `y`, or NaN where `x` is NaN.
template <class T>
TENET_HOST_DEVICE TENET_INLINE constexpr T keep_nan(T x, T y) {
    using Integer = integer_of<T>;
    const Integer nan = 0x7fc00000;
    const Integer magnitude = bits_of(x) & Integer(0x7fffffff);
    return from_bits(select(magnitude > Integer(0x7f800000), nan, bits_of(y)));
}

/// x = n ln 2 + r with a whole n and |r| <= 0.35, for |x| <= 110.
template <class T>
struct ReducedExponent {
    integer_of<T> n;
    T r;
};
template <class T>
TENET_HOST_DEVICE TENET_INLINE constexpr ReducedExponent<T> reduce_exponent(T x) {
    // Rounds to nearest by truncating a positive number, which holds under -ffast-math too.
    const auto n = truncate(multiply_add(x, T(1.44269504f), T(160.5f))) - integer_of<T>(160);
    const T k = to_float(n);
    const T r = multiply_add(k, T(-0.693359375f), x);  // exact: 0.693359375 has 9 bits
    return {n, multiply_add(k, T(2.12194440e-4f), r)};
}

/// (e^r - 1 - r) / r^2 for |r| <= 0.35 (coefficients of Cephes' expf).
template <class T>
TENET_HOST_DEVICE TENET_INLINE constexpr T exp_tail(T r) {
    return polynomial(r, 1.9875691500e-4f, 1.3981999507e-3f, 8.3334519073e-3f, 4.1665795894e-2f, 1.6666665459e-1f,
                      5.0000001201e-1f);
}

/// Whether e^x is infinite in a constant expression, where an overflow in the arithmetic would be an error.
template <class T>
TENET_HOST_DEVICE TENET_INLINE constexpr bool overflows_in_a_constant(T x) {
    if constexpr (std::is_same_v<T, float>)
        return __builtin_is_constant_evaluated() && x > 88.7228317f;
    else
        return false;
}

/// e^x for |x| <= 110.
template <class T>
TENET_HOST_DEVICE TENET_INLINE constexpr T exp_of_limited(T x) {
    using Integer = integer_of<T>;
    const auto [n, r] = reduce_exponent(x);
    const T power = multiply_add(exp_tail(r), r * r, r) + T(1.f);
    // Two factors: 2^n itself is no float at the ends of the range, where the product still is.
    const Integer half = n >> 1;
    return power * power_of_two(half) * power_of_two(n - half);
}

/// e^x, and infinity without the flag of an overflow: for results that are finite where e^x is not. A NaN becomes
/// infinity or 0.
template <class T>
TENET_HOST_DEVICE TENET_INLINE constexpr T exp_or_infinity(T x) {
    using Integer = integer_of<T>;
    const T limited = limit_magnitude(x, 105.f);
    const auto [n, r] = reduce_exponent(limited);
    const T power = multiply_add(exp_tail(r), r * r, r) + T(1.f);
    const Integer half = n >> 1;
    // Times infinity nothing overflows.
    const Integer infinity = 0x7f800000;
    const Integer second = select(bits_of(limited) > Integer(0x42b17217), infinity, (n - half + Integer(127)) << 23);
    return power * power_of_two(half) * from_bits(second);
}

}  // namespace detail

/// e^x: infinity above 88.72, gradually to 0 below -87.3, NaN stays NaN.
template <Real T>
TENET_HOST_DEVICE TENET_INLINE constexpr T exp(T x) {
    if (detail::overflows_in_a_constant(x)) return T(__builtin_inff());
    return detail::keep_nan(x, detail::exp_of_limited(detail::limit_magnitude(x, 105.f)));
}

}  // namespace tenet::math
