#pragma once

#include <tenet/network/eval_rewrite.hpp>

namespace TENET_NAMESPACE::detail {

/// Dropout, StochasticDepth, pooling of 1 x 1 and whatever else gives its input as it is are left out.
struct DropIdentity {
    template <int N>
    static constexpr void apply(EvalRewrite<N>& rewrite) {
        for (int i = 0; i < N; ++i)
            if (const LeafNode& node = rewrite.graph.nodes[i]; rewrite.traits[i].keeps_values && node.in == node.out)
                rewrite.remove(i);
    }
};

}  // namespace tenet::detail
