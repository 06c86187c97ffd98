#pragma once

#include <tenet/backend/cpu/family.hpp>
#include <tenet/backend/cpu/linear_data_gradient.hpp>
#include <tenet/backend/cpu/linear_forward.hpp>
#include <tenet/backend/cpu/linear_single.hpp>
#include <tenet/backend/cpu/linear_weight_gradient.hpp>
#include <tenet/backend/cpu/map.hpp>
#include <tenet/backend/cpu/samples.hpp>
#include <tenet/backend/cpu/step_code.hpp>
#include <tenet/operations/linear.hpp>

namespace TENET_NAMESPACE::cpu {

template <>
struct Family<operations::Linear> : NoScratch {
    using Op = operations::Linear;
    static constexpr bool multiplies_derivative(const Op&) { return true; }

    template <class Isa, class Formula, class T>
    static void forward(const Op& op, Block<const T> x, Weights w, Block<T> y, T*, const TaskContext& context,
                        Block<const T> added = {}) {
        linear_forward(linear_forward_blocks<Isa>,
                       {op.in_features, op.out_features, context.groups, x.stride, y.stride, 0}, floats(x.data), w[0],
                       op.bias ? w[1] : nullptr, floats(y.data),
                       {value_epilogue<Isa, Formula>(), floats(added.data)});
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

    static constexpr std::int64_t kept_input(const Op& op) { return InputPanels{op.in_features}.size(1); }
    template <class Isa>
    static void keep(const Op& op, const Operands& o, const KeptForBatch& kept) {
        const InputPanels panels{op.in_features};
        for (int g = 0; g < o.context->groups; ++g) {
            const std::int64_t first = kept.first + o.context->sample + g * Isa::lanes;
            const int count = kept.shared ? Isa::lanes : std::min(Isa::lanes, o.context->samples - g * Isa::lanes);
            for (int p = 0; p < panels.count(); ++p)
                detail::write_strided<Isa>(panels.width_of(p), count, o.x[0][g] + panels.begin(p) * Isa::lanes,
                                           {kept.input + panels.offset(p, first, kept.samples), panels.stride_of(p)});
        }
    }
    template <class Isa>
    static void weight_gradient(const Op& op, const GradientRows& rows) {
        const InputPanels panels{op.in_features};
        LinearGradientExtents extents;
        extents.outputs = op.out_features;
        extents.samples = rows.samples;
        extents.first_output = rows.first;
        extents.last_output = rows.last;
        extents.dw_stride = op.in_features;
        for (int p = 0; p < panels.count(); ++p) {
            extents.inputs = panels.width_of(p);
            extents.row_stride = panels.stride_of(p);
            linear_weight_gradient(linear_gradient_blocks<Isa>, extents,
                                   rows.kept.input + panels.offset(p, 0, rows.kept.samples), rows.kept.output_gradients,
                                   rows.weight + panels.begin(p), p == 0 ? rows.bias : nullptr);
        }
    }

    template <class Isa, class Formula>
    static void forward_single(const Op& op, const float* x, Weights w, float* y, float*,
                               const float* added = nullptr) {
        linear_single(linear_single_blocks<Isa>, op.in_features, op.out_features, x, w[0], op.bias ? w[1] : nullptr, y);
        map_single<Isa, Formula>(y, op.out_features, added);
    }
};

}  // namespace tenet::cpu
