#pragma once

#include <tenet/math/dual.hpp>

/// The functions of std, called on a number of a formula: `std::sin(x)` would be an error for each of std's overloads.
/// The standard keeps its namespace to itself; these take types of ours alone, to refuse them. They are less specialised
/// than the functions of math/, which an unqualified call finds, below `using namespace std` too.
namespace TENET_NAMESPACE::math {

template <class T>
inline constexpr bool is_dual = false;
template <class T>
inline constexpr bool is_dual<Dual<T>> = true;

template <bool Known>
struct StdFunction {
    static_assert(Known,
                  "Activation: functions of std know no numbers of a formula: write exp, expm1, log, log1p, sqrt, tanh, "
                  "sigmoid, softplus, erf, abs, min, max, clamp or select without std::");

    template <class Number>
    static constexpr Number answer(Number x) {
        return x;
    }
};
/// One class for all numbers that a formula is called with, so that the error is one.
template <class Number>
using NoStdFunction = StdFunction<!is_dual<Number>>;

}  // namespace tenet::math

// clang-format off
namespace std {
template <class T> requires tenet::math::is_dual<T> constexpr T acos(T x) { return tenet::math::NoStdFunction<T>::answer(x); }
template <class T> requires tenet::math::is_dual<T> constexpr T acosh(T x) { return tenet::math::NoStdFunction<T>::answer(x); }
template <class T> requires tenet::math::is_dual<T> constexpr T asin(T x) { return tenet::math::NoStdFunction<T>::answer(x); }
template <class T> requires tenet::math::is_dual<T> constexpr T asinh(T x) { return tenet::math::NoStdFunction<T>::answer(x); }
template <class T> requires tenet::math::is_dual<T> constexpr T atan(T x) { return tenet::math::NoStdFunction<T>::answer(x); }
template <class T> requires tenet::math::is_dual<T> constexpr T atanh(T x) { return tenet::math::NoStdFunction<T>::answer(x); }
template <class T> requires tenet::math::is_dual<T> constexpr T cbrt(T x) { return tenet::math::NoStdFunction<T>::answer(x); }
template <class T> requires tenet::math::is_dual<T> constexpr T ceil(T x) { return tenet::math::NoStdFunction<T>::answer(x); }
template <class T> requires tenet::math::is_dual<T> constexpr T cos(T x) { return tenet::math::NoStdFunction<T>::answer(x); }
template <class T> requires tenet::math::is_dual<T> constexpr T cosh(T x) { return tenet::math::NoStdFunction<T>::answer(x); }
template <class T> requires tenet::math::is_dual<T> constexpr T erf(T x) { return tenet::math::NoStdFunction<T>::answer(x); }
template <class T> requires tenet::math::is_dual<T> constexpr T erfc(T x) { return tenet::math::NoStdFunction<T>::answer(x); }
template <class T> requires tenet::math::is_dual<T> constexpr T exp(T x) { return tenet::math::NoStdFunction<T>::answer(x); }
template <class T> requires tenet::math::is_dual<T> constexpr T exp2(T x) { return tenet::math::NoStdFunction<T>::answer(x); }
template <class T> requires tenet::math::is_dual<T> constexpr T expm1(T x) { return tenet::math::NoStdFunction<T>::answer(x); }
template <class T> requires tenet::math::is_dual<T> constexpr T fabs(T x) { return tenet::math::NoStdFunction<T>::answer(x); }
template <class T> requires tenet::math::is_dual<T> constexpr T floor(T x) { return tenet::math::NoStdFunction<T>::answer(x); }
template <class T> requires tenet::math::is_dual<T> constexpr T log(T x) { return tenet::math::NoStdFunction<T>::answer(x); }
template <class T> requires tenet::math::is_dual<T> constexpr T log10(T x) { return tenet::math::NoStdFunction<T>::answer(x); }
template <class T> requires tenet::math::is_dual<T> constexpr T log1p(T x) { return tenet::math::NoStdFunction<T>::answer(x); }
template <class T> requires tenet::math::is_dual<T> constexpr T log2(T x) { return tenet::math::NoStdFunction<T>::answer(x); }
template <class T> requires tenet::math::is_dual<T> constexpr T round(T x) { return tenet::math::NoStdFunction<T>::answer(x); }
template <class T> requires tenet::math::is_dual<T> constexpr T sin(T x) { return tenet::math::NoStdFunction<T>::answer(x); }
template <class T> requires tenet::math::is_dual<T> constexpr T sinh(T x) { return tenet::math::NoStdFunction<T>::answer(x); }
template <class T> requires tenet::math::is_dual<T> constexpr T sqrt(T x) { return tenet::math::NoStdFunction<T>::answer(x); }
template <class T> requires tenet::math::is_dual<T> constexpr T tan(T x) { return tenet::math::NoStdFunction<T>::answer(x); }
template <class T> requires tenet::math::is_dual<T> constexpr T tanh(T x) { return tenet::math::NoStdFunction<T>::answer(x); }
template <class T, class U> requires tenet::math::is_dual<T> constexpr T atan2(T x, U) { return tenet::math::NoStdFunction<T>::answer(x); }
template <class T, class U> requires tenet::math::is_dual<T> constexpr T fmax(T x, U) { return tenet::math::NoStdFunction<T>::answer(x); }
template <class T, class U> requires tenet::math::is_dual<T> constexpr T fmin(T x, U) { return tenet::math::NoStdFunction<T>::answer(x); }
template <class T, class U> requires tenet::math::is_dual<T> constexpr T hypot(T x, U) { return tenet::math::NoStdFunction<T>::answer(x); }
template <class T, class U> requires tenet::math::is_dual<T> constexpr T pow(T x, U) { return tenet::math::NoStdFunction<T>::answer(x); }
}  // namespace std
// clang-format on
