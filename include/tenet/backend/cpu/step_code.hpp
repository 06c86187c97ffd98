#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>

#include <tenet/backend/cpu/epilogue.hpp>
#include <tenet/backend/cpu/family.hpp>
#include <tenet/backend/cpu/kept_for_batch.hpp>
#include <tenet/network/leaf_graph.hpp>
#include <tenet/operations/batch_norm.hpp>
#include <tenet/operations/operation.hpp>

namespace TENET_NAMESPACE::cpu {

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

/// What the code of a step works on. A `dx` has no data if nobody wants it.
struct Operands {
    const void* operation = nullptr;
    int input_count = 1;
    Tensor x[LeafNode::max_inputs], dx[LeafNode::max_inputs];
    std::int64_t counts[LeafNode::max_inputs]{};  // numbers of each input
    bool adds[LeafNode::max_inputs]{};            // dx is added to what is there
    Tensor y, dy;
    Weights weights;
    Gradients gradients;
    float* scratch = nullptr;
    const TaskContext* context = nullptr;
    float* partial = nullptr;       // batch statistics of this task
    const float* shared = nullptr;  // and of the batch
};

/// The batch statistics of a step: parts by task, and what is made of them.
struct BatchShare {
    float* values = nullptr;
    float* partial = nullptr;
    std::ptrdiff_t partial_stride = 0;
    int tasks = 0, samples = 0, samples_per_task = 0;

