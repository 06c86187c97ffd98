#pragma once

#include <tenet/layers/layer.hpp>
#include <tenet/operations/batch_norm.hpp>

namespace tenet {

namespace detail {

template <int LeastRank, int MostRank, why::Word Misfit, float Eps, float Momentum, bool Affine>
struct BatchNorm {
    static constexpr Inferred infer(const Shape& in) {
        Inferred result;
        if (in.rank < LeastRank || in.rank > MostRank) result.why << Misfit << in;
        else result.output = in;
        return result;
    }
    static constexpr ParameterList parameters(const Shape& in) {
        const Shape channels{in[0]};
        const ParameterSpec mean{"running_mean", channels, InitialValue::zeros(), 1, 1, false};
        const ParameterSpec variance{"running_var", channels, InitialValue::ones(), 1, 1, false};
        if constexpr (!Affine) return {mean, variance};
        return {ParameterSpec{"weight", channels, InitialValue::ones()},
                ParameterSpec{"bias", channels, InitialValue::zeros()}, mean, variance};
    }
    static constexpr operations::BatchNorm operation(const Shape& in) {
        return {in[0], in.count() / in[0], Eps, Momentum, Affine};
    }
    static constexpr operations::FrozenBatchNorm inference_operation(const Shape& in) {
        return {in[0], in.count() / in[0], Eps, Affine};
    }
};

}  // namespace detail

/// y = (x - mean) / sqrt(var + Eps) * weight + bias for each channel, on [C] or [C, L]. While training, mean and variance
/// are those of the batch, and running averages are kept: running = (1 - Momentum) running + Momentum batch, of the
/// unbiased variance; inference uses these. Frozen<BatchNorm...> keeps weight and bias, and goes on averaging.
/// https://pytorch.org/docs/stable/generated/torch.nn.BatchNorm1d.html
template <float Eps = 1e-5f, float Momentum = 0.1f, bool Affine = true>
struct BatchNorm1d : detail::BatchNorm<1, 2, why::needs_a_sequence_but_gets, Eps, Momentum, Affine> {};

/// The same on images [C, H, W]. https://pytorch.org/docs/stable/generated/torch.nn.BatchNorm2d.html
template <float Eps = 1e-5f, float Momentum = 0.1f, bool Affine = true>
struct BatchNorm2d : detail::BatchNorm<3, 3, why::needs_an_image_but_gets, Eps, Momentum, Affine> {};

/// The same on volumes [C, D, H, W]. https://pytorch.org/docs/stable/generated/torch.nn.BatchNorm3d.html
template <float Eps = 1e-5f, float Momentum = 0.1f, bool Affine = true>
struct BatchNorm3d : detail::BatchNorm<4, 4, why::needs_a_volume_but_gets, Eps, Momentum, Affine> {};

}  // namespace tenet
