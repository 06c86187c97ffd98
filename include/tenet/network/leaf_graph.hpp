#pragma once

#include <cstdint>

#include <tenet/core/shape.hpp>
#include <tenet/diagnostics/diagnosis.hpp>

namespace tenet {

/// One leaf layer in place. Values are numbered: 0 is the network's input, i + 1 the output of node i.
struct LeafNode {
    static constexpr int max_inputs = 8;
    int inputs[max_inputs]{};
    int input_count = 1;
    Shape in, out;            // of the first input
    Shape second_in;          // of the second, if there is one
    int parameter_count = 0;  // tensors
    bool trained = true;
};

/// The whole network as one plain value: leaf layers in order of execution, wired by value numbers.
template <int N>
struct LeafGraph {
    static constexpr int size = N;
    LeafNode nodes[N > 0 ? N : 1]{};
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
    LeafGraph<N> graph;
    Diagnosis why;
    bool trained = true;

    constexpr bool ok() const { return why.empty(); }
    constexpr Value append(const Value& input, const Shape& out, int parameter_count) {
        LeafNode& node = graph.nodes[graph.count];
        node.inputs[0] = input.id;
        node.in = input.shape;
        node.out = out;
        node.parameter_count = parameter_count;
        node.trained = trained;
        return {++graph.count, out};
    }
    /// A node that joins several values.
    constexpr Value append(const Value* inputs, int count, const Shape& out) {
        const Value output = append(inputs[0], out, 0);
        LeafNode& node = graph.nodes[graph.count - 1];
        node.input_count = count;
        for (int i = 0; i < count; ++i) node.inputs[i] = inputs[i].id;
        if (count > 1) node.second_in = inputs[1].shape;
        return output;
    }
};

}  // namespace tenet