    int samples_of(int task) const { return std::min(samples_per_task, samples - task * samples_per_task); }
};

/// The code of a step for one instruction set: functions that depend on the family of its operation and on formulas,
/// not on the network, so that equal steps, of this network or of another, share them. What a program has no use for is
/// null.
struct StepCode {
    void (*forward)(const Operands&) = nullptr;
    void (*backward)(const Operands&) = nullptr;
    bool adds = false;  // backward itself adds a gradient to what is there
    // Batch statistics, before forward and backward: of a task, then of the batch. Null pointers instead of parameters
    // or gradients that must not be written; gradients are added to what a later step with the same parameters has put
    // there.
    void (*statistics)(const Operands&) = nullptr;
    void (*backward_statistics)(const Operands&) = nullptr;
    void (*finish_statistics)(const void* operation, const BatchShare&, float* const* weights) = nullptr;
    void (*finish_backward_statistics)(const void* operation, const BatchShare&, float* const* gradients,
                                       bool add) = nullptr;
    // A deferred weight gradient: what a task keeps for it, and its rows.
    void (*keep)(const Operands&, const KeptForBatch&) = nullptr;
    void (*weight_gradient)(const void* operation, const GradientRows&) = nullptr;
    /// dy[i] *= the derivative of the step's own formula, where the step that reads y does not multiply it in.
    void (*multiply_derivative)(const float* y, float* dy, std::int64_t count) = nullptr;
};

/// What the code of a step for one sample of plain floats works on.
struct SingleOperands {
    const void* operation = nullptr;
    int input_count = 1;
    const float* x[LeafNode::max_inputs]{};
    std::int64_t counts[LeafNode::max_inputs]{};
    Weights weights;
    float* y = nullptr;
    float* scratch = nullptr;
};
using SingleCode = void (*)(const SingleOperands&);

namespace detail {

template <class Op>
TENET_LOCAL inline constexpr bool takes_operands = operations::Joining<Op> || operations::HasBatchStatistics<Op>;

template <class Isa, class Kernels, class Formula>
void forward_code(const Operands& o) {
    using T = Value<Isa>;
    using Op = typename Kernels::Op;
    const Op& op = *static_cast<const Op*>(o.operation);
    if constexpr (takes_operands<Op>)
        Kernels::template forward<Isa, Formula>(op, o);
    else if constexpr (adds_value<Formula>)
        Kernels::template forward<Isa, Formula, T>(op, o.x[0].as<T>(), o.weights, o.y.as<T>(),
                                                   reinterpret_cast<T*>(o.scratch), *o.context, o.x[1].as<T>());
    else
        Kernels::template forward<Isa, Formula, T>(op, o.x[0].as<T>(), o.weights, o.y.as<T>(),
                                                   reinterpret_cast<T*>(o.scratch), *o.context);
}

template <class Isa, class Kernels, class FormulaOfInput>
void backward_code(const Operands& o) {
    using T = Value<Isa>;
    using Op = typename Kernels::Op;
    const Op& op = *static_cast<const Op*>(o.operation);
    if constexpr (takes_operands<Op>)
        Kernels::template backward<Isa>(op, o);
    else
        Kernels::template backward<Isa, FormulaOfInput, T>(op, o.x[0].as<T>(), o.y.as<T>(), o.dy.as<T>(), o.weights,
                                                           o.dx[0].as<T>(), o.gradients,
                                                           reinterpret_cast<T*>(o.scratch), *o.context);
}

template <class Isa, class Kernels, class Formula>
void single_code(const SingleOperands& o) {
    using Op = typename Kernels::Op;
    const Op& op = *static_cast<const Op*>(o.operation);
    if constexpr (operations::Joining<Op>)
        Kernels::template forward_single<Isa, Formula>(op, o);
    else if constexpr (adds_value<Formula>)
        Kernels::template forward_single<Isa, Formula>(op, o.x[0], o.weights, o.y, o.scratch, o.x[1]);
    else
        Kernels::template forward_single<Isa, Formula>(op, o.x[0], o.weights, o.y, o.scratch);
}

struct AddTo {
    template <class T>
    static TENET_INLINE void run(const T* from, T* to, std::int64_t count) {
        for (std::int64_t i = 0; i < count; ++i) to[i] = to[i] + from[i];
    }
};

template <class Isa>
void add_code(const float* from, float* to, std::int64_t count) {
    using T = Value<Isa>;
    call<Isa, AddTo>(reinterpret_cast<const T*>(from), reinterpret_cast<T*>(to), count);
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

/// The code of a family, `Kernels`. `FormulaOfInput` is the formula whose derivative the step multiplies in on its way
/// back; `OwnDerivative` says that nobody does so for its own.
template <class Isa, class Kernels, class Formula, class FormulaOfInput, bool Backward, bool OwnDerivative,
          bool Deferred>
constexpr StepCode step_code() {
    using Op = typename Kernels::Op;
    StepCode code;
    code.forward = forward_code<Isa, Kernels, Formula>;
    if constexpr (operations::HasBatchStatistics<Op>) {
        code.statistics = [](const Operands& o) {
            Kernels::template statistics<Isa>(*static_cast<const Op*>(o.operation), o);
        };
        code.finish_statistics = [](const void* op, const BatchShare& share, float* const* weights) {
            Kernels::finish_statistics(*static_cast<const Op*>(op), share, weights);
        };
    }
    if constexpr (Backward) {
        code.backward = backward_code<Isa, Kernels, FormulaOfInput>;
        code.adds = operations::Joining<Op>;
        if constexpr (operations::HasBatchStatistics<Op>) {
            code.backward_statistics = [](const Operands& o) {
                Kernels::template backward_statistics<Isa>(*static_cast<const Op*>(o.operation), o);
            };
            code.finish_backward_statistics = [](const void* op, const BatchShare& share, float* const* gradients,
                                                 bool add) {
                Kernels::finish_backward_statistics(*static_cast<const Op*>(op), share, gradients, add);
            };
        }
        if constexpr (Deferred) {
            code.keep = [](const Operands& o, const KeptForBatch& kept) {
                Kernels::template keep<Isa>(*static_cast<const Op*>(o.operation), o, kept);
            };
            code.weight_gradient = [](const void* op, const GradientRows& rows) {
                Kernels::template weight_gradient<Isa>(*static_cast<const Op*>(op), rows);
            };
        }
        if constexpr (OwnDerivative && !std::derived_from<Formula, math::Identity>)
            code.multiply_derivative = multiply_derivative_code<Isa, Formula>;
    }
    return code;
}

}  // namespace detail

}  // namespace tenet::cpu
