#pragma once

#include <cstdint>

#include <tenet/core/array_bound.hpp>
#include <tenet/fusion/pipeline.hpp>
#include <tenet/network/network.hpp>
#include <tenet/operations/concat.hpp>
#include <tenet/operations/operation.hpp>

namespace TENET_NAMESPACE::fusion {

/// A value as part of a storage: numbers offset .. offset + count - 1. Values that share their numbers (a view and what
/// it renames, a concatenation and what is written into it) are parts of one storage; storage 0 holds the network's
/// input.
struct Part {
    int storage = 0;
    std::int64_t offset = 0, count = 0;

    constexpr bool operator==(const Part&) const = default;
    constexpr bool overlaps(const Part& other) const {
        return storage == other.storage && offset < other.offset + other.count && other.offset < offset + count;
    }
    constexpr bool contains(const Part& other) const {
        return storage == other.storage && offset <= other.offset && other.offset + other.count <= offset + count;
    }
};

/// Nodes that run as one kernel: a leader, perhaps an addition, whose other value is the group's second input, and perhaps
/// an epilogue. A concatenation leads one group for each input that has to be copied.
struct Group {
    int node = 0;
    int addition = -1;
    int epilogue = -1;
    int input_count = 1;
    int input_values[LeafNode::max_inputs]{};
    Part inputs[LeafNode::max_inputs]{};
    int output_value = 0;
    Part output;
    int checkpoint = 0;  // of the leader; what is fused into it may stand outside

    /// Whether an input is what the addition adds.
    constexpr bool adds(int input) const { return addition >= 0 && input == 1; }
};

template <int N>
struct Grouping {
    TENET_LOCAL static constexpr int capacity = N > 0 ? N : 1;  // every input of a concatenation may need a group
    Group groups[array_bound(capacity)]{};
    int count = 0;
    Part part_of[array_bound(N + 1)]{};       // by value
    std::int64_t size[array_bound(N + 1)]{};  // by storage: its numbers, 0 if it became part of another one
    int storage_count = 1;
    Part output;  // the network's output
};

/// What grouping and scheduling ask of the nodes' operations.
template <int N>
struct NodeTable {
    Role role[array_bound(N)]{};  // behind the node that feeds it
    bool concat[array_bound(N)]{};
    // While training, where the weight gradient may be taken over the whole batch: the gradient of the output is kept for
    // that, and must be a storage of its own.
    bool deferrable[array_bound(N)]{};
};

namespace detail {

struct NoOperation {};

// The operation of the node that feeds node I. All is told by aliases: a function or a class for each node would carry
// the network's whole name.
template <class Net, int I, Mode M, int Producer = Net::graph.nodes[I].last_input() - 1>
using operation_before = std::conditional_t<(Producer < 0), NoOperation,
                                            typename Net::template Leaf<(Producer > 0 ? Producer : 0), M>::Operation>;

template <class Net, class RuleList, Mode M, int... I>
constexpr NodeTable<Net::layer_count> node_table(std::integer_sequence<int, I...>) {
    return {
        {role<RuleList, operation_before<Net, I, M>, typename Net::template Leaf<I, M>::Operation>(M)...},
        {std::same_as<typename Net::template Leaf<I, M>::Operation, operations::Concat>...},
        {(M == Mode::training && operations::defers_weight_gradient(Net::template Leaf<I, M>::operation))...}};
}

/// Folds nodes into groups, one after the other.
template <int N>
struct GroupBuilder {
    Grouping<N> result{};
    int group_of_node[array_bound(N)]{};
    Role taken[array_bound(N)]{};  // by node
    // A storage that became part of another one.
    int parent[array_bound(N + 1)]{};
    std::int64_t parent_offset[array_bound(N + 1)]{};
    bool whole[array_bound(N + 1)]{};  // must stay a storage of its own

