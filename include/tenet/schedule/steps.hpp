#pragma once

#include <concepts>

#include <tenet/fusion/groups.hpp>
#include <tenet/math/identity.hpp>
#include <tenet/operations/linear.hpp>
#include <tenet/operations/map.hpp>
#include <tenet/schedule/gradient_flow.hpp>

namespace tenet::schedule {

/// The groups of a network in order of execution, with what each one runs.
///
/// One group is one step: forward in order, then the loss, then backward in reverse. A task takes its samples through
/// all steps (depth first), so that activations are needed for the samples in flight only, not for the batch.
template <class Net, Mode M, bool InputGradient, class Rules>
struct Steps {
    using Network = Net;
    static constexpr Mode mode = M;
    static constexpr bool input_gradient = InputGradient;

    static constexpr auto grouping = fusion::grouping<Net, M, Rules>();
    static constexpr int group_count = grouping.count;
    static constexpr int storage_count = grouping.storage_count;

    static constexpr const fusion::Group& group(int g) { return grouping.groups[g]; }
    /// Numbers of a storage, 0 if it became part of another one.
    static constexpr std::int64_t size(int storage) { return grouping.size[storage]; }

    /// What group G runs.
    template <int G>
    using Leaf = typename Net::template Leaf<grouping.groups[G].node, M>;
    template <int G>
    using Operation = typename Leaf<G>::Operation;
    /// The formula that group G applies to its result: the activation fused into it, or the identity.
    template <int G>
    using Formula = typename std::conditional_t<
        (grouping.groups[G].epilogue < 0), operations::Map<math::Identity>,
        typename Net::template Leaf<(grouping.groups[G].epilogue < 0 ? 0 : grouping.groups[G].epilogue),
                                    M>::Operation>::Formula;

  private:
    static constexpr auto flow = gradient_flow<Net, M, InputGradient>(grouping);

    struct LinearGroups {
        bool group[group_count > 0 ? group_count : 1]{};
    };
    static constexpr LinearGroups linear = []<int... G>(std::integer_sequence<int, G...>) {
        return LinearGroups{{std::same_as<Operation<G>, operations::Linear>...}};
    }
    (std::make_integer_sequence<int, group_count>{});

  public:
    /// Whether the weights of a group get gradients.
    static constexpr bool trained(int g) {
        const LeafNode& node = Net::graph.nodes[group(g).node];
        return M == Mode::training && node.trained && node.parameter_count > 0;
    }

    /// Weight gradients of trained Linear layers are deferred: a product over the whole batch, tile by tile, after the
    /// last task, is several times cheaper than adding to a large matrix after every few samples, and its sums have one
    /// order whatever the number of threads. Their output gradients are kept for the batch, outside the block.
    static constexpr bool deferred(int g) { return trained(g) && linear.group[g]; }

    /// Whether a storage holds a value whose gradient is needed: something trained, or the caller, stands before it.
    static constexpr bool needs_gradient(int storage) { return flow.storage[storage]; }
    /// Whether it is cleared before the backward pass, as its readers add up in no simpler way.
    static constexpr bool clears_gradient(int storage) { return flow.cleared[storage]; }
    /// Whether the gradient by input k of a group is wanted, and whether it is added to what is there.
    static constexpr bool wants_gradient(int g, int k) { return flow.edge[g][k].wanted; }
    static constexpr bool adds_gradient(int g, int k) { return flow.edge[g][k].adds; }

    /// Whether a group has anything to do in the backward pass.
    static constexpr bool runs_backward(int g) {
        if (trained(g)) return true;
        for (int k = 0; k < group(g).input_count; ++k)
            if (wants_gradient(g, k)) return true;
        return false;
    }

    /// The group that alone reads what group g writes, and nothing else; -1 if there is none such.
    static constexpr int only_reader(int g) { return flow.only_reader[g]; }
};

}  // namespace tenet::schedule
