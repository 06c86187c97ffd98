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
namespace tenet::formula {

/// What the formula is a formula of.
struct Argument {
    template <class T>
    TENET_HOST_DEVICE TENET_INLINE constexpr T operator()(T at) const {
        return at;
    }
};

/// A number in a formula. An aggregate like all here: nvcc writes template arguments back as braces.
struct Constant {
    float number;

    template <class T>
    TENET_HOST_DEVICE TENET_INLINE constexpr T operator()(T) const {
        return T(number);
    }
};

/// An operation `Op` on one, two or three formulas.
template <class Op, class A>
struct Unary {
    A a;

    template <class T>
    TENET_HOST_DEVICE TENET_INLINE constexpr auto operator()(T at) const {
        return Op::apply(a(at));
    }
};
template <class Op, class A, class B>
struct Binary {
    A a;
    B b;

    template <class T>
    TENET_HOST_DEVICE TENET_INLINE constexpr auto operator()(T at) const {
        return Op::apply(a(at), b(at));
    }
};
template <class Op, class A, class B, class C>
struct Ternary {
    A a;
    B b;
    C c;

    template <class T>
    TENET_HOST_DEVICE TENET_INLINE constexpr auto operator()(T at) const {
        return Op::apply(a(at), b(at), c(at));
    }
};

template <class>
inline constexpr bool is_formula = false;
template <>
inline constexpr bool is_formula<Argument> = true;
template <>
inline constexpr bool is_formula<Constant> = true;
template <class Op, class A>
inline constexpr bool is_formula<Unary<Op, A>> = true;
template <class Op, class A, class B>
inline constexpr bool is_formula<Binary<Op, A, B>> = true;
template <class Op, class A, class B, class C>
inline constexpr bool is_formula<Ternary<Op, A, B, C>> = true;

template <class T>
concept Formula = is_formula<T>;
/// A formula or a number; one of the operands of an operation must be a formula.
template <class T>
concept Operand = is_formula<T> || std::is_arithmetic_v<T>;

namespace detail {

template <Formula A>
constexpr A lift(A a) {
    return a;
}
template <class Number>
    requires std::is_arithmetic_v<Number>
constexpr Constant lift(Number number) {
    return {static_cast<float>(number)};
}

template <class Op, class... A>
constexpr auto make(A... a) {
    if constexpr (sizeof...(A) == 1)
        return Unary<Op, A...>{a...};
    else if constexpr (sizeof...(A) == 2)
        return Binary<Op, A...>{a...};
    else
        return Ternary<Op, A...>{a...};
}

struct Add {
    template <class T>
    TENET_HOST_DEVICE TENET_INLINE static constexpr T apply(T a, T b) {
        return a + b;
    }
};
struct Subtract {
    template <class T>
    TENET_HOST_DEVICE TENET_INLINE static constexpr T apply(T a, T b) {
        return a - b;
    }
};
struct Multiply {
    template <class T>
    TENET_HOST_DEVICE TENET_INLINE static constexpr T apply(T a, T b) {
        return a * b;
    }
};
struct Divide {
    template <class T>
    TENET_HOST_DEVICE TENET_INLINE static constexpr T apply(T a, T b) {
        return a / b;
    }
};
struct Negate {
    template <class T>
    TENET_HOST_DEVICE TENET_INLINE static constexpr T apply(T a) {
        return -a;
    }
};
struct Less {
    template <class T>
    TENET_HOST_DEVICE TENET_INLINE static constexpr auto apply(T a, T b) {
        return a < b;
    }
};
struct Select {
    template <class Mask, class T>
    TENET_HOST_DEVICE TENET_INLINE static constexpr T apply(Mask condition, T a, T b) {
        return select(condition, a, b);
    }
};
struct Min {
    template <class T>
    TENET_HOST_DEVICE TENET_INLINE static constexpr T apply(T a, T b) {
        return math::min(a, b);
    }
};
struct Max {
    template <class T>
    TENET_HOST_DEVICE TENET_INLINE static constexpr T apply(T a, T b) {
        return math::max(a, b);
    }
};
struct Abs {
    template <class T>
    TENET_HOST_DEVICE TENET_INLINE static constexpr T apply(T a) {
        return math::abs(a);
    }
};
struct Erf {
    template <class T>
    TENET_HOST_DEVICE TENET_INLINE static constexpr T apply(T a) {
        return math::erf(a);
    }
};
struct Exp {
    template <class T>
    TENET_HOST_DEVICE TENET_INLINE static constexpr T apply(T a) {
        return math::exp(a);
    }
};
struct Expm1 {
    template <class T>
    TENET_HOST_DEVICE TENET_INLINE static constexpr T apply(T a) {
        return math::expm1(a);
    }
};
struct Log {
    template <class T>
    TENET_HOST_DEVICE TENET_INLINE static constexpr T apply(T a) {
        return math::log(a);
    }
};
struct Log1p {
    template <class T>
    TENET_HOST_DEVICE TENET_INLINE static constexpr T apply(T a) {
        return math::log1p(a);
    }
};
struct Sigmoid {
    template <class T>
    TENET_HOST_DEVICE TENET_INLINE static constexpr T apply(T a) {
        return math::sigmoid(a);
    }
};
struct Softplus {
    template <class T>
    TENET_HOST_DEVICE TENET_INLINE static constexpr T apply(T a) {
        return math::softplus(a);
    }
};
struct Sqrt {
    template <class T>
    TENET_HOST_DEVICE TENET_INLINE static constexpr T apply(T a) {
        return math::sqrt(a);
    }
};
struct Tanh {
    template <class T>
    TENET_HOST_DEVICE TENET_INLINE static constexpr T apply(T a) {
        return math::tanh(a);
    }
};

}  // namespace detail

template <Operand A, Operand B>
    requires(Formula<A> || Formula<B>)
constexpr auto operator+(A a, B b) {
    return detail::make<detail::Add>(detail::lift(a), detail::lift(b));
}
template <Operand A, Operand B>
    requires(Formula<A> || Formula<B>)
constexpr auto operator-(A a, B b) {
    return detail::make<detail::Subtract>(detail::lift(a), detail::lift(b));
}
template <Operand A, Operand B>
    requires(Formula<A> || Formula<B>)
constexpr auto operator*(A a, B b) {
    return detail::make<detail::Multiply>(detail::lift(a), detail::lift(b));
}
template <Operand A, Operand B>
    requires(Formula<A> || Formula<B>)
constexpr auto operator/(A a, B b) {
    return detail::make<detail::Divide>(detail::lift(a), detail::lift(b));
}
template <Formula A>
constexpr auto operator-(A a) {
    return detail::make<detail::Negate>(a);
}

/// Comparisons by name: a bare `>` would end a template argument list.
template <Operand A, Operand B>
    requires(Formula<A> || Formula<B>)
constexpr auto less(A a, B b) {
    return detail::make<detail::Less>(detail::lift(a), detail::lift(b));
}
template <Operand A, Operand B>
    requires(Formula<A> || Formula<B>)
constexpr auto greater(A a, B b) {
    return less(b, a);
}
template <Formula Condition, Operand A, Operand B>
constexpr auto select(Condition condition, A a, B b) {
    return detail::make<detail::Select>(condition, detail::lift(a), detail::lift(b));
}

template <Operand A, Operand B>
    requires(Formula<A> || Formula<B>)
constexpr auto min(A a, B b) {
    return detail::make<detail::Min>(detail::lift(a), detail::lift(b));
}
template <Operand A, Operand B>
    requires(Formula<A> || Formula<B>)
constexpr auto max(A a, B b) {
    return detail::make<detail::Max>(detail::lift(a), detail::lift(b));
}
template <Formula A, Operand Low, Operand High>
constexpr auto clamp(A a, Low low, High high) {
    return min(max(a, low), high);
}

template <Formula A>
constexpr auto abs(A a) {
    return detail::make<detail::Abs>(a);
}
template <Formula A>
constexpr auto erf(A a) {
    return detail::make<detail::Erf>(a);
}
template <Formula A>
constexpr auto exp(A a) {
    return detail::make<detail::Exp>(a);
}
template <Formula A>
constexpr auto expm1(A a) {
    return detail::make<detail::Expm1>(a);
}
template <Formula A>
constexpr auto log(A a) {
    return detail::make<detail::Log>(a);
}
template <Formula A>
constexpr auto log1p(A a) {
    return detail::make<detail::Log1p>(a);
}
template <Formula A>
constexpr auto sigmoid(A a) {
    return detail::make<detail::Sigmoid>(a);
}
template <Formula A>
constexpr auto softplus(A a) {
    return detail::make<detail::Softplus>(a);
}
template <Formula A>
constexpr auto sqrt(A a) {
    return detail::make<detail::Sqrt>(a);
}
template <Formula A>
constexpr auto tanh(A a) {
    return detail::make<detail::Tanh>(a);
}

/// The argument: `x * sigmoid(x)`.
inline constexpr Argument x{};

}  // namespace tenet::formula
