#pragma once

#include <tenet/math/erf.hpp>
#include <tenet/math/tanh.hpp>

namespace tenet::math {

/// f(x) = x P(x), P the normal distribution: x/2 (1 + erf(x / sqrt 2))
/// (Hendrycks and Gimpel 2016, https://pytorch.org/docs/stable/generated/torch.nn.GELU.html).
struct GELU {
    static constexpr bool derivative_from_output = false;

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
        const T density = exp(x * x * T(-0.5f)) * T(0.3989422804f);  // 1 / sqrt(2 pi)
        return multiply_add(x, density, distribution(x));
    }
};

/// f(x) = x/2 (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))): PyTorch's `GELU(approximate='tanh')`.
struct GELUTanh {
    static constexpr bool derivative_from_output = false;

    template <class T>
    TENET_HOST_DEVICE TENET_INLINE static constexpr T value(T x) {
        const T half = x * T(0.5f);
        return multiply_add(half, tanh(inner(limited(x))), half);
    }
    template <class T>
    TENET_HOST_DEVICE TENET_INLINE static constexpr T derivative(T x, T) {
        const T z = limited(x);
        const T t = tanh(inner(z));
        const T slope = multiply_add(z * z, T(3.f * 0.044715f * root), T(root));
        const T bend = x * T(0.5f) * multiply_add(-t, t, T(1.f));
        return multiply_add(bend, slope, multiply_add(t, T(0.5f), T(0.5f)));
    }

  private:
    static constexpr float root = 0.7978845608f;  // sqrt(2 / pi)

    // tanh is +-1 long before, and the cube of a large x is infinite.
    template <class T>
    TENET_HOST_DEVICE TENET_INLINE static constexpr T limited(T x) {
        return detail::limit_magnitude(x, 10.f);
    }
    template <class T>
    TENET_HOST_DEVICE TENET_INLINE static constexpr T inner(T x) {
        return x * multiply_add(x * x, T(0.044715f * root), T(root));
    }
};

}  // namespace tenet::math
