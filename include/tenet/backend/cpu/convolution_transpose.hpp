#pragma once

#include <algorithm>

#include <tenet/backend/cpu/convolution_data_gradient.hpp>
#include <tenet/backend/cpu/convolution_forward.hpp>
#include <tenet/backend/cpu/convolution_transpose_single.hpp>
#include <tenet/backend/cpu/convolution_weight_gradient.hpp>
#include <tenet/backend/cpu/family.hpp>
#include <tenet/backend/cpu/map.hpp>
#include <tenet/operations/convolution_transpose.hpp>

namespace TENET_NAMESPACE::cpu {

/// The kernels of the convolution with the roles exchanged: forward is its data gradient, and the other way round.
template <>
struct Family<operations::ConvolutionTranspose> : NoScratch {
    using Op = operations::ConvolutionTranspose;
    static constexpr bool multiplies_derivative(const Op&) { return true; }

    static constexpr std::int64_t forward_scratch(const Op& op) {
        return convolution_data_gradient_scratch(op.adjoint);
    }
    static constexpr std::int64_t backward_scratch(const Op& op) {
        return std::max(convolution_forward_scratch(op.adjoint), convolution_weight_gradient_scratch(op.adjoint));
    }
    static constexpr std::int64_t single_scratch(const Op& op) { return convolution_transpose_single_scratch(op); }

    template <class Isa, class Formula, class T>
    static void forward(const Op& op, Block<const T> x, Weights w, Block<T> y, T* scratch, const TaskContext& context) {
        for (int g = 0; g < context.groups; ++g)
            convolution_data_gradient(correlation_blocks<Isa>, op.adjoint, floats(x[g]), w[0], op.bias ? w[1] : nullptr,
                                      floats(y[g]), floats(scratch), {value_epilogue<Isa, Formula>()});
    }
    template <class Isa, class Formula, class T>
    static void backward(const Op& op, Block<const T> x, Block<const T>, Block<const T> dy, Weights w, Block<T> dx,
                         Gradients gradients, T* scratch, const TaskContext& context) {
        for (int g = 0; g < context.groups; ++g) {
            if (gradients.tensors) {
                convolution_weight_gradient(convolution_gradient_blocks<Isa>, op.adjoint, floats(dy[g]), floats(x[g]),
                                            gradients.tensors[0], floats(scratch));
                if (op.bias)
                    convolution_bias_gradient<Isa>(op.out_channels(), op.out_count(), floats(dy[g]),
                                                   gradients.tensors[1]);
            }
            if (dx)
                convolution_forward(correlation_blocks<Isa>, op.adjoint, floats(dy[g]), w[0], nullptr, floats(dx[g]),
                                    floats(scratch), {derivative_epilogue<Isa, Formula>(), floats(x[g])});
        }
    }
    template <class Isa, class Formula>
    static void forward_single(const Op& op, const float* x, Weights w, float* y, float* scratch) {
        convolution_transpose_single(convolution_single_blocks<Isa>, op, x, w[0], op.bias ? w[1] : nullptr, y, scratch);
        map_single<Isa, Formula>(y, op.out_channels() * op.out_count());
    }
};

}  // namespace tenet::cpu
