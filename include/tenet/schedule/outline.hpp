#pragma once

#include <tenet/core/array_bound.hpp>
#include <tenet/fusion/groups.hpp>
#include <tenet/schedule/gradient_flow.hpp>

namespace TENET_NAMESPACE::schedule {

/// The groups of a network in order of execution, and what each of them has to do, as values.
///
/// One group is one step: forward in order, then the loss, then backward in reverse. A task takes its samples through
/// all steps (depth first), so that activations are needed for the samples in flight only, not for the batch.
template <int N>
struct Outline {
    using Grouping = fusion::Grouping<N>;
    Mode mode = Mode::inference;
    bool input_gradient = false;
    Grouping grouping;
    GradientFlow<N> flow;
    struct Duty {
        bool trained = false, deferred = false;
    };
    Duty duty[Grouping::capacity]{};  // by group

    constexpr const fusion::Group& group(int g) const { return grouping.groups[g]; }
    /// Numbers of a storage, 0 if it became part of another one.
    constexpr std::int64_t size(int storage) const { return grouping.size[storage]; }

    /// Whether the weights of a group get gradients.
    constexpr bool trained(int g) const { return duty[g].trained; }

    /// Weight gradients are deferred where an operation asks for it: taken over the whole batch, after the last task,
    /// with one order of the sums whatever the number of threads. Inputs and output gradients are kept for the batch,
    /// outside the block.
    constexpr bool deferred(int g) const { return duty[g].deferred; }

    /// Whether a storage holds a value whose gradient is needed: something trained, or the caller, stands before it.
    constexpr bool needs_gradient(int storage) const { return flow.storage[storage]; }
    /// Whether it is cleared before the backward pass, as its readers add up in no simpler way.
    constexpr bool clears_gradient(int storage) const { return flow.cleared[storage]; }
    /// Whether the gradient by input k of a group is wanted, and whether it is added to what is there.
    constexpr bool wants_gradient(int g, int k) const { return flow.edge[g][k].wanted; }
    constexpr bool adds_gradient(int g, int k) const { return flow.edge[g][k].adds; }

    /// Whether a group has anything to do in the backward pass.
    constexpr bool runs_backward(int g) const {
        if (trained(g)) return true;
        for (int k = 0; k < group(g).input_count; ++k)
            if (wants_gradient(g, k)) return true;
        return false;
    }

    /// The group that alone reads what group g writes, and nothing else; -1 if there is none such.
    constexpr int only_reader(int g) const { return flow.only_reader[g]; }
};

/// `N` groups at most.
template <int N, int Nodes>
constexpr Outline<N> outline_of(const LeafGraph<Nodes>& graph, const fusion::NodeTable<Nodes>& table, Mode mode,
                                bool input_gradient) {
    Outline<N> result;
    result.mode = mode;
    result.input_gradient = input_gradient;
    result.grouping = fusion::group<N>(graph, table);
    result.flow = gradient_flow(graph, result.grouping, mode, input_gradient);
    // The samples of layers that share a weight become one longer batch, if all have the same extents.
    bool unlike[array_bound(Nodes)]{};
    for (int i = 0; i < graph.count; ++i) {
        const LeafNode &node = graph.nodes[i], &owner = graph.nodes[node.parameters_of];
        unlike[node.parameters_of] |= node.in != owner.in || node.out != owner.out;
    }
    for (int g = 0; g < result.grouping.count; ++g) {
        const int node = result.group(g).node;
        const bool trained =
            mode == Mode::training && graph.nodes[node].trained && graph.nodes[node].parameter_count > 0;
        result.duty[g] = {trained, trained && table.deferrable[node] && !unlike[graph.nodes[node].parameters_of]};
    }
    return result;
}

}  // namespace tenet::schedule
