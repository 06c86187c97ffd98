#pragma once

#include <tenet/math/exp.hpp>

namespace TENET_NAMESPACE::math {

namespace detail {

/// e^-x for a sum with 1: 0 or infinity where |x| > 88.37, the limit for a NaN.
template <class T>
TENET_HOST_DEVICE TENET_INLINE constexpr T exp_of_negative_beside_one(T x) {
    using Integer = integer_of<T>;
    // 1.44269504 * 88.3763 = 127.5: a little more than 0.5 to round lets n be 128, where 2^n is infinity, and -127, where
    // its bits are those of 0. One factor does then.
    const T limited = limit_magnitude(x, 88.3763f);
    const Integer shifted = truncate(multiply_add(limited, T(-1.44269504f), T(160.51f)));
    const T n = to_float(shifted - Integer(160));
    const T r = multiply_add(n, T(2.12194440e-4f), multiply_add(n, T(-0.693359375f), -limited));
    // (e^r - 1 - r) / r^2 for |r| <= 0.3535, so that e^r has a relative error of at most 4e-9.
    const T tail =
        polynomial(r, 1.3811664526e-3f, 8.3701337531e-3f, 4.1668528169e-2f, 1.6666508726e-1f, 4.9999992630e-1f);
    const T power = multiply_add(tail, r * r, r) + T(1.f);
    return power * from_bits((shifted - Integer(160 - 127)) << 23);
}

}  // namespace detail

/// 1 / (1 + e^-x).
template <Real T>
TENET_HOST_DEVICE TENET_INLINE constexpr T sigmoid(T x) {
    return detail::keep_nan(x, T(1.f) / (T(1.f) + detail::exp_of_negative_beside_one(x)));
}

/// f(x) = 1 / (1 + e^-x) (https://pytorch.org/docs/stable/generated/torch.nn.Sigmoid.html).
struct Sigmoid {
    TENET_LOCAL static constexpr bool derivative_from_output = true;

    template <class T>
    TENET_HOST_DEVICE TENET_INLINE static constexpr T value(T x) {
        return sigmoid(x);
    }
    template <class T>
    TENET_HOST_DEVICE TENET_INLINE static constexpr T derivative(T, T y) {
        return y * (T(1.f) - y);
    }
};

}  // namespace tenet::math
