#pragma once

#include <concepts>
#include <cstdint>

#include <tenet/core/array_bound.hpp>
#include <tenet/network/network.hpp>
#include <tenet/operations/batch_norm.hpp>
#include <tenet/operations/convolution.hpp>
#include <tenet/operations/convolution_transpose.hpp>
#include <tenet/operations/linear.hpp>
#include <tenet/operations/view.hpp>

namespace TENET_NAMESPACE::detail {

/// What the rules that rewrite a network for inference ask of a node's operation.
struct EvalTraits {
    bool keeps_values = false;     // gives its input's numbers, perhaps in another shape
    bool scales_channels = false;  // BatchNorm: a factor and a summand for each channel
    bool takes_scale = false;      // a weight each of whose kernels belongs to one output channel, and perhaps a bias
    int out_channels = 0;
    int rows_of_group = 0;  // of a weight [channels][output channels / groups], as ConvTranspose has it; else 0
    bool bias = false, affine = false;
    float eps = 0.0f;
    bool convolves = false;
    operations::Convolution convolution;
};

template <class Op>
constexpr EvalTraits eval_traits(const Op& op) {
    EvalTraits traits;
    traits.keeps_values = std::same_as<Op, operations::View>;
    if constexpr (requires { op.is_identity(); }) traits.keeps_values = op.is_identity();
    constexpr bool convolution = std::derived_from<Op, operations::Convolution>;
    constexpr bool transpose = std::same_as<Op, operations::ConvolutionTranspose>;
    constexpr bool linear = std::same_as<Op, operations::Linear>;
    if constexpr (convolution || transpose || linear) {
        traits.takes_scale = true;
        traits.bias = op.bias;
    }
    if constexpr (convolution) {
        traits.out_channels = op.out_channels;
        traits.convolves = true;
        traits.convolution = op;
    }
    if constexpr (transpose) {
        traits.out_channels = op.out_channels();
        traits.rows_of_group = op.in_channels() / op.adjoint.groups;
    }
    if constexpr (linear) traits.out_channels = op.out_features;
    if constexpr (std::same_as<Op, operations::FrozenBatchNorm>) {
        traits.scales_channels = true;
        traits.affine = op.affine;
        traits.eps = op.eps;
    }
    return traits;
}

/// The part of a convolution's kernel that is left: along each axis `size` taps from tap `first` on.
struct TapsLeft {
    int first[3]{}, size[3]{1, 1, 1}, kernel[3]{1, 1, 1};  // kernel: of the trained layer

    constexpr bool all() const { return count() == kernel[0] * kernel[1] * kernel[2]; }
    constexpr int count() const { return size[0] * size[1] * size[2]; }
    /// The numbers of a trained kernel of which `left` are left: as many, where no taps are dropped.
    constexpr std::int64_t trained_count(std::int64_t left) const {
        return left / count() * (kernel[0] * kernel[1] * kernel[2]);
    }
    /// The place in the trained kernel of the tap that is number `t` of those left.
    constexpr int place(int t) const {
        const int a = t / (size[1] * size[2]), b = t / size[2] % size[1], c = t % size[2];
        return ((first[0] + a) * kernel[1] + first[1] + b) * kernel[2] + first[2] + c;
    }
};

/// A network's graph while rules take nodes out of it. Nodes keep their numbers.
template <int N>
struct EvalRewrite {
    LeafGraph<N> graph;
    EvalTraits traits[array_bound(N)]{};
    bool removed[array_bound(N)]{};
    int norm[array_bound(N)]{};  // the BatchNorm that a node has taken in, or -1
    TapsLeft taps[array_bound(N)]{};
    int users[array_bound(N)]{};        // nodes that use the parameters of this one
    int readers[array_bound(N + 1)]{};  // of each value, the network's output being one

    constexpr EvalRewrite(const LeafGraph<N>& original, const EvalTraits* table) : graph(original) {
        for (int i = 0; i < N; ++i) {
            traits[i] = table[i];
            norm[i] = -1;
            if (traits[i].convolves)
                for (int axis = 0; axis < 3; ++axis)
                    taps[i].size[axis] = taps[i].kernel[axis] = traits[i].convolution.kernel[axis];
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
