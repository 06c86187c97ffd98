#pragma once

#include <tenet/layers/normalisation.hpp>

namespace TENET_NAMESPACE {

/// y = (x - mean) / sqrt(variance + eps) * weight + bias over [C, ...], with mean and variance over all positions of
/// C / GroupCount neighbouring channels. Takes Eps (1e-5) and NoAffine; weight and bias [C]; `GroupCount` divides C.
/// https://pytorch.org/docs/stable/generated/torch.nn.GroupNorm.html
template <int GroupCount, class... Option>
struct GroupNorm : detail::NormalisationLayer<GroupNorm<GroupCount, Option...>,
                                              detail::eps_option | detail::no_affine_option, Option...> {
    TENET_LOCAL static constexpr bool affine = true;

    static constexpr void describe(const Shape& in, const detail::Options&, detail::NormalisedRanges& ranges,
                                   Diagnosis& why) {
        detail::normalise_channels(in, GroupCount, ranges, why);
    }
    static constexpr Shape weight_shape(const Shape& in) { return Shape{in[0]}; }
};

}  // namespace tenet
