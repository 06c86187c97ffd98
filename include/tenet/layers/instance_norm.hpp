#pragma once

#include <tenet/layers/normalisation.hpp>
#include <tenet/layers/spatial.hpp>

namespace TENET_NAMESPACE {

namespace detail {

template <class Layer, int Rank, class... Option>
struct InstanceNormLayer : NormalisationLayer<Layer, eps_option | affine_option, Option...> {
    TENET_LOCAL static constexpr bool affine = false;

    static constexpr void describe(const Shape& in, const Options&, NormalisedRanges& ranges, Diagnosis& why) {
        if (in.rank != Rank + 1)
            why << needs_rank(Rank) << in;
        else if (in.count() == in[0])
            why << why::needs_more_than_one_position_but_gets << in;
        else
            normalise_channels(in, in[0], ranges, why);
    }
    static constexpr Shape weight_shape(const Shape& in) { return Shape{in[0]}; }
};

}  // namespace detail

/// y = (x - mean) / sqrt(variance + eps), with mean and variance over the positions of each channel of [C, L]. Takes
/// Eps (1e-5) and Affine, which trains weight and bias [C].
/// https://pytorch.org/docs/stable/generated/torch.nn.InstanceNorm2d.html
template <class... Option>
struct InstanceNorm1d : detail::InstanceNormLayer<InstanceNorm1d<Option...>, 1, Option...> {};

/// As InstanceNorm1d over [C, H, W].
template <class... Option>
struct InstanceNorm2d : detail::InstanceNormLayer<InstanceNorm2d<Option...>, 2, Option...> {};

/// As InstanceNorm1d over [C, D, H, W].
template <class... Option>
struct InstanceNorm3d : detail::InstanceNormLayer<InstanceNorm3d<Option...>, 3, Option...> {};

}  // namespace tenet
