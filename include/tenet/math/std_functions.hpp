#pragma once

#include <type_traits>

#include <tenet/math/dual.hpp>

/// The functions of std, called on a number of a formula or on many samples: `std::sin(x)` would be an error for each
/// of std's overloads. The standard keeps its namespace to itself; these take types of ours alone, to refuse them. They
/// are less specialised than the functions of math/, which an unqualified call finds, below `using namespace std` too:
/// for that, those that math/ has too take a list of more arguments, which is empty.
namespace TENET_NAMESPACE::math {

template <class T, class... Empty>
TENET_LOCAL inline constexpr bool is_unknown_to_std = false;
template <class T>
TENET_LOCAL inline constexpr bool is_unknown_to_std<Dual<T>> = true;
template <int Width>
TENET_LOCAL inline constexpr bool is_unknown_to_std<Lanes<Width>> = true;

template <bool Known>
struct StdFunction {
    static_assert(Known,
                  "functions of std know no numbers of a formula and no lanes of many samples: write exp, expm1, log, "
                  "log1p, sqrt, tanh, "
                  "sigmoid, softplus, erf, abs, min, max, clamp or select without std::");

    template <class Number>
    static constexpr Number answer(Number x) {
        return x;
    }
};
/// One class for all numbers that a formula is called with, so that the error is one.
template <class Number>
using NoStdFunction = StdFunction<!is_unknown_to_std<Number>>;

}  // namespace tenet::math

