#pragma once

#include <tenet/layers/layer.hpp>
#include <tenet/layers/options.hpp>
#include <tenet/layers/real_option.hpp>
#include <tenet/operations/batch_norm.hpp>

namespace TENET_NAMESPACE {

namespace detail {

template <int LeastRank, int MostRank, why::Word Misfit, class... Option>
struct BatchNorm {
    static constexpr Inferred infer(const Shape& in) {
        Inferred result;
        const Options options = read_options<Option...>(result.why, taken);
        require_not_negative(result.why, "eps", options.eps);
        if (result.ok() && !(options.momentum >= 0.0f && options.momentum <= 1.0f))
            result.why.name("momentum") << why::must_lie_between_0_and_1;
        if (!result.ok()) return result;
        if (in.rank < LeastRank || in.rank > MostRank)
            result.why << Misfit << in;
        else
            result.output = in;
        return result;
    }
    static constexpr ParameterList parameters(const Shape& in) {
        const Shape channels{in[0]};
        const ParameterSpec weight{"weight", channels, InitialValue::ones()},
            bias{"bias", channels, InitialValue::zeros()};
        const ParameterSpec mean{"running_mean", channels, InitialValue::zeros(), 1, 1, false};
        const ParameterSpec variance{"running_var", channels, InitialValue::ones(), 1, 1, false};
        return affine() ? ParameterList{weight, bias, mean, variance} : ParameterList{mean, variance};
    }
    static constexpr operations::BatchNorm operation(const Shape& in) {
        return {in[0], in.count() / in[0], eps(), options().momentum, affine()};
    }
    static constexpr operations::FrozenBatchNorm inference_operation(const Shape& in) {
        return {in[0], in.count() / in[0], eps(), affine()};
    }

  private:
    TENET_LOCAL static constexpr unsigned taken = eps_option | momentum_option | no_affine_option;

    static constexpr Options options() {
        Diagnosis ignored;
        return read_options<Option...>(ignored, taken);
    }
    static constexpr float eps() { return options().has(eps_option) ? options().eps : 1e-5f; }
    static constexpr bool affine() { return !options().has(no_affine_option); }
};

}  // namespace detail

/// y = (x - mean) / sqrt(var + eps) * weight + bias for each channel, on [C] or [C, L]. While training, mean and
/// variance are those of the batch, and running averages are kept: running = (1 - momentum) running + momentum batch,
/// of the unbiased variance; inference uses these. Takes Eps (1e-5), Momentum (0.1) and NoAffine. Frozen<BatchNorm1d<>>
/// keeps weight and bias, and goes on averaging; Frozen<BatchNorm1d<>, EvalMode> takes and keeps the averages.
/// https://pytorch.org/docs/stable/generated/torch.nn.BatchNorm1d.html
template <class... Option>
struct BatchNorm1d : detail::BatchNorm<1, 2, why::needs_a_sequence_but_gets, Option...> {};

/// The same on images [C, H, W]. https://pytorch.org/docs/stable/generated/torch.nn.BatchNorm2d.html
template <class... Option>
struct BatchNorm2d : detail::BatchNorm<3, 3, why::needs_an_image_but_gets, Option...> {};

/// The same on volumes [C, D, H, W]. https://pytorch.org/docs/stable/generated/torch.nn.BatchNorm3d.html
template <class... Option>
struct BatchNorm3d : detail::BatchNorm<4, 4, why::needs_a_volume_but_gets, Option...> {};

}  // namespace tenet
