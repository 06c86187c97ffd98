#pragma once

#include <concepts>

#include <tenet/fusion/groups.hpp>
#include <tenet/math/identity.hpp>
#include <tenet/operations/linear.hpp>

namespace tenet::schedule {

namespace detail {

template <int N>
struct NeededGradients {
    bool gradient[N + 1]{};  // by storage
};

// One pass: groups come in order, the producer of a storage before its readers.
template <class Net, Mode M, bool InputGradient, int N>
constexpr NeededGradients<N> needed_gradients(const fusion::Grouping<N>& grouping) {
    NeededGradients<N> needs;
    if (M != Mode::training) return needs;
    needs.gradient[0] = InputGradient;
    for (int g = 0; g < grouping.count; ++g) {
        const fusion::Group& group = grouping.groups[g];
        const Node& node = Net::graph.nodes[group.node];
        needs.gradient[group.output] =
            InputGradient || (node.trained && node.parameter_count > 0) || needs.gradient[group.input];
    }
    return needs;
}

}  // namespace detail

/// The groups of a network in order of execution, with what each one runs.
///
/// One group is one step: forward in order, then the loss, then backward in reverse. A task takes its samples through all
/// steps (depth first), so that activations are needed for the samples in flight only, not for the batch.
template <class Net, Mode M, bool InputGradient, class Rules>
struct Steps {
    using Network = Net;
    static constexpr Mode mode = M;
    static constexpr bool input_gradient = InputGradient;

    static constexpr auto grouping = fusion::grouping<Net, M, Rules>();
    static constexpr int group_count = grouping.count;
    static constexpr int storage_count = grouping.storage_count;

    static constexpr const fusion::Group& group(int g) { return grouping.groups[g]; }
    static constexpr const Shape& shape(int storage) { return grouping.shapes[storage]; }

    template <int G>
    static constexpr auto operation() {
        return Net::template operation<grouping.groups[G].node, M>();
    }
    template <int G>
    using Operation = decltype(Net::template operation<grouping.groups[G].node, M>());

  private:
    static constexpr auto needs = detail::needed_gradients<Net, M, InputGradient>(grouping);

    template <int Node>
    static constexpr auto formula_of() {
        if constexpr (Node < 0) return math::Identity{};
        else return typename decltype(Net::template operation<Node, M>())::Formula{};
    }

  public:
    /// The formula that group G applies to its result: the activation fused into it, or the identity.
    template <int G>
    using Formula = decltype(formula_of<grouping.groups[G].epilogue>());

    /// Whether the weights of a group get gradients.
    static constexpr bool trained(int g) {
        const Node& node = Net::graph.nodes[group(g).node];
        return M == Mode::training && node.trained && node.parameter_count > 0;
    }

    /// Weight gradients of trained Linear layers are deferred: a product over the whole batch, tile by tile, after the
    /// last task, is several times cheaper than adding to a large matrix after every few samples, and its sums have one
    /// order whatever the number of threads. Their output gradients are kept for the batch, outside the block.
    template <int G>
    static constexpr bool deferred = trained(G) && std::same_as<Operation<G>, operations::Linear>;

    /// Whether the gradient of a storage is needed: something trained, or the caller, stands before it.
    static constexpr bool needs_gradient(int storage) { return needs.gradient[storage]; }

    /// The group that writes a storage, -1 for the network's input.
    static constexpr int producer(int storage) {
        for (int g = 0; g < group_count; ++g)
            if (group(g).output == storage) return g;
        return -1;
    }

    /// The only group that reads a storage, -1 if none or several do.
    static constexpr int only_reader(int storage) {
        int reader = -1, readers = storage == grouping.output;
        for (int g = 0; g < group_count; ++g)
            if (group(g).input == storage) {
                reader = g;
                ++readers;
            }
        return readers == 1 ? reader : -1;
    }
};

}  // namespace tenet::schedule
