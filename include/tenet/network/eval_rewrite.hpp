#pragma once

#include <concepts>

#include <tenet/network/network.hpp>
#include <tenet/operations/batch_norm.hpp>
#include <tenet/operations/convolution.hpp>
#include <tenet/operations/linear.hpp>
#include <tenet/operations/view.hpp>

namespace tenet::detail {

/// What the rules that rewrite a network for inference ask of a node's operation.
struct EvalTraits {
    bool renames = false;          // a View
    bool scales_channels = false;  // BatchNorm: a factor and a summand for each channel
    bool takes_scale = false;      // one row of the weight for each output channel, and perhaps a bias
    bool bias = false, affine = false;
    float eps = 0.0f;
};

template <class Op>
constexpr EvalTraits eval_traits(const Op& op) {
    EvalTraits traits;
    traits.renames = std::same_as<Op, operations::View>;
    if constexpr (std::derived_from<Op, operations::Convolution> || std::same_as<Op, operations::Linear>) {
        traits.takes_scale = true;
        traits.bias = op.bias;
    }
    if constexpr (std::same_as<Op, operations::FrozenBatchNorm>) {
        traits.scales_channels = true;
        traits.affine = op.affine;
        traits.eps = op.eps;
    }
    return traits;
}

/// A network's graph while rules take nodes out of it. Nodes keep their numbers.
template <int N>
struct EvalRewrite {
    LeafGraph<N> graph;
    EvalTraits traits[N > 0 ? N : 1]{};
    bool removed[N > 0 ? N : 1]{};
    int norm[N > 0 ? N : 1]{};   // the BatchNorm that a node has taken in, or -1
    int users[N > 0 ? N : 1]{};  // nodes that use the parameters of this one
    int readers[N + 1]{};        // of each value, the network's output being one

    constexpr EvalRewrite(const LeafGraph<N>& original, const EvalTraits* table) : graph(original) {
        for (int i = 0; i < N; ++i) {
            traits[i] = table[i];
            norm[i] = -1;
            ++users[graph.nodes[i].parameters_of];
            for (int k = 0; k < graph.nodes[i].input_count; ++k) ++readers[graph.nodes[i].inputs[k]];
        }
        ++readers[graph.output];
    }

    /// All that read what a node gives read its input instead.
    constexpr void remove(int node) {
        const int value = node + 1, input = graph.nodes[node].inputs[0];
        for (int i = value; i < N; ++i)
            for (int k = 0; k < graph.nodes[i].input_count; ++k)
                if (graph.nodes[i].inputs[k] == value) graph.nodes[i].inputs[k] = input;
        if (graph.output == value) graph.output = input;
        readers[input] += readers[value] - 1;
        removed[node] = true;
    }
};

}  // namespace tenet::detail
