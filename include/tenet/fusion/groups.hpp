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

// The role of each node behind the node before it.
template <class Net, class RuleList, Mode M>
struct role_table {
    static constexpr int N = Net::layer_count;
    template <int I>
    using operation = decltype(Net::template operation<I, M>());
    struct nothing {};

    template <int I>
    static constexpr Role behind_previous() {
        if constexpr (I == 0) return fusion::role<RuleList, nothing, operation<0>>(M);
        else return fusion::role<RuleList, operation<I - 1>, operation<I>>(M);
    }
    template <int... I>
    static constexpr auto make(std::integer_sequence<int, I...>) {
        struct Table {
            Role role[N];
        };
        return Table{{behind_previous<I>()...}};
    }
    static constexpr auto value = make(std::make_integer_sequence<int, N>{});
};

}  // namespace detail

/// Folds the network's nodes into groups. A node joins the group of its producer only if nobody else reads that value.
template <class Net, Mode M, class RuleList = Rules>
constexpr auto grouping() {
    constexpr int N = Net::layer_count;
    constexpr auto roles = detail::role_table<Net, RuleList, M>::value;
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
