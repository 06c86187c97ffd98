#pragma once

#include <tenet/layers/layer.hpp>
#include <tenet/operations/random_mask.hpp>

namespace tenet {

/// While training, sets each element to 0 with this probability and divides the others by 1 - Probability; otherwise the
/// identity. Same seed, same masks, for any number of threads. https://arxiv.org/abs/1207.0580
template <float Probability = 0.5f>
struct Dropout {
    static constexpr Inferred infer(const Shape& in) {
        Inferred result;
        if (!(Probability >= 0.0f && Probability < 1.0f)) result.why.name("the probability") << why::must_lie_in_0_to_1;
        else result.output = in;
        return result;
    }
    static constexpr operations::RandomMask operation(const Shape& in) { return {in.count(), Probability}; }
    static constexpr operations::View inference_operation(const Shape&) { return {}; }
};

}  // namespace tenet
