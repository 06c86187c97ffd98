#pragma once

#include <tenet/math/exp.hpp>
#include <tenet/math/polynomial.hpp>

namespace TENET_NAMESPACE::math {

namespace detail {

/// |y| = 2^exponent * mantissa with 0.707 <= mantissa < 1.415, for a normal y.
template <class T>
struct SplitFloat {
    integer_of<T> exponent;
    T mantissa;
};
template <class T>
TENET_HOST_DEVICE TENET_INLINE constexpr SplitFloat<T> split_float(T y) {
    using Integer = integer_of<T>;
    const Integer bits = bits_of(y) & Integer(0x7fffffff);
    const Integer exponent = (bits - Integer(0x3f3504f3)) >> 23;  // the bits of sqrt(1/2)
    return {exponent, from_bits(bits - (exponent << 23))};
}

/// ln(1 + f) + k ln 2 for a whole k and 0.707 <= 1 + f < 1.415 (coefficients of Cephes' logf).
template <class T>
TENET_HOST_DEVICE TENET_INLINE constexpr T log_of_parts(T f, T k) {
    const T square = f * f;
    const T p = polynomial(f, 7.0376836292e-2f, -1.1514610310e-1f, 1.1676998740e-1f, -1.2420140846e-1f,
                           1.4249322787e-1f, -1.6668057665e-1f, 2.0000714765e-1f, -2.4999993993e-1f, 3.3333331174e-1f);
    T tail = multiply_add(k, T(-2.12194440e-4f), f * square * p);
    tail = multiply_add(square, T(-0.5f), tail);
    return multiply_add(k, T(0.693359375f), f + tail);
}

/// `y`, except what the logarithm of `x` is outside the positive floats: ln 0 = -inf, ln inf = inf, else NaN.
template <class T>
TENET_HOST_DEVICE TENET_INLINE constexpr T log_at_the_ends(T x, T y) {
    using Integer = integer_of<T>;
    const Integer bits = bits_of(x);
    const Integer nan = 0x7fc00000;
    const Integer minus_infinity = -0x00800000;
    Integer result = select(bits > Integer(0x7f7fffff), bits, bits_of(y));
    result = select(bits < Integer(0), nan, result);
    return from_bits(select((bits & Integer(0x7fffffff)) == Integer(0), minus_infinity, result));
}

}  // namespace detail

/// ln x: -infinity at 0, NaN below, infinity stays infinity, NaN stays NaN.
template <Real T>
TENET_HOST_DEVICE TENET_INLINE constexpr T log(T x) {
    using Integer = integer_of<T>;
    const auto subnormal = bits_of(x) < Integer(0x00800000);
    const Integer least = 0x00800000;  // of the larger ones no product is taken: it may be infinite
    const T scaled = from_bits(smaller(bits_of(x), least)) * T(8388608.f);
    const T normal = from_bits(select(subnormal, bits_of(scaled), bits_of(x)));
    const auto [exponent, mantissa] = detail::split_float(normal);
    const Integer scale = 23;
    const T k = to_float(exponent - select(subnormal, scale, Integer(0)));
    return detail::log_at_the_ends(x, detail::log_of_parts(mantissa - T(1.f), k));
}

}  // namespace tenet::math
