#pragma once

#include <algorithm>

#include <tenet/backend/cpu/convolution.hpp>
#include <tenet/backend/cpu/depthwise.hpp>
#include <tenet/backend/cpu/depthwise_single.hpp>
#include <tenet/backend/cpu/depthwise_weight_gradient.hpp>

namespace TENET_NAMESPACE::cpu {

/// Kernels for one channel at a time where they apply, else those of all convolutions.
template <>
struct Family<operations::DepthwiseConvolution> : ConvolutionFamily<DirectConvolution> {
    using Op = operations::DepthwiseConvolution;
    using General = ConvolutionFamily<DirectConvolution>;

    static constexpr std::int64_t forward_scratch(const Op& op) {
        return takes_depthwise(op) ? depthwise_scratch(op) : General::forward_scratch(op);
    }
    static constexpr std::int64_t backward_scratch(const Op& op) {
        return takes_depthwise(op) ? depthwise_scratch(op) : General::backward_scratch(op);
    }
    static constexpr std::int64_t single_scratch(const Op& op) {
        return takes_depthwise_single(op) ? depthwise_single_scratch(op) : General::single_scratch(op);
    }

    template <class Isa, class Formula, class T>
    static void forward(const Op& op, Block<const T> x, Weights w, Block<T> y, T* scratch, const TaskContext& context,
                        Block<const T> added = {}) {
        if (!takes_depthwise(op)) return General::template forward<Isa, Formula, T>(op, x, w, y, scratch, context, added);
        for (int g = 0; g < context.groups; ++g)
            depthwise_forward(depthwise_blocks<Isa>, op, floats(x[g]), w[0], op.bias ? w[1] : nullptr, floats(y[g]),
                              floats(scratch), {value_epilogue<Isa, Formula>(), floats(added[g])});
    }
    template <class Isa, class Formula, class T>
    static void backward(const Op& op, Block<const T> x, Block<const T> y, Block<const T> dy, Weights w, Block<T> dx,
                         Gradients gradients, T* scratch, const TaskContext& context) {
        if (!takes_depthwise(op))
            return General::template backward<Isa, Formula, T>(op, x, y, dy, w, dx, gradients, scratch, context);
        for (int g = 0; g < context.groups; ++g) {
            if (gradients.tensors) {
                depthwise_weight_gradient(depthwise_gradient_blocks<Isa>, op, floats(x[g]), floats(dy[g]),
                                          gradients.tensors[0]);
                if (op.bias)
                    convolution_bias_gradient<Isa>(op.out_channels, op.out_count(), floats(dy[g]),
                                                   gradients.tensors[1]);
            }
            if (dx)
                depthwise_data_gradient(depthwise_blocks<Isa>, op, floats(dy[g]), w[0], floats(dx[g]), floats(scratch),
                                        {derivative_epilogue<Isa, Formula>(), floats(x[g])});
        }
    }
    template <class Isa, class Formula>
    static void forward_single(const Op& op, const float* x, Weights w, float* y, float* scratch,
                               const float* added = nullptr) {
        if (!takes_depthwise_single(op))
            return General::template forward_single<Isa, Formula>(op, x, w, y, scratch, added);
        depthwise_single(pixel_lane_blocks<Isa>, copy_rows_apart<Isa>, op, x, w[0], op.bias ? w[1] : nullptr, y,
                         scratch);
        map_single<Isa, Formula>(y, op.out_channels * op.out_count(), added);
    }
};

}  // namespace tenet::cpu
