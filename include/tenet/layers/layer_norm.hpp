#pragma once

#include <tenet/layers/normalisation.hpp>

namespace TENET_NAMESPACE {

/// y = (x - mean) / sqrt(variance + eps) * weight + bias, with mean and variance over the last `Axes` extents:
/// `LayerNorm<>` on [L, E] is PyTorch's LayerNorm(E), `LayerNorm<2>` LayerNorm([L, E]). Takes Eps (1e-5), NoAffine and
/// NoBias; weight and bias have the shape of those extents.
/// https://pytorch.org/docs/stable/generated/torch.nn.LayerNorm.html
template <int Axes = 1, class... Option>
struct LayerNorm
    : detail::NormalisationLayer<LayerNorm<Axes, Option...>,
                                 detail::eps_option | detail::no_affine_option | detail::no_bias_option, Option...> {
    TENET_LOCAL static constexpr bool affine = true;

    static constexpr void describe(const Shape& in, const detail::Options&, detail::NormalisedRanges& ranges,
                                   Diagnosis& why) {
        detail::normalise_last(in, Axes, ranges, why);
    }
    static constexpr Shape weight_shape(const Shape& in) { return detail::last_extents(in, Axes); }
};

}  // namespace tenet
