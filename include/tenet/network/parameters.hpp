#pragma once

#include <cstdint>

#include <tenet/core/array_bound.hpp>
#include <tenet/layers/layer.hpp>
#include <tenet/network/lower.hpp>

namespace TENET_NAMESPACE {

/// One parameter tensor of a network: where it lies among the model's numbers, and whose it is.
struct Parameter {
    ParameterSpec spec;
    std::int64_t offset = 0;  // in floats, a multiple of `parameter_alignment`
    int node = 0, index = 0;  // tensor `index` of node `node`, the first that uses it
    bool trained = true;

    constexpr std::int64_t count() const { return spec.shape.count(); }
};

/// Tensors start at multiples of 64 bytes, so that no two share a cache line.
TENET_LOCAL inline constexpr int parameter_alignment = 16;

/// All parameter tensors of a network in `state_dict` order.
template <int P>
struct ParameterTable {
    TENET_LOCAL static constexpr int capacity = P;
    Parameter items[array_bound(P)]{};
    int count = 0;
    std::int64_t numbers = 0;  // without padding
    std::int64_t storage = 0;  // floats, with padding
    std::int64_t trained_numbers = 0;
    std::int64_t buffer_numbers = 0;  // of tensors that a layer keeps beside its parameters, running averages

    constexpr const Parameter& operator[](int i) const { return items[i]; }
    constexpr const Parameter* begin() const { return items; }
    constexpr const Parameter* end() const { return items + count; }
};

namespace detail {

template <int N>
constexpr int count_tensors(const LeafGraph<N>& graph) {
    int total = 0;
    for (int i = 0; i < graph.count; ++i)
        if (graph.nodes[i].parameters_of == i) total += graph.nodes[i].parameter_count;
    return total;
}

template <class Layer, int P>
constexpr void append_parameters(ParameterTable<P>& table, const LeafNode& node, int index) {
    if (node.parameter_count == 0 || node.parameters_of != index) return;
    const ParameterList list = parameters<Layer>(node.in);
    for (int i = 0; i < list.count; ++i) {
        Parameter& p = table.items[table.count++];
        p = {list.items[i], table.storage, index, i, node.trained && list.items[i].trained};
        table.numbers += p.count();
        if (p.trained) table.trained_numbers += p.count();
        if (!p.spec.trained) table.buffer_numbers += p.count();
        table.storage += (p.count() + parameter_alignment - 1) / parameter_alignment * parameter_alignment;
    }
}

template <int P, class... Layer, int N>
constexpr ParameterTable<P> parameter_table(const LeafGraph<N>& graph, List<Layer...>) {
    ParameterTable<P> table;
    int i = 0;
    int unused[]{0, (append_parameters<Layer>(table, graph.nodes[i], i), ++i)...};
    (void)unused;
    return table;
}

}  // namespace detail

}  // namespace tenet
