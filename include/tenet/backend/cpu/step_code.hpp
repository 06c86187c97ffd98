#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>

#include <tenet/backend/cpu/family.hpp>

namespace tenet::cpu {

/// A tensor of the samples of one task, whatever their value type: group g of lanes begins at `data + g * stride`
/// floats.
struct Tensor {
    float* data = nullptr;
    std::ptrdiff_t stride = 0;

    float* operator[](int group) const { return data + group * stride; }
    template <class T>
    Block<T> as() const {
        return {reinterpret_cast<T*>(data), stride / lanes_of<T>};
    }
};

/// What the code of a step works on. `dx` has no data if nobody wants it.
struct Operands {
    const void* operation = nullptr;
    Tensor x, y, dy, dx;
    Weights weights;
    Gradients gradients;
    float* scratch = nullptr;
    const TaskContext* context = nullptr;
};

/// The code of a step for one instruction set: functions that depend on the family of its operation and on formulas,
/// not on the network, so that equal steps, of this network or of another, share them. What a program has no use for is
/// null.
struct StepCode {
    void (*forward)(const Operands&) = nullptr;
    void (*backward)(const Operands&) = nullptr;
    /// dy[i] *= the derivative of the step's own formula, where the step that reads y does not multiply it in.
    void (*multiply_derivative)(const float* y, float* dy, std::int64_t count) = nullptr;
};

/// The code of a step for one sample of plain floats.
using SingleCode = void (*)(const void* operation, const float* x, Weights weights, float* y, float* scratch);

namespace detail {

template <class Isa, class Op, class Formula>
void forward_code(const Operands& o) {
    using T = Value<Isa>;
    Family<Op>::template forward<Isa, Formula, T>(*static_cast<const Op*>(o.operation), o.x.as<T>(), o.weights,
                                                  o.y.as<T>(), reinterpret_cast<T*>(o.scratch), *o.context);
}

template <class Isa, class Op, class FormulaOfInput>
void backward_code(const Operands& o) {
    using T = Value<Isa>;
    Family<Op>::template backward<Isa, FormulaOfInput, T>(*static_cast<const Op*>(o.operation), o.x.as<T>(),
                                                          o.y.as<T>(), o.dy.as<T>(), o.weights, o.dx.as<T>(),
                                                          o.gradients, reinterpret_cast<T*>(o.scratch), *o.context);
}

template <class Isa, class Op, class Formula>
void single_code(const void* operation, const float* x, Weights w, float* y, float* scratch) {
    Family<Op>::template forward_single<Isa, Formula>(*static_cast<const Op*>(operation), x, w, y, scratch);
}

template <class Formula>
struct MultiplyDerivative {
    template <class T>
    static TENET_INLINE void run(const T* y, T* dy, std::int64_t count) {
        for (std::int64_t i = 0; i < count; ++i) dy[i] = dy[i] * Formula::derivative(y[i], y[i]);
    }
};

template <class Isa, class Formula>
void multiply_derivative_code(const float* y, float* dy, std::int64_t count) {
    using T = Value<Isa>;
    call<Isa, MultiplyDerivative<Formula>>(reinterpret_cast<const T*>(y), reinterpret_cast<T*>(dy), count);
}

/// `FormulaOfInput` is the formula whose derivative the step multiplies in on its way back; `OwnDerivative` says that
/// nobody does so for its own.
template <class Isa, class Op, class Formula, class FormulaOfInput, bool Backward, bool OwnDerivative>
constexpr StepCode step_code() {
    StepCode code;
    code.forward = forward_code<Isa, Op, Formula>;
    if constexpr (Backward) {
        code.backward = backward_code<Isa, Op, FormulaOfInput>;
        if constexpr (OwnDerivative && !std::same_as<Formula, math::Identity>)
            code.multiply_derivative = multiply_derivative_code<Isa, Formula>;
    }
    return code;
}

}  // namespace detail

}  // namespace tenet::cpu
