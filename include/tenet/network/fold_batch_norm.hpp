#pragma once

#include <tenet/network/eval_rewrite.hpp>

namespace TENET_NAMESPACE::detail {

/// A convolution (transposed or not) or Linear takes in the BatchNorm that alone reads it: with
/// s = weight / sqrt(var + eps), w'[k] = w[k] s[k] for the weights of output channel k, and
/// b'[k] = (b[k] - mean[k]) s[k] + bias[k]. Not if it shares its parameters with another layer.
struct FoldBatchNorm {
    template <int N>
    static constexpr void apply(EvalRewrite<N>& rewrite) {
        for (int i = 0; i < N; ++i) {
            if (!rewrite.traits[i].scales_channels) continue;
            const int input = rewrite.graph.nodes[i].inputs[0], producer = input - 1;
            if (producer < 0 || !rewrite.traits[producer].takes_scale || rewrite.norm[producer] >= 0 ||
                rewrite.readers[input] != 1 || rewrite.users[rewrite.graph.nodes[producer].parameters_of] != 1)
                continue;
            rewrite.norm[producer] = i;
            rewrite.remove(i);
        }
    }
};

}  // namespace tenet::detail
