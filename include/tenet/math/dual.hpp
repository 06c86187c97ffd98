#pragma once

#include <tenet/math/functions.hpp>

namespace TENET_NAMESPACE::math {

/// A value and its derivative: arithmetic on duals applies the chain rule, so a formula evaluated at `Dual{x, 1}` gives
/// f(x) and f'(x). Comparisons look at the value and give what comparing `T` gives.
template <class T>
struct Dual {
    T value;
    T derivative;

    Dual() = default;
    TENET_HOST_DEVICE TENET_INLINE constexpr Dual(T v, T d) : value(v), derivative(d) {}
    TENET_HOST_DEVICE TENET_INLINE constexpr Dual(T v) : value(v), derivative(T(0.f)) {}
    TENET_HOST_DEVICE TENET_INLINE constexpr Dual(float v)
        requires(!std::is_same_v<T, float>)
        : value(v), derivative(T(0.f)) {}

    friend TENET_HOST_DEVICE TENET_INLINE constexpr Dual operator-(Dual a) { return {-a.value, -a.derivative}; }
    friend TENET_HOST_DEVICE TENET_INLINE constexpr Dual operator+(Dual a, Dual b) {
        return {a.value + b.value, a.derivative + b.derivative};
    }
    friend TENET_HOST_DEVICE TENET_INLINE constexpr Dual operator-(Dual a, Dual b) {
        return {a.value - b.value, a.derivative - b.derivative};
    }
    friend TENET_HOST_DEVICE TENET_INLINE constexpr Dual operator*(Dual a, Dual b) {
        return {a.value * b.value, multiply_add(a.derivative, b.value, a.value * b.derivative)};
    }
    friend TENET_HOST_DEVICE TENET_INLINE constexpr Dual operator/(Dual a, Dual b) {
        const T quotient = a.value / b.value;
        return {quotient, (a.derivative - quotient * b.derivative) / b.value};
    }
    TENET_HOST_DEVICE TENET_INLINE constexpr Dual& operator+=(Dual b) { return *this = *this + b; }
    TENET_HOST_DEVICE TENET_INLINE constexpr Dual& operator-=(Dual b) { return *this = *this - b; }
    TENET_HOST_DEVICE TENET_INLINE constexpr Dual& operator*=(Dual b) { return *this = *this * b; }
    TENET_HOST_DEVICE TENET_INLINE constexpr Dual& operator/=(Dual b) { return *this = *this / b; }

    friend TENET_HOST_DEVICE TENET_INLINE constexpr auto operator<(Dual a, Dual b) { return a.value < b.value; }
    friend TENET_HOST_DEVICE TENET_INLINE constexpr auto operator>(Dual a, Dual b) { return a.value > b.value; }
    friend TENET_HOST_DEVICE TENET_INLINE constexpr auto operator<=(Dual a, Dual b) { return a.value <= b.value; }
    friend TENET_HOST_DEVICE TENET_INLINE constexpr auto operator>=(Dual a, Dual b) { return a.value >= b.value; }
    friend TENET_HOST_DEVICE TENET_INLINE constexpr auto operator==(Dual a, Dual b) { return a.value == b.value; }

    /// `condition ? a : b` for value and derivative.
    template <class Mask>
    friend TENET_HOST_DEVICE TENET_INLINE constexpr Dual select(Mask condition, Dual a, Dual b) {
        return {select(condition, a.value, b.value), select(condition, a.derivative, b.derivative)};
    }
    friend TENET_HOST_DEVICE TENET_INLINE constexpr Dual multiply_add(Dual a, Dual b, Dual c) { return a * b + c; }
};

template <class T, class D>
Dual(T, D) -> Dual<T>;

template <class T>
TENET_HOST_DEVICE TENET_INLINE constexpr Dual<T> exp(Dual<T> x) {
    const T y = exp(x.value);
    return {y, x.derivative * y};
}

template <class T>
TENET_HOST_DEVICE TENET_INLINE constexpr Dual<T> expm1(Dual<T> x) {
    const T y = expm1(x.value);
    return {y, x.derivative * (y + T(1.f))};
}

template <class T>
TENET_HOST_DEVICE TENET_INLINE constexpr Dual<T> log(Dual<T> x) {
    return {log(x.value), x.derivative / x.value};
}

template <class T>
TENET_HOST_DEVICE TENET_INLINE constexpr Dual<T> log1p(Dual<T> x) {
    return {log1p(x.value), x.derivative / (x.value + T(1.f))};
}

template <class T>
TENET_HOST_DEVICE TENET_INLINE constexpr Dual<T> sigmoid(Dual<T> x) {
    const T y = sigmoid(x.value);
    return {y, x.derivative * Sigmoid::derivative(x.value, y)};
}

template <class T>
TENET_HOST_DEVICE TENET_INLINE constexpr Dual<T> softplus(Dual<T> x) {
    return {softplus(x.value), x.derivative * sigmoid(x.value)};
}

template <class T>
TENET_HOST_DEVICE TENET_INLINE constexpr Dual<T> tanh(Dual<T> x) {
    const T y = tanh(x.value);
    return {y, x.derivative * Tanh::derivative(x.value, y)};
}

template <class T>
TENET_HOST_DEVICE TENET_INLINE constexpr Dual<T> erf(Dual<T> x) {
    const T z = detail::limit_magnitude(x.value, 10.3f);  // e^(-z^2) is 0 there, and the square of x may be infinite
    const T power = detail::keep_nan(x.value, detail::exp_of_limited(-(z * z)));
    return {erf(x.value), x.derivative * (T(1.128379167f) * power)};  // 2 / sqrt(pi)
}

template <class T>
TENET_HOST_DEVICE TENET_INLINE constexpr Dual<T> sqrt(Dual<T> x) {
    const T y = sqrt(x.value);
    return {y, x.derivative * T(0.5f) / y};
}

/// The derivative at 0 is 0, as PyTorch has it.
template <class T>
TENET_HOST_DEVICE TENET_INLINE constexpr Dual<T> abs(Dual<T> x) {
    const T zero = T(0.f);
    const T slope = select(x.value > zero, x.derivative, select(x.value < zero, -x.derivative, zero));
    return {abs(x.value), slope};
}

}  // namespace tenet::math
