#pragma once

#include <tenet/backend/cpu/family.hpp>
#include <tenet/backend/cpu/linear_data_gradient.hpp>
#include <tenet/backend/cpu/linear_forward.hpp>
#include <tenet/backend/cpu/linear_single.hpp>
#include <tenet/backend/cpu/map.hpp>
#include <tenet/operations/linear.hpp>

namespace tenet::cpu {

/// The weight gradient is not here: it is deferred to a pass over the whole batch (schedule/steps.hpp).
template <>
struct Family<operations::Linear> : NoScratch {
    using Op = operations::Linear;
    static constexpr bool multiplies_derivative(const Op&) { return true; }

    template <class Isa, class Formula, class T>
    static void forward(const Op& op, Block<const T> x, Weights w, Block<T> y, T*, const TaskContext& context) {
        linear_forward(linear_forward_blocks<Isa>,
                       {op.in_features, op.out_features, context.groups, x.stride, y.stride, 0}, floats(x.data), w[0],
                       op.bias ? w[1] : nullptr, floats(y.data), value_epilogue<Isa, Formula>());
    }
    template <class Isa, class Formula, class T>
    static void backward(const Op& op, Block<const T> x, Block<const T>, Block<const T> dy, Weights w, Block<T> dx,
                         Gradients, T*, const TaskContext& context) {
        if (!dx) return;
        linear_data_gradient(linear_data_gradient_blocks<Isa>,
                             {op.in_features, op.out_features, context.groups, x.stride, dy.stride, dx.stride},
                             floats(dy.data), w[0], floats(x.data), floats(dx.data), false,
                             derivative_epilogue<Isa, Formula>());
    }
    template <class Isa, class Formula>
    static void forward_single(const Op& op, const float* x, Weights w, float* y, float*) {
        linear_single(linear_single_blocks<Isa>, op.in_features, op.out_features, x, w[0], op.bias ? w[1] : nullptr, y);
        map_single<Isa, Formula>(y, op.out_features);
    }
};

}  // namespace tenet::cpu
