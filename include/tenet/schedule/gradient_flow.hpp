#pragma once

#include <tenet/core/array_bound.hpp>
#include <tenet/fusion/groups.hpp>

namespace TENET_NAMESPACE::schedule {

/// How gradients travel through the groups of a network. Backward runs groups in reverse, the loss first: the first
/// that reads a value writes its gradient, further ones add to it. Where a later one covers more than the first did,
/// the storage is cleared before and all add.
template <int N>
struct GradientFlow {
    using Grouping = fusion::Grouping<N>;
    bool value[array_bound(N + 1)]{};    // whose gradient is needed: something trained, or the caller, stands before it
    bool storage[array_bound(N + 1)]{};  // which holds such a value
    bool cleared[array_bound(N + 1)]{};
    struct Edge {
        bool wanted = false, adds = false;
    };
    Edge edge[Grouping::capacity][LeafNode::max_inputs]{};  // by group and input
    int only_reader[Grouping::capacity]{};  // the group that alone reads exactly what a group writes, or -1
};

namespace detail {

/// The inputs of groups that are parts of one storage, in the order in which backward meets them.
template <int N>
struct Readings {
    TENET_LOCAL static constexpr int most = fusion::Grouping<N>::capacity;  // N counts all inputs of all nodes
    int head[array_bound(N + 1)]{};
    int next[array_bound(most)]{}, group[array_bound(most)]{}, input[array_bound(most)]{};
    int count = 0;

    constexpr explicit Readings(const fusion::Grouping<N>& grouping) {
        for (int& h : head) h = -1;
        for (int g = 0; g < grouping.count; ++g)
            for (int k = grouping.groups[g].input_count - 1; k >= 0; --k) {
                int& first = head[grouping.groups[g].inputs[k].storage];
                group[count] = g;
                input[count] = k;
                next[count] = first;
                first = count++;
            }
    }
};

}  // namespace detail

template <int N, int Nodes>
constexpr GradientFlow<N> gradient_flow(const LeafGraph<Nodes>& graph, const fusion::Grouping<N>& grouping, Mode mode,
                                        bool input_gradient) {
    GradientFlow<N> flow;
    const detail::Readings<N> readings{grouping};
    for (int g = 0; g < grouping.count; ++g) flow.only_reader[g] = -1;
    if (mode != Mode::training) return flow;
    flow.value[0] = input_gradient;
    for (int i = 0; i < graph.count; ++i) {
        const LeafNode& node = graph.nodes[i];
        flow.value[i + 1] = input_gradient || (node.trained && node.parameter_count > 0);
        for (int k = 0; k < node.input_count; ++k) flow.value[i + 1] |= flow.value[node.inputs[k]];
    }
    for (int v = 0; v <= graph.count; ++v)
        if (flow.value[v]) flow.storage[grouping.part_of[v].storage] = true;
    for (int g = 0; g < grouping.count; ++g)
        for (int k = 0; k < grouping.groups[g].input_count; ++k)
            flow.edge[g][k].wanted = flow.value[grouping.groups[g].input_values[k]];

    for (int s = 0; s < grouping.storage_count; ++s) {
        const bool is_output = grouping.output.storage == s;
        for (int r = readings.head[s]; r >= 0; r = readings.next[r]) {
            auto& edge = flow.edge[readings.group[r]][readings.input[r]];
            if (!edge.wanted) continue;
            const fusion::Part& part = grouping.groups[readings.group[r]].inputs[readings.input[r]];
            bool met = is_output && grouping.output.overlaps(part),
                 covered = is_output && grouping.output.contains(part);
            for (int e = readings.head[s]; e != r; e = readings.next[e]) {
                if (!flow.edge[readings.group[e]][readings.input[e]].wanted) continue;
                const fusion::Part& earlier = grouping.groups[readings.group[e]].inputs[readings.input[e]];
                met |= earlier.overlaps(part);
                covered |= earlier.contains(part);
            }
            edge.adds = met;
            if (met && !covered) flow.cleared[s] = true;
        }
        if (flow.cleared[s])
            for (int r = readings.head[s]; r >= 0; r = readings.next[r])
                flow.edge[readings.group[r]][readings.input[r]].adds = true;
    }
    for (int g = 0; g < grouping.count; ++g) {
        const fusion::Part& output = grouping.groups[g].output;
        int reader = -1, readers = grouping.output.overlaps(output);
        for (int r = readings.head[output.storage]; r >= 0; r = readings.next[r])
            if (const fusion::Group& other = grouping.groups[readings.group[r]];
                other.inputs[readings.input[r]].overlaps(output)) {
                const bool alone = other.input_count == 1 || (other.addition >= 0 && readings.input[r] == 0);
                reader = alone && other.inputs[0] == output ? readings.group[r] : -1;
                ++readers;
            }
        if (readers == 1) flow.only_reader[g] = reader;
    }
    return flow;
}

}  // namespace tenet::schedule
