#pragma once

#include <algorithm>
#include <tenet/backend/cpu/convolution_data_gradient.hpp>
#include <tenet/backend/cpu/convolution_forward.hpp>
#include <tenet/backend/cpu/convolution_single.hpp>
#include <tenet/backend/cpu/convolution_weight_gradient.hpp>
#include <tenet/backend/cpu/family.hpp>
#include <tenet/operations/convolution.hpp>

namespace tenet::cpu {

template <>
struct Family<operations::Convolution> : NoScratch {
    using Op = operations::Convolution;
    static constexpr bool multiplies_derivative(const Op&) { return true; }

    static constexpr std::int64_t forward_scratch(const Op& op) {
        return ConvolutionForward<math::Identity>::scratch_size(op);
    }
    static constexpr std::int64_t backward_scratch(const Op& op) {
        return std::max(ConvolutionDataGradient<math::Identity>::scratch_size(op),
                        ConvolutionWeightGradient::scratch_size(op));
    }
    static constexpr std::int64_t single_scratch(const Op& op) {
        return ConvolutionSingle<math::Identity>::scratch_size(op);
    }

    template <class Isa, class Formula, class T>
    static void forward(const Op& op, Block<const T> x, Weights w, Block<T> y, T* scratch, const TaskContext& context) {
        for (int g = 0; g < context.groups; ++g)
            call<Isa, ConvolutionForward<Formula>>(&op, x[g], w[0], op.bias ? w[1] : nullptr, y[g], scratch);
    }
    template <class Isa, class Formula, class T>
    static void backward(const Op& op, Block<const T> x, Block<const T>, Block<const T> dy, Weights w, Block<T> dx,
                         Gradients gradients, T* scratch, const TaskContext& context) {
        for (int g = 0; g < context.groups; ++g) {
            if (gradients.tensors)
                call<Isa, ConvolutionWeightGradient>(&op, x[g], dy[g], gradients.tensors[0],
                                                     op.bias ? gradients.tensors[1] : nullptr, scratch);
            if (dx) call<Isa, ConvolutionDataGradient<Formula>>(&op, dy[g], w[0], x[g], dx[g], scratch);
        }
    }
    template <class Isa, class Formula>
    static void forward_single(const Op& op, const float* x, Weights w, float* y, float* scratch) {
        call<Isa, ConvolutionSingle<Formula>>(&op, x, w[0], op.bias ? w[1] : nullptr, y, scratch);
    }
};

}  // namespace tenet::cpu
