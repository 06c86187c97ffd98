#pragma once

#include <tenet/math/abs.hpp>
#include <tenet/math/erf.hpp>
#include <tenet/math/sigmoid.hpp>

namespace TENET_NAMESPACE::math {

/// f(x) = x P(x), P the normal distribution: x/2 (1 + erf(x / sqrt 2))
/// (Hendrycks and Gimpel 2016, https://pytorch.org/docs/stable/generated/torch.nn.GELU.html).
struct GELU {
    TENET_LOCAL static constexpr bool derivative_from_output = false;

    template <class T>
    TENET_HOST_DEVICE TENET_INLINE static constexpr T distribution(T x) {
        return multiply_add(erf(x * T(0.7071067812f)), T(0.5f), T(0.5f));
    }
    template <class T>
    TENET_HOST_DEVICE TENET_INLINE static constexpr T value(T x) {
        return x * distribution(x);
    }
    template <class T>
    TENET_HOST_DEVICE TENET_INLINE static constexpr T derivative(T x, T) {
        const T z = detail::limit_magnitude(x, 14.5f);  // e^(-z^2 / 2) is 0 there, and the square of x may be infinite
        const T density = detail::exp_of_limited(z * z * T(-0.5f)) * T(0.3989422804f);  // 1 / sqrt(2 pi)
        return multiply_add(x, density, distribution(x));
    }
};

/// f(x) = x/2 (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))): PyTorch's `GELU(approximate='tanh')`, computed as
/// x sigmoid(v) with v = 2 sqrt(2 / pi) (x + 0.044715 x^3), which is the same and cancels nothing for x < 0.
struct GELUTanh {
    TENET_LOCAL static constexpr bool derivative_from_output = false;

    template <class T>
    TENET_HOST_DEVICE TENET_INLINE static constexpr T value(T x) {
        return x * sigmoid(inner(limited(x)));
    }
    template <class T>
    TENET_HOST_DEVICE TENET_INLINE static constexpr T derivative(T x, T) {
        const T z = limited(x);
        const T v = inner(z);
        const T tail = sigmoid(-abs(v));  // the smaller of sigmoid(v) and 1 - sigmoid(v), exactly enough
        const T s = select(v < T(0.f), tail, T(1.f) - tail);
        const T inner_slope = multiply_add(z * z, T(6.f * 0.044715f * root), T(2.f * root));
        return multiply_add(x * (tail * (T(1.f) - tail)), inner_slope, s);
    }

  private:
    TENET_LOCAL static constexpr float root = 0.7978845608f;  // sqrt(2 / pi)

    // sigmoid is 0 or 1 long before, and the cube of a large x is infinite.
    template <class T>
    TENET_HOST_DEVICE TENET_INLINE static constexpr T limited(T x) {
        return detail::limit_magnitude(x, 11.f);
    }
    template <class T>
    TENET_HOST_DEVICE TENET_INLINE static constexpr T inner(T x) {
        return x * multiply_add(x * x, T(2.f * 0.044715f * root), T(2.f * root));
    }
};

}  // namespace tenet::math
