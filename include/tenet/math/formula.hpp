#pragma once

#include <tenet/math/dual.hpp>

/// A formula as a value: `x * sigmoid(x)` is an object that can be a template argument, and can be called.
///
///     using tenet::formula::x;  // in a function or a namespace of your own: a global x draws -Wshadow
///     using Swish = math::FromCallable<x * sigmoid(x)>;
///     using Leaky = math::FromCallable<select(less(x, 0.f), 0.1f * x, x)>;
///
/// Operators + - * /, the functions of `math/functions.hpp`, and select, less, greater. For .cu files, where a lambda
/// cannot be a template argument; elsewhere either form gives the same code.
namespace TENET_NAMESPACE::formula {

struct Node;

template <class T>
concept Formula = std::is_base_of_v<Node, T>;
/// A formula or a number.
template <class T>
concept Operand = Formula<T> || std::is_arithmetic_v<T>;

namespace detail {

enum class Op {
    negate,
    add,
    subtract,
    multiply,
    divide,
    less,
    select,
    min,
    max,
    abs,
    erf,
    exp,
    expm1,
    log,
    log1p,
    sigmoid,
    softplus,
    sqrt,
    tanh
};

/// What an operation is on values; those after its last operand are not looked at.
template <Op O, class A, class B, class C>
TENET_HOST_DEVICE TENET_INLINE constexpr auto evaluate(A a, [[maybe_unused]] B b, [[maybe_unused]] C c) {
    if constexpr (O == Op::negate) return -a;
    if constexpr (O == Op::add) return a + b;
    if constexpr (O == Op::subtract) return a - b;
    if constexpr (O == Op::multiply) return a * b;
    if constexpr (O == Op::divide) return a / b;
    if constexpr (O == Op::less) return a < b;
    if constexpr (O == Op::select) return select(a, b, c);
    if constexpr (O == Op::min) return math::min(a, b);
    if constexpr (O == Op::max) return math::max(a, b);
    if constexpr (O == Op::abs) return math::abs(a);
    if constexpr (O == Op::erf) return math::erf(a);
    if constexpr (O == Op::exp) return math::exp(a);
    if constexpr (O == Op::expm1) return math::expm1(a);
    if constexpr (O == Op::log) return math::log(a);
    if constexpr (O == Op::log1p) return math::log1p(a);
    if constexpr (O == Op::sigmoid) return math::sigmoid(a);
    if constexpr (O == Op::softplus) return math::softplus(a);
    if constexpr (O == Op::sqrt) return math::sqrt(a);
    if constexpr (O == Op::tanh) return math::tanh(a);
}

template <Op O, class... A>
constexpr auto make(A... operands);

}  // namespace detail

/// The base of every formula. The operations on formulas are its friends: found wherever a formula is an operand.
struct Node {
    friend constexpr auto operator-(Formula auto a) { return detail::make<detail::Op::negate>(a); }
    friend constexpr auto operator+(Operand auto a, Operand auto b) { return detail::make<detail::Op::add>(a, b); }
    friend constexpr auto operator-(Operand auto a, Operand auto b) { return detail::make<detail::Op::subtract>(a, b); }
    friend constexpr auto operator*(Operand auto a, Operand auto b) { return detail::make<detail::Op::multiply>(a, b); }
    friend constexpr auto operator/(Operand auto a, Operand auto b) { return detail::make<detail::Op::divide>(a, b); }

    /// Comparisons by name: a bare `>` would end a template argument list.
    friend constexpr auto less(Operand auto a, Operand auto b) { return detail::make<detail::Op::less>(a, b); }
    friend constexpr auto greater(Operand auto a, Operand auto b) { return detail::make<detail::Op::less>(b, a); }
    friend constexpr auto select(Formula auto condition, Operand auto a, Operand auto b) {
        return detail::make<detail::Op::select>(condition, a, b);
    }

    friend constexpr auto min(Operand auto a, Operand auto b) { return detail::make<detail::Op::min>(a, b); }
    friend constexpr auto max(Operand auto a, Operand auto b) { return detail::make<detail::Op::max>(a, b); }
    friend constexpr auto clamp(Formula auto a, Operand auto low, Operand auto high) { return min(max(a, low), high); }

    friend constexpr auto abs(Formula auto a) { return detail::make<detail::Op::abs>(a); }
    friend constexpr auto erf(Formula auto a) { return detail::make<detail::Op::erf>(a); }
    friend constexpr auto exp(Formula auto a) { return detail::make<detail::Op::exp>(a); }
    friend constexpr auto expm1(Formula auto a) { return detail::make<detail::Op::expm1>(a); }
    friend constexpr auto log(Formula auto a) { return detail::make<detail::Op::log>(a); }
    friend constexpr auto log1p(Formula auto a) { return detail::make<detail::Op::log1p>(a); }
    friend constexpr auto sigmoid(Formula auto a) { return detail::make<detail::Op::sigmoid>(a); }
    friend constexpr auto softplus(Formula auto a) { return detail::make<detail::Op::softplus>(a); }
    friend constexpr auto sqrt(Formula auto a) { return detail::make<detail::Op::sqrt>(a); }
    friend constexpr auto tanh(Formula auto a) { return detail::make<detail::Op::tanh>(a); }
};

/// What the formula is a formula of.
struct Argument : Node {
    template <class T>
    TENET_HOST_DEVICE TENET_INLINE constexpr T operator()(T at) const {
        return at;
    }
};

/// A number in a formula. An aggregate like all here: nvcc writes template arguments back as braces.
struct Constant : Node {
    float number;

    template <class T>
    TENET_HOST_DEVICE TENET_INLINE constexpr T operator()(T) const {
        return T(number);
    }
};

namespace detail {

/// Stands for the operands that an operation does not have.
struct Nothing {
    TENET_HOST_DEVICE TENET_INLINE constexpr Nothing operator()(auto) const { return {}; }
};

/// An operation on formulas.
template <Op O, class A, class B = Nothing, class C = Nothing>
struct Operation : Node {
    A a{};
    B b{};
    C c{};

    TENET_HOST_DEVICE TENET_INLINE constexpr auto operator()(auto at) const { return evaluate<O>(a(at), b(at), c(at)); }
};

constexpr auto lift(Operand auto a) {
    if constexpr (Formula<decltype(a)>)
        return a;
    else
        return Constant{{}, static_cast<float>(a)};
}

template <Op O, class... A>
constexpr auto make(A... operands) {
    return Operation<O, decltype(lift(operands))...>{{}, lift(operands)...};
}

}  // namespace detail

/// The argument: `x * sigmoid(x)`.
TENET_LOCAL inline constexpr Argument x{};

}  // namespace tenet::formula
