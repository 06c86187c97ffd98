#pragma once

#include <limits>

#include <tenet/layers/normalisation.hpp>

namespace TENET_NAMESPACE {

/// y = x / sqrt(mean of x^2 + eps) * weight over the last `Axes` extents, see LayerNorm. Takes Eps (the spacing of
/// floats at 1) and NoAffine. https://pytorch.org/docs/stable/generated/torch.nn.RMSNorm.html
template <int Axes = 1, class... Option>
struct RMSNorm
    : detail::NormalisationLayer<RMSNorm<Axes, Option...>, detail::eps_option | detail::no_affine_option, Option...> {
    TENET_LOCAL static constexpr bool affine = true;

    static constexpr void describe(const Shape& in, const detail::Options& options, detail::NormalisedRanges& ranges,
                                   Diagnosis& why) {
        ranges.centred = ranges.bias = false;
        if (!options.has(detail::eps_option)) ranges.eps = std::numeric_limits<float>::epsilon();
        detail::normalise_last(in, Axes, ranges, why);
    }
    static constexpr Shape weight_shape(const Shape& in) { return detail::last_extents(in, Axes); }
};

}  // namespace tenet
