#pragma once

#include <tenet/fusion/pipeline.hpp>
#include <tenet/network/network.hpp>

namespace tenet::fusion {

/// Nodes that run as one kernel: a leader and perhaps an epilogue. `input` and `output` are storages: values that share
/// their numbers (a view and what it renames) share one storage; storage 0 holds the network's input.
struct Group {
    int node = 0;
    int epilogue = -1;
    int input = 0, output = 0;
};

template <int N>
struct Grouping {
    Group groups[N > 0 ? N : 1]{};
    int count = 0;
    int storage_of[N + 1]{};  // by value
    Shape shapes[N + 1]{};    // by storage
    int storage_count = 1;
    int output = 0;  // the storage of the network's output
};

namespace detail {

struct NoOperation {};

template <int N>
struct RoleTable {
    Role role[N];
};

// The operation of the node before node I. All is told by aliases: a function or a class for each node would carry the
// network's whole name.
template <class Net, int I, Mode M>
using operation_before =
    std::conditional_t<I == 0, NoOperation, typename Net::template Leaf<(I > 0 ? I - 1 : 0), M>::Operation>;

// The role of each node behind the node before it.
template <class Net, class RuleList, Mode M, int... I>
constexpr RoleTable<Net::layer_count> roles(std::integer_sequence<int, I...>) {
    return {{role<RuleList, operation_before<Net, I, M>, typename Net::template Leaf<I, M>::Operation>(M)...}};
}

}  // namespace detail

/// Folds the network's nodes into groups. A node joins the group of its producer only if nobody else reads that value.
template <class Net, Mode M, class RuleList = Rules>
constexpr auto grouping() {
    constexpr int N = Net::layer_count;
    constexpr auto roles = detail::roles<Net, RuleList, M>(std::make_integer_sequence<int, N>{});
    Grouping<N> result;
    int readers[N + 1]{};
    for (int i = 0; i < N; ++i) ++readers[Net::graph.nodes[i].input];
    result.shapes[0] = Net::input_shape;
    int group_of_node[N]{};
    for (int i = 0; i < N; ++i) {
        const Node& node = Net::graph.nodes[i];
        const int producer = node.input - 1;
        Role role = roles.role[i];
        // A table entry speaks of the node before; a fused node must be fed by it, alone, and find a free epilogue.
        if (role == Role::epilogue &&
            (producer != i - 1 || producer < 0 || readers[node.input] != 1 || roles.role[producer] != Role::leader))
            role = Role::leader;
        if (role == Role::view) {
            result.storage_of[i + 1] = result.storage_of[node.input];
            group_of_node[i] = producer >= 0 ? group_of_node[producer] : -1;
        } else if (role == Role::epilogue) {
            group_of_node[i] = group_of_node[producer];
            result.groups[group_of_node[i]].epilogue = i;
            result.storage_of[i + 1] = result.storage_of[node.input];
        } else {
            const int storage = result.storage_count++;
            result.shapes[storage] = node.out;
            result.storage_of[i + 1] = storage;
            group_of_node[i] = result.count;
            result.groups[result.count++] = {i, -1, result.storage_of[node.input], storage};
        }
    }
    result.output = result.storage_of[Net::graph.output];
    return result;
}

}  // namespace tenet::fusion