    constexpr Part resolved(Part part) const {
        while (parent[part.storage] >= 0) {
            part.offset += parent_offset[part.storage];
            part.storage = parent[part.storage];
        }
        return part;
    }
    constexpr Part new_storage(std::int64_t count) {
        result.size[result.storage_count] = count;
        return {result.storage_count++, 0, count};
    }
    constexpr void lead(int node, const int* values, int value_count, int output_value, const Part& output) {
        Group& group = result.groups[result.count];
        group.node = node;
        group.input_count = value_count;
        for (int k = 0; k < value_count; ++k) {
            group.input_values[k] = values[k];
            group.inputs[k] = result.part_of[values[k]];
        }
        group.output_value = output_value;
        group.output = output;
        group_of_node[node] = result.count++;
    }
    /// A node becomes a part of the group of its producer.
    constexpr Group& join(int node, int producer) {
        group_of_node[node] = group_of_node[producer];
        result.part_of[node + 1] = result.part_of[producer + 1];
        Group& group = result.groups[group_of_node[node]];
        group.output_value = node + 1;
        return group;
    }
    /// A concatenation: each input that is a whole storage becomes a slice of the output if it may, the others are
    /// copied.
    constexpr void concatenate(int index, const LeafNode& node, bool in_place) {
        const Part output = new_storage(node.out.count());
        std::int64_t offset = 0;
        for (int k = 0; k < node.input_count; ++k) {
            const Part part = resolved(result.part_of[node.inputs[k]]);
            const bool is_storage = part.storage != 0 && part.storage != output.storage && part.offset == 0 &&
                                    part.count == result.size[part.storage];
            if (in_place && is_storage && !whole[part.storage]) {
                parent[part.storage] = output.storage;
                parent_offset[part.storage] = offset;
                result.size[part.storage] = 0;
            } else {
                lead(index, node.inputs + k, 1, index + 1, {output.storage, offset, part.count});
            }
            offset += part.count;
        }
        result.part_of[index + 1] = output;
    }
};

constexpr int group_capacity(const LeafNode* nodes, int count) {
    int inputs = 0;
    for (int i = 0; i < count; ++i) inputs += nodes[i].input_count;
    return inputs;
}

}  // namespace detail

template <class Net, Mode M, class RuleList = Rules>
TENET_LOCAL inline constexpr NodeTable<Net::layer_count> node_table =
    detail::node_table<Net, RuleList, M>(std::make_integer_sequence<int, Net::layer_count>{});

/// The most groups that a network may have.
template <class Net>
TENET_LOCAL inline constexpr int group_capacity = detail::group_capacity(Net::graph.nodes, Net::layer_count);

/// Folds the nodes of a graph into at most `N` groups. A node joins the group of its producer only if nobody else reads
/// that value.
template <int N, int Nodes>
constexpr Grouping<N> group(const LeafGraph<Nodes>& graph, const NodeTable<Nodes>& table) {
    detail::GroupBuilder<N> builder;
    Grouping<N>& result = builder.result;
    for (int& parent : builder.parent) parent = -1;
    int readers[array_bound(N + 1)]{};
    for (int i = 0; i < graph.count; ++i)
        for (int k = 0; k < graph.nodes[i].input_count; ++k) ++readers[graph.nodes[i].inputs[k]];
    ++readers[graph.output];
    result.size[0] = graph.input_shape.count();
    result.part_of[0] = {0, 0, result.size[0]};
    for (int i = 0; i < graph.count; ++i) {
        const LeafNode& node = graph.nodes[i];
        const int input = node.last_input(), producer = input - 1;
        Role role = table.role[i];
        // A fused node must alone read what feeds it, and find its place there free. What is added must be there before.
        if (role == Role::epilogue || role == Role::addition) {
            const Role before = producer >= 0 && !table.concat[producer] ? builder.taken[producer] : Role::view;
            const bool fits = role == Role::epilogue ? before == Role::leader || before == Role::addition
                                                     : before == Role::leader && node.input_count == 2;
            if (!fits || readers[input] != 1) role = Role::leader;
        }
        builder.taken[i] = role;
        if (role == Role::view) {
            const Part& whole = result.part_of[input];
            result.part_of[i + 1] = {whole.storage, whole.offset + node.offset, node.out.count()};
            builder.group_of_node[i] = producer >= 0 ? builder.group_of_node[producer] : -1;
        } else if (role == Role::epilogue) {
            builder.join(i, producer).epilogue = i;
        } else if (role == Role::addition) {
            const int other = node.inputs[0] == input ? node.inputs[1] : node.inputs[0];
            Group& group = builder.join(i, producer);
            group.addition = i;
            group.input_values[group.input_count] = other;
            group.inputs[group.input_count++] = result.part_of[other];
        } else if (table.concat[i]) {
            builder.concatenate(i, node, role == Role::slices);
        } else {
            const Part output = builder.new_storage(node.out.count());
            builder.whole[output.storage] = table.deferrable[i];
            builder.lead(i, node.inputs, node.input_count, i + 1, output);
            result.part_of[i + 1] = output;
        }
    }
    for (int g = 0; g < result.count; ++g) {
        Group& group = result.groups[g];
        for (int k = 0; k < group.input_count; ++k) group.inputs[k] = builder.resolved(group.inputs[k]);
        group.output = builder.resolved(group.output);
        group.checkpoint = graph.nodes[group.node].checkpoint;
    }
    for (int v = 0; v <= graph.count; ++v) result.part_of[v] = builder.resolved(result.part_of[v]);
    result.output = result.part_of[graph.output];
    return result;
}

template <class Net, Mode M, class RuleList = Rules>
constexpr auto grouping() {
    return group<group_capacity<Net>>(Net::graph, node_table<Net, M, RuleList>);
}

}  // namespace tenet::fusion
