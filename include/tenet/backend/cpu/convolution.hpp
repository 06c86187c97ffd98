#pragma once

#include <algorithm>
#include <cstdint>

#include <tenet/backend/cpu/convolution_data_gradient.hpp>
#include <tenet/backend/cpu/convolution_forward.hpp>
#include <tenet/backend/cpu/convolution_gradient_of_batch.hpp>
#include <tenet/backend/cpu/convolution_single.hpp>
#include <tenet/backend/cpu/convolution_weight_gradient.hpp>
#include <tenet/backend/cpu/family.hpp>
#include <tenet/backend/cpu/map.hpp>
#include <tenet/backend/cpu/step_code.hpp>
#include <tenet/backend/cpu/winograd.hpp>
#include <tenet/backend/cpu/winograd_single.hpp>
#include <tenet/backend/cpu/winograd_weight_gradient.hpp>
#include <tenet/operations/convolution.hpp>

namespace TENET_NAMESPACE::cpu {

/// A convolution of one group of lanes by direct sums.
struct DirectConvolution {
    using Op = operations::Convolution;

    static constexpr std::int64_t forward_scratch(const Op& op) { return convolution_forward_scratch(op); }
    static constexpr std::int64_t backward_scratch(const Op& op) {
        return std::max(convolution_data_gradient_scratch(op), convolution_weight_gradient_scratch(op));
    }
    static constexpr std::int64_t single_scratch(const Op& op) { return convolution_single_scratch(op); }
    template <class Isa, class... Operands>
    static void forward(const Op& op, Operands... operands) {
        convolution_forward(correlation_blocks<Isa>, op, operands...);
    }
    template <class Isa, class... Operands>
    static void data_gradient(const Op& op, Operands... operands) {
        convolution_data_gradient(correlation_blocks<Isa>, op, operands...);
    }
    template <class Isa, class... Operands>
    static void weight_gradient(const Op& op, Operands... operands) {
        convolution_weight_gradient(convolution_gradient_blocks<Isa>, op, operands...);
    }
    template <class Isa, class... Operands>
    static void single(const Op& op, Operands... operands) {
        convolution_single(convolution_single_blocks<Isa>, op, operands...);
    }
};

/// The same by Winograd's transforms. One sample's are taken where they pay.
struct WinogradConvolution {
    using Op = operations::Convolution;

    static constexpr std::int64_t forward_scratch(const Op& op) { return WinogradCorrelation::forward(op).scratch(); }
    static constexpr std::int64_t backward_scratch(const Op& op) {
        return std::max(WinogradCorrelation::data_gradient(op).scratch(), WinogradGradientPlan::of(op).scratch());
    }
    static constexpr std::int64_t single_scratch(const Op& op) {
        std::int64_t most = convolution_single_scratch(op);
        for (const int lanes : {4, 8, 16})
            if (takes_winograd_single(op, lanes)) most = std::max(most, winograd_single_scratch(op, lanes));
        return most;
    }
    template <class Isa, class... Operands>
    static void forward(const Op& op, Operands... operands) {
        winograd_correlate(winograd_blocks<Isa>, WinogradCorrelation::forward(op), operands...);
    }
    template <class Isa, class... Operands>
    static void data_gradient(const Op& op, Operands... operands) {
        winograd_correlate(winograd_blocks<Isa>, WinogradCorrelation::data_gradient(op), operands...);
    }
    template <class Isa, class... Operands>
    static void weight_gradient(const Op& op, Operands... operands) {
        winograd_weight_gradient(winograd_gradient_blocks<Isa>, op, operands...);
    }
    template <class Isa, class... Operands>
    static void single(const Op& op, Operands... operands) {
        if (takes_winograd_single(op, Isa::lanes))
            winograd_single(winograd_single_blocks<Isa>, op, operands...);
        else
            convolution_single(convolution_single_blocks<Isa>, op, operands...);
    }
};

/// Convolutions by either method.
template <class Method>
struct ConvolutionFamily : NoScratch {
    using Op = operations::Convolution;
    static constexpr bool multiplies_derivative(const Op&) { return true; }

    static constexpr std::int64_t forward_scratch(const Op& op) { return Method::forward_scratch(op); }
    static constexpr std::int64_t backward_scratch(const Op& op) { return Method::backward_scratch(op); }
    static constexpr std::int64_t single_scratch(const Op& op) { return Method::single_scratch(op); }

    template <class Isa, class Formula, class T>
    static void forward(const Op& op, Block<const T> x, Weights w, Block<T> y, T* scratch, const TaskContext& context,
                        Block<const T> added = {}) {
        for (int g = 0; g < context.groups; ++g)
            Method::template forward<Isa>(op, floats(x[g]), w[0], op.bias ? w[1] : nullptr, floats(y[g]),
                                          floats(scratch), Epilogue{value_epilogue<Isa, Formula>(), floats(added[g])});
    }
    template <class Isa, class Formula, class T>
    static void backward(const Op& op, Block<const T> x, Block<const T>, Block<const T> dy, Weights w, Block<T> dx,
                         Gradients gradients, T* scratch, const TaskContext& context) {
        for (int g = 0; g < context.groups; ++g) {
            if (gradients.tensors) {
                Method::template weight_gradient<Isa>(op, floats(x[g]), floats(dy[g]), gradients.tensors[0],
                                                      floats(scratch));
                if (op.bias)
                    convolution_bias_gradient<Isa>(op.out_channels, op.out_count(), floats(dy[g]),
                                                   gradients.tensors[1]);
            }
            if (dx)
                Method::template data_gradient<Isa>(op, floats(dy[g]), w[0], nullptr, floats(dx[g]), floats(scratch),
                                                    Epilogue{derivative_epilogue<Isa, Formula>(), floats(x[g])});
        }
    }

    static constexpr std::int64_t kept_input(const Op& op) { return std::int64_t{op.in_channels} * op.in_count(); }
    template <class Isa>
    static void keep(const Op& op, const Operands& o, const KeptForBatch& kept) {
        const std::int64_t count = kept_input(op);
        for (int g = 0; g < o.context->groups; ++g)
            std::copy_n(o.x[0][g], count * Isa::lanes,
                        kept.input + (kept.first + o.context->sample + g * Isa::lanes) * count);
    }
    template <class Isa>
    static void weight_gradient(const Op& op, const GradientRows& rows) {
        convolution_gradient_of_batch(convolution_gradient_blocks<Isa>, op, rows);
        if (!rows.bias) return;
        const std::ptrdiff_t plane = std::ptrdiff_t{op.out_count()} * Isa::lanes;
        std::fill(rows.bias + rows.first, rows.bias + rows.last, 0.0f);
        for (int g = 0; g * Isa::lanes < rows.samples; ++g)
            convolution_bias_gradient<Isa>(
                rows.last - rows.first, op.out_count(),
                rows.kept.output_gradients + (std::ptrdiff_t{g} * op.out_channels + rows.first) * plane,
                rows.bias + rows.first);
    }

    template <class Isa, class Formula>
    static void forward_single(const Op& op, const float* x, Weights w, float* y, float* scratch,
                               const float* added = nullptr) {
        Method::template single<Isa>(op, x, w[0], op.bias ? w[1] : nullptr, y, scratch);
        map_single<Isa, Formula>(y, op.out_channels * op.out_count(), added);
    }
};

template <>
struct Family<operations::Convolution> : ConvolutionFamily<DirectConvolution> {
    using Alternative = ConvolutionFamily<WinogradConvolution>;
    static constexpr bool takes_alternative(const Op& op) { return takes_winograd(op); }
};

}  // namespace tenet::cpu