// clang-format off
namespace std {
template <class T, class... Empty> requires tenet::math::is_unknown_to_std<T, Empty...> constexpr T abs(T x, Empty...) { return tenet::math::NoStdFunction<T>::answer(x); }
template <class T, class... Empty> requires tenet::math::is_unknown_to_std<T, Empty...> constexpr T acos(T x, Empty...) { return tenet::math::NoStdFunction<T>::answer(x); }
template <class T, class... Empty> requires tenet::math::is_unknown_to_std<T, Empty...> constexpr T acosh(T x, Empty...) { return tenet::math::NoStdFunction<T>::answer(x); }
template <class T, class... Empty> requires tenet::math::is_unknown_to_std<T, Empty...> constexpr T asin(T x, Empty...) { return tenet::math::NoStdFunction<T>::answer(x); }
template <class T, class... Empty> requires tenet::math::is_unknown_to_std<T, Empty...> constexpr T asinh(T x, Empty...) { return tenet::math::NoStdFunction<T>::answer(x); }
template <class T, class... Empty> requires tenet::math::is_unknown_to_std<T, Empty...> constexpr T atan(T x, Empty...) { return tenet::math::NoStdFunction<T>::answer(x); }
template <class T, class... Empty> requires tenet::math::is_unknown_to_std<T, Empty...> constexpr T atanh(T x, Empty...) { return tenet::math::NoStdFunction<T>::answer(x); }
template <class T, class... Empty> requires tenet::math::is_unknown_to_std<T, Empty...> constexpr T cbrt(T x, Empty...) { return tenet::math::NoStdFunction<T>::answer(x); }
template <class T, class... Empty> requires tenet::math::is_unknown_to_std<T, Empty...> constexpr T ceil(T x, Empty...) { return tenet::math::NoStdFunction<T>::answer(x); }
template <class T, class... Empty> requires tenet::math::is_unknown_to_std<T, Empty...> constexpr T cos(T x, Empty...) { return tenet::math::NoStdFunction<T>::answer(x); }
template <class T, class... Empty> requires tenet::math::is_unknown_to_std<T, Empty...> constexpr T cosh(T x, Empty...) { return tenet::math::NoStdFunction<T>::answer(x); }
template <class T, class... Empty> requires tenet::math::is_unknown_to_std<T, Empty...> constexpr T erf(T x, Empty...) { return tenet::math::NoStdFunction<T>::answer(x); }
template <class T, class... Empty> requires tenet::math::is_unknown_to_std<T, Empty...> constexpr T erfc(T x, Empty...) { return tenet::math::NoStdFunction<T>::answer(x); }
template <class T, class... Empty> requires tenet::math::is_unknown_to_std<T, Empty...> constexpr T exp(T x, Empty...) { return tenet::math::NoStdFunction<T>::answer(x); }
template <class T, class... Empty> requires tenet::math::is_unknown_to_std<T, Empty...> constexpr T exp2(T x, Empty...) { return tenet::math::NoStdFunction<T>::answer(x); }
template <class T, class... Empty> requires tenet::math::is_unknown_to_std<T, Empty...> constexpr T expm1(T x, Empty...) { return tenet::math::NoStdFunction<T>::answer(x); }
template <class T, class... Empty> requires tenet::math::is_unknown_to_std<T, Empty...> constexpr T fabs(T x, Empty...) { return tenet::math::NoStdFunction<T>::answer(x); }
template <class T, class... Empty> requires tenet::math::is_unknown_to_std<T, Empty...> constexpr T floor(T x, Empty...) { return tenet::math::NoStdFunction<T>::answer(x); }
template <class T, class... Empty> requires tenet::math::is_unknown_to_std<T, Empty...> constexpr T log(T x, Empty...) { return tenet::math::NoStdFunction<T>::answer(x); }
template <class T, class... Empty> requires tenet::math::is_unknown_to_std<T, Empty...> constexpr T log10(T x, Empty...) { return tenet::math::NoStdFunction<T>::answer(x); }
template <class T, class... Empty> requires tenet::math::is_unknown_to_std<T, Empty...> constexpr T log1p(T x, Empty...) { return tenet::math::NoStdFunction<T>::answer(x); }
template <class T, class... Empty> requires tenet::math::is_unknown_to_std<T, Empty...> constexpr T log2(T x, Empty...) { return tenet::math::NoStdFunction<T>::answer(x); }
template <class T, class... Empty> requires tenet::math::is_unknown_to_std<T, Empty...> constexpr T round(T x, Empty...) { return tenet::math::NoStdFunction<T>::answer(x); }
template <class T, class... Empty> requires tenet::math::is_unknown_to_std<T, Empty...> constexpr T sin(T x, Empty...) { return tenet::math::NoStdFunction<T>::answer(x); }
template <class T, class... Empty> requires tenet::math::is_unknown_to_std<T, Empty...> constexpr T sinh(T x, Empty...) { return tenet::math::NoStdFunction<T>::answer(x); }
template <class T, class... Empty> requires tenet::math::is_unknown_to_std<T, Empty...> constexpr T sqrt(T x, Empty...) { return tenet::math::NoStdFunction<T>::answer(x); }
template <class T, class... Empty> requires tenet::math::is_unknown_to_std<T, Empty...> constexpr T tan(T x, Empty...) { return tenet::math::NoStdFunction<T>::answer(x); }
template <class T, class... Empty> requires tenet::math::is_unknown_to_std<T, Empty...> constexpr T tanh(T x, Empty...) { return tenet::math::NoStdFunction<T>::answer(x); }
template <class T, class... Empty> requires tenet::math::is_unknown_to_std<T, Empty...> constexpr T max(T x, type_identity_t<T>, Empty...) { return tenet::math::NoStdFunction<T>::answer(x); }
template <class T, class... Empty> requires tenet::math::is_unknown_to_std<T, Empty...> constexpr T min(T x, type_identity_t<T>, Empty...) { return tenet::math::NoStdFunction<T>::answer(x); }
template <class T, class... Empty> requires tenet::math::is_unknown_to_std<T, Empty...> constexpr T clamp(T x, type_identity_t<T>, type_identity_t<T>, Empty...) { return tenet::math::NoStdFunction<T>::answer(x); }
template <class T, class U> requires tenet::math::is_unknown_to_std<T> constexpr T atan2(T x, U) { return tenet::math::NoStdFunction<T>::answer(x); }
template <class T, class U> requires tenet::math::is_unknown_to_std<T> constexpr T fmax(T x, U) { return tenet::math::NoStdFunction<T>::answer(x); }
template <class T, class U> requires tenet::math::is_unknown_to_std<T> constexpr T fmin(T x, U) { return tenet::math::NoStdFunction<T>::answer(x); }
template <class T, class U> requires tenet::math::is_unknown_to_std<T> constexpr T hypot(T x, U) { return tenet::math::NoStdFunction<T>::answer(x); }
template <class T, class U> requires tenet::math::is_unknown_to_std<T> constexpr T pow(T x, U) { return tenet::math::NoStdFunction<T>::answer(x); }
}  // namespace std
// clang-format on
