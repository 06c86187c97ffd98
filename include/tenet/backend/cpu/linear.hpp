#pragma once

#include <tenet/backend/cpu/family.hpp>
#include <tenet/backend/cpu/linear_data_gradient.hpp>
#include <tenet/backend/cpu/linear_forward.hpp>
#include <tenet/backend/cpu/linear_single.hpp>
#include <tenet/operations/linear.hpp>

namespace tenet::cpu {

/// The weight gradient is not here: it is deferred to a pass over the whole batch (schedule/steps.hpp).
template <>
struct Family<operations::Linear> : NoScratch {
    using Op = operations::Linear;
    static constexpr bool multiplies_derivative(const Op&) { return true; }

    template <class Isa, class Formula, class T>
    static void forward(const Op& op, Block<const T> x, Weights w, Block<T> y, T*, const TaskContext& context) {
        const LinearExtents extents{op.in_features, op.out_features, context.groups, x.stride, y.stride};
        call<Isa, LinearForward<Formula>>(extents, x.data, w[0], op.bias ? w[1] : nullptr, y.data);
    }
    template <class Isa, class Formula, class T>
    static void backward(const Op& op, Block<const T> x, Block<const T>, Block<const T> dy, Weights w, Block<T> dx,
                         Gradients, T*, const TaskContext& context) {
        if (!dx) return;
        const LinearExtents extents{op.in_features, op.out_features, context.groups, x.stride, dy.stride, dx.stride};
        call<Isa, LinearDataGradient<Formula>>(extents, dy.data, w[0], x.data, dx.data, false);
    }
    template <class Isa, class Formula>
    static void forward_single(const Op& op, const float* x, Weights w, float* y, float*) {
        call<Isa, LinearSingle<Formula>>(op.in_features, op.out_features, x, w[0], op.bias ? w[1] : nullptr, y);
    }
};

}  // namespace tenet::cpu
