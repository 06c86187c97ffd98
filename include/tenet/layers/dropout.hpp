#pragma once

#include <tenet/layers/float_arguments.hpp>
#include <tenet/layers/layer.hpp>
#include <tenet/layers/spatial.hpp>
#include <tenet/operations/random_mask.hpp>

namespace TENET_NAMESPACE {

namespace detail {

template <float Probability>
struct RandomLayer {
    static constexpr Inferred infer(const Shape& in) {
        Inferred result;
        if (!(Probability >= 0.0f && Probability < 1.0f))
            result.why.name("the probability") << why::must_lie_in_0_to_1;
        else
            result.output = in;
        return result;
    }
    static constexpr operations::View inference_operation(const Shape&) { return {}; }
};

template <float Probability, int Rank>
struct ChannelDropout : RandomLayer<Probability> {
    static constexpr Inferred infer(const Shape& in) {
        Inferred result = RandomLayer<Probability>::infer(in);
        if (result.ok() && in.rank != Rank + 1) result.why << needs_rank(Rank) << in;
        return result;
    }
    static constexpr operations::RandomMask operation(const Shape& in) {
        return {in.count(), Probability, in.count() / in[0]};
    }
};

}  // namespace detail

/// While training, sets each element to 0 with this probability and divides the others by 1 - Probability; otherwise
/// the identity. Same seed, same masks, for any number of threads. https://arxiv.org/abs/1207.0580
template <auto Probability = 0.5f>
struct Dropout : detail::NotAllFloats<Probability> {};
template <float Probability>
struct Dropout<Probability> : detail::RandomLayer<Probability> {
    static constexpr operations::RandomMask operation(const Shape& in) { return {in.count(), Probability}; }
};

/// As Dropout for whole channels of [C, L]. https://pytorch.org/docs/stable/generated/torch.nn.Dropout2d.html
template <auto Probability = 0.5f>
struct Dropout1d : detail::NotAllFloats<Probability> {};
template <float Probability>
struct Dropout1d<Probability> : detail::ChannelDropout<Probability, 1> {};

/// As Dropout for whole channels of [C, H, W].
template <auto Probability = 0.5f>
struct Dropout2d : detail::NotAllFloats<Probability> {};
template <float Probability>
struct Dropout2d<Probability> : detail::ChannelDropout<Probability, 2> {};

/// As Dropout for whole channels of [C, D, H, W].
template <auto Probability = 0.5f>
struct Dropout3d : detail::NotAllFloats<Probability> {};
template <float Probability>
struct Dropout3d<Probability> : detail::ChannelDropout<Probability, 3> {};

/// As Dropout for whole samples: at the end of a residual's main branch, samples skip that branch at random.
/// https://pytorch.org/vision/stable/generated/torchvision.ops.stochastic_depth.html, mode "row"
template <auto Probability>
struct StochasticDepth : detail::NotAllFloats<Probability> {};
template <float Probability>
struct StochasticDepth<Probability> : detail::RandomLayer<Probability> {
    static constexpr operations::RandomMask operation(const Shape& in) { return {in.count(), Probability, in.count()}; }
};

}  // namespace tenet
