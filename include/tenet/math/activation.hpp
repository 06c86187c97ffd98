#pragma once

#include <concepts>

#include <tenet/math/dual.hpp>
#include <tenet/math/std_functions.hpp>

namespace TENET_NAMESPACE::math {

namespace detail {
/// One class for all numbers that a formula is called with, so that the error is one.
template <bool Fits>
struct CalledFormula {
    static_assert(Fits,
                  "Activation: a formula takes one number and returns one, of whatever type it is called with: "
                  "[](auto x) { return x * sigmoid(x); }");
};
}  // namespace detail

/// The user's own formula `F` as an activation; its derivative comes from dual numbers.
///
/// `F` is a constant that can be called with one value: a generic lambda, an object of a struct with a template call
/// operator, or a formula that is itself a value (`math/formula.hpp`).
///
///     inline constexpr auto swish = [](auto x) { return x * sigmoid(x); };
///     using Swish = math::FromCallable<swish>;
///     static_assert(Swish::value(0.f) == 0.f && Swish::derivative(0.f, 0.f) == 0.5f);
///
/// `F` is called with `Dual` numbers only, which find exp, expm1, log, log1p, sqrt, tanh, sigmoid, softplus, erf, abs,
/// min, max, clamp and `select(condition, a, b)` without a qualifier. For several samples a comparison gives a mask:
/// write `select(x > 0.f, a, b)`, not `x > 0.f ? a : b`. In a .cu file `F` is a struct whose call operator is
/// TENET_HOST_DEVICE, or a formula: nvcc takes no lambda as a template argument.
template <auto F>
struct FromCallable {
    TENET_LOCAL static constexpr bool derivative_from_output = false;

    template <class T>
    TENET_HOST_DEVICE TENET_INLINE static constexpr T value(T x) {
        return call(Dual<T>{x, T(0.f)}).value;
    }
    template <class T>
    TENET_HOST_DEVICE TENET_INLINE static constexpr T derivative(T x, T) {
        return call(Dual<T>{x, T(1.f)}).derivative;
    }

  private:
    template <class T>
    TENET_HOST_DEVICE TENET_INLINE static constexpr Dual<T> call(Dual<T> x) {
        constexpr auto formula = F;  // a copy: device code cannot read the object behind a template argument
        if constexpr (requires {
                          { formula(x) } -> std::convertible_to<Dual<T>>;
                      })
            return formula(x);
        else
            return static_cast<void>(detail::CalledFormula<sizeof(T) == 0>{}), x;
    }
};

}  // namespace tenet::math
