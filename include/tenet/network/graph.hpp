#pragma once

#include <cstdint>

#include <tenet/core/shape.hpp>
#include <tenet/diagnostics/diagnosis.hpp>

namespace tenet {

/// One leaf layer in place. Values are numbered: 0 is the network's input, i + 1 the output of node i.
struct Node {
    int input = 0;
    Shape in, out;
    int parameter_count = 0;  // tensors
    bool trained = true;
};

/// The whole network as one plain value: leaf layers in order of execution, wired by value numbers.
template <int N>
struct Graph {
    static constexpr int size = N;
    Node nodes[N > 0 ? N : 1]{};
    int count = 0;
    int output = 0;
};

/// A value on its way through the network.
struct Value {
    int id = 0;
    Shape shape;
};

/// What the lowering of a network writes into: the graph, or the first diagnosis met.
template <int N>
struct GraphBuilder {
    Graph<N> graph;
    Diagnosis why;
    bool trained = true;

    constexpr bool ok() const { return why.empty(); }
    constexpr Value append(const Value& input, const Shape& out, int parameter_count) {
        graph.nodes[graph.count] = {input.id, input.shape, out, parameter_count, trained};
        return {++graph.count, out};
    }
};

}  // namespace tenet
