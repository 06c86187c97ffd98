#pragma once

#include <cstdint>

#include <tenet/core/array_bound.hpp>
#include <tenet/core/shape.hpp>
#include <tenet/diagnostics/diagnosis.hpp>
#include <tenet/diagnostics/type_name.hpp>

namespace TENET_NAMESPACE {

/// One leaf layer in place. Values are numbered: 0 is the network's input, i + 1 the output of node i.
struct LeafNode {
    TENET_LOCAL static constexpr int max_inputs = 8;
    int inputs[max_inputs]{};
    int input_count = 1;
    Shape in, out;            // of the first input
    Shape second_in;          // of the second, if there is one
    std::int64_t offset = 0;  // where a view begins in its input
    int parameter_count = 0;  // tensors
    int parameters_of = 0;    // the node that they belong to: itself, or one before if they are shared
    bool trained = true;
    bool in_eval_mode = false;  // runs in training as in inference
    int checkpoint = 0;  // the Checkpoint that it stands in, counted from 1, or none

    /// The input that is computed last.
    constexpr int last_input() const {
        int last = inputs[0];
        for (int k = 1; k < input_count; ++k)
            if (inputs[k] > last) last = inputs[k];
        return last;
    }
};

/// A value on its way through the network.
struct Value {
    int id = 0;
    Shape shape;
};

/// What a layer gets, or gives: one value, or several side by side.
struct Values {
    TENET_LOCAL static constexpr int capacity = LeafNode::max_inputs;
    Value items[capacity]{};
    int count = 0;

    constexpr Values() = default;
    constexpr Values(const Value& one) : items{one}, count{1} {}
    constexpr const Value& operator[](int i) const { return items[i]; }
    constexpr void add(const Value& value) { items[count++] = value; }
};

/// The whole network as one plain value: leaf layers in order of execution, wired by value numbers.
template <int N>
struct LeafGraph {
    TENET_LOCAL static constexpr int size = N;
    LeafNode nodes[array_bound(N)]{};
    int count = 0;
    int output = 0;
    Shape input_shape, output_shape;  // one vector of all inputs or outputs, if there are several
    Values inputs, outputs;
};

/// The first place of a `Shared` layer. Types are told by the functions that spell them.
struct SharedPlace {
    Text (*tag)() = nullptr;
    Text (*layer)() = nullptr;
    int node = 0;
    bool trained = true, in_eval_mode = false;
};

/// What the lowering of a network writes into: the graph, or the first diagnosis met.
template <int N>
struct GraphBuilder {
    LeafGraph<N> graph;
    Diagnosis why;
    bool trained = true;
    bool in_eval_mode = false;
    bool names_meet = false;  // of neighbours anywhere (see detail::names_meet): are all parameters' names distinct?
    int checkpoint = 0, checkpoint_count = 0;  // the one that the next node stands in, and all so far
    SharedPlace shared[array_bound(N)]{};
    int shared_count = 0;
    int tensors = 0;   // of all nodes so far, those of shared parameters each time
    int sharing = -1;  // the node whose parameters the next one shares, or -1

    constexpr bool ok() const { return why.empty(); }
    /// Whether it is so many values; if not, that is the diagnosis.
    constexpr bool takes(int count, const Values& inputs) {
        if (inputs.count == count) return true;
        if (count == 1)
            why << why::takes_one_input_but_gets << inputs.count;
        else
            why << why::takes << count << why::inputs_but_gets << inputs.count;
        return false;
    }
    /// Whether a branch gives one value; if not, that is the diagnosis.
    constexpr bool gives_one(const Values& outputs) { return gives(1, outputs); }
    constexpr bool gives(int count, const Values& outputs) {
        if (ok() && outputs.count != count) why << why::gives << outputs.count << why::outputs_where_one_is_needed;
        return ok();
    }
    /// Several inputs are parts of value 0.
    constexpr Values begin_with(const Shape* shapes, int count) {
        std::int64_t numbers = 0;
        for (int i = 0; i < count; ++i) numbers += shapes[i].count();
        graph.input_shape = count == 1 ? shapes[0] : Shape{static_cast<int>(numbers)};
        if (count == 1) graph.inputs = Value{0, shapes[0]};
        for (std::int64_t i = 0, offset = 0; count > 1 && i < count; offset += shapes[i++].count()) {
            graph.inputs.add(append(Value{0, graph.input_shape}, shapes[i], 0));
            graph.nodes[i].offset = offset;
        }
        return graph.inputs;
    }
    /// Several outputs meet in a last node, of `Join`.
    template <class Join>
    constexpr void end_with(const Values& outputs) {
        graph.outputs = outputs;
        Shape shapes[Values::capacity]{};
        for (int i = 0; i < outputs.count; ++i) shapes[i] = outputs[i].shape;
        const Value all = outputs.count == 1 ? outputs[0] : append(outputs, Join::infer(shapes, outputs.count).output);
        graph.output = all.id;
        graph.output_shape = all.shape;
    }
    constexpr Value append(const Value& input, const Shape& out, int parameter_count) {
        LeafNode& node = graph.nodes[graph.count];
        node.inputs[0] = input.id;
        node.in = input.shape;
        node.out = out;
        node.parameter_count = parameter_count;
        tensors += parameter_count;
        node.parameters_of = sharing >= 0 ? graph.nodes[sharing++].parameters_of : graph.count;
        node.trained = trained;
        node.in_eval_mode = in_eval_mode;
        node.checkpoint = checkpoint;
        return {++graph.count, out};
    }
    /// A node that joins several values.
    constexpr Value append(const Values& inputs, const Shape& out) {
        const Value output = append(inputs[0], out, 0);
        LeafNode& node = graph.nodes[graph.count - 1];
        node.input_count = inputs.count;
        for (int i = 0; i < inputs.count; ++i) node.inputs[i] = inputs[i].id;
        if (inputs.count > 1) node.second_in = inputs[1].shape;
        return output;
    }
};

}  // namespace tenet
