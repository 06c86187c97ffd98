#pragma once

#include <concepts>

#include <tenet/fusion/groups.hpp>
#include <tenet/math/identity.hpp>
#include <tenet/operations/linear.hpp>
#include <tenet/operations/map.hpp>

namespace tenet::schedule {

namespace detail {

/// Who writes and who reads each storage, found in one pass.
template <int N>
struct Links {
    int producer[N + 1]{};
    int reader[N + 1]{};   // the last one
    int readers[N + 1]{};  // how many, the caller counted for the network's output
};

template <int N>
constexpr Links<N> links(const fusion::Grouping<N>& grouping) {
    Links<N> result;
    for (int s = 0; s <= N; ++s) result.producer[s] = result.reader[s] = -1;
    result.readers[grouping.output] = 1;
    for (int g = 0; g < grouping.count; ++g) {
        const fusion::Group& group = grouping.groups[g];
        result.producer[group.output] = g;
        result.reader[group.input] = g;
        ++result.readers[group.input];
    }
    return result;
}

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
    static constexpr const Shape& shape(int storage) { return grouping.shapes[storage]; }

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
    static constexpr auto links = detail::links(grouping);
    static constexpr auto needs = detail::needed_gradients<Net, M, InputGradient>(grouping);

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
        const Node& node = Net::graph.nodes[group(g).node];
        return M == Mode::training && node.trained && node.parameter_count > 0;
    }

    /// Weight gradients of trained Linear layers are deferred: a product over the whole batch, tile by tile, after the
    /// last task, is several times cheaper than adding to a large matrix after every few samples, and its sums have one
    /// order whatever the number of threads. Their output gradients are kept for the batch, outside the block.
    static constexpr bool deferred(int g) { return trained(g) && linear.group[g]; }

    /// Whether the gradient of a storage is needed: something trained, or the caller, stands before it.
    static constexpr bool needs_gradient(int storage) { return needs.gradient[storage]; }

    /// The group that writes a storage, -1 for the network's input.
    static constexpr int producer(int storage) { return links.producer[storage]; }

    /// The only group that reads a storage, -1 if none or several do, or if it is the network's output.
    static constexpr int only_reader(int storage) { return links.readers[storage] == 1 ? links.reader[storage] : -1; }
};

}  // namespace tenet::schedule
