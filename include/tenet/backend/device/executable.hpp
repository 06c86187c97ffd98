#pragma once

#include <cstdint>

#include <tenet/backend/device/family.hpp>
#include <tenet/core/array_bound.hpp>
#include <tenet/memory/plan.hpp>
#include <tenet/network/parameters.hpp>
#include <tenet/schedule/recomputation.hpp>

namespace TENET_NAMESPACE::device {

/// Where a tensor lies in the block of a batch: a storage takes batch * stride numbers behind batch * begin, in which
/// the tensor has `count` numbers of each sample behind `offset`.
struct Place {
    std::int64_t begin = -1, offset = 0, count = 0, stride = 0;
    std::int64_t begin_in_backward = -1;  // of a value: elsewhere if it is computed again

    TENET_HOST_DEVICE constexpr bool exists() const { return begin >= 0; }
    template <class Storage>
    TENET_HOST_DEVICE Rows<Storage> in(Storage* block, std::int64_t batch, bool backward = false) const {
        if (!exists()) return {};
        return {block + (backward ? begin_in_backward : begin) * batch + offset, stride};
    }
};

/// One step of a program as data.
struct Step {
    const void* operation = nullptr;
    int node = 0;
    int input_count = 1;
    Place inputs[LeafNode::max_inputs], output;
    Place input_gradients[LeafNode::max_inputs], output_gradient;
    bool has_addition = false;  // the second input is added to the result
    bool adds[LeafNode::max_inputs]{};  // the gradient by an input to what others have put there
    OutputDerivative of_input{};  // that the gradient by the first input is multiplied by
    bool multiplied = false;    // and the gradient by its output, by the only reader
    bool runs_backward = false, trained = false;
    bool adds_to_gradients = false;  // a later step with the same parameters has put its own there
    bool again = false;              // it goes forward again before it goes backward
    int first_again = 0;  // before this step goes backward, those from here to itself go forward again that have to
    int tensor_count = 0;
    std::int64_t tensors[ParameterList::capacity]{};  // where its parameters begin, in floats
    std::int64_t kept = 0;                            // and where what it keeps for backward does
};

/// A program as a device runs it: values, behind which the network's type has disappeared.
struct Executable {
    const Step* steps = nullptr;
    int step_count = 0;
    Place input, output, input_gradient, output_gradient;
    const Place* cleared = nullptr;  // gradients that are 0 before the backward pass
    int cleared_count = 0;
    std::int64_t block_size = 0;  // numbers for each sample
    std::int64_t largest = 0;     // of the tensors of a sample, numbers
    std::int64_t kept_size = 0;   // floats
    const Parameter* parameters = nullptr;
    int parameter_count = 0;
    std::int64_t parameter_storage = 0;  // floats
};

/// What a device asks of the operation of a group.
struct StepFacts {
    const void* operation = nullptr;
    std::int64_t kept = 0;
    OutputDerivative derivative{};  // of the formula that is applied to its result
};

template <int G, int S>
struct ExecutableTables {
    Step steps[array_bound(G)]{};
    Place cleared[array_bound(S)]{};
    Executable head;
};

/// `G` groups and `S` storages at most; `facts` are told by group.
template <int G, int S, int N, int Nodes, int B, int P>
constexpr ExecutableTables<G, S> executable_tables(const LeafGraph<Nodes>& graph, const ParameterTable<P>& parameters,
                                                   const schedule::Outline<N>& outline,
                                                   const schedule::Recomputation<N>& recomputation,
                                                   const memory::Plan<B>& plan, const StepFacts* facts) {
    const fusion::Grouping<N>& grouping = outline.grouping;
    const auto place = [&](const fusion::Part& part, int buffer, int in_backward) {
        return Place{plan.buffers[buffer].offset, part.offset, part.count, outline.size(part.storage),
                     plan.buffers[in_backward].offset};
    };
    const auto value = [&](const fusion::Part& part) {
        return place(part, part.storage, schedule::buffer_in_backward(outline, recomputation, part.storage));
    };
    const auto gradient = [&](const fusion::Part& part) {
        return place(part, grouping.storage_count + part.storage, grouping.storage_count + part.storage);
    };
    ExecutableTables<G, S> tables;
    Executable& e = tables.head;
    int last_use[array_bound(Nodes + 1)]{};  // of a node's parameters: the first that runs backward
    for (int g = 0; g < grouping.count; ++g) last_use[graph.nodes[outline.group(g).node].parameters_of] = g;
    for (int g = 0; g < grouping.count; ++g) {
        const fusion::Group& group = outline.group(g);
        const int owner = graph.nodes[group.node].parameters_of;
        Step& step = tables.steps[g];
        step.operation = facts[g].operation;
        step.node = group.node;
        step.input_count = group.input_count;
        step.has_addition = group.addition >= 0;
        for (int k = 0; k < group.input_count; ++k) {
            step.inputs[k] = value(group.inputs[k]);
            if (outline.wants_gradient(g, k)) step.input_gradients[k] = gradient(group.inputs[k]);
            step.adds[k] = outline.adds_gradient(g, k);
        }
        step.output = value(group.output);
        for (const fusion::Part& part : {group.inputs[0], group.output})
            if (part.count > e.largest) e.largest = part.count;
        step.runs_backward = outline.mode == Mode::training && outline.runs_backward(g);
        if (step.runs_backward) step.output_gradient = gradient(group.output);
        step.trained = outline.trained(g);
        step.again = recomputation.again(group);
        step.first_again = recomputation.first_group(grouping, g);
        step.adds_to_gradients = last_use[owner] != g;
        for (int i = 0; i < parameters.count; ++i)
            if (parameters[i].node == owner) step.tensors[step.tensor_count++] = parameters[i].offset;
        step.kept = e.kept_size;
        e.kept_size += facts[g].kept;
    }
    for (int g = 0; g < grouping.count; ++g) {
        const int reader = outline.only_reader(g);
        if (reader < 0 || !facts[g].derivative.known || tables.steps[g].again) continue;
        if (!tables.steps[g].runs_backward || tables.steps[reader].adds[0]) continue;
        tables.steps[g].multiplied = true;
        tables.steps[reader].of_input = facts[g].derivative;
    }
    for (int s = 0; s < grouping.storage_count; ++s)
        if (outline.clears_gradient(s)) tables.cleared[e.cleared_count++] = gradient({s, 0, outline.size(s)});
    e.step_count = grouping.count;
    e.input = value({0, 0, graph.input_shape.count()});
    e.output = value(grouping.output);
    if (outline.input_gradient) e.input_gradient = gradient({0, 0, graph.input_shape.count()});
    if (outline.mode == Mode::training) e.output_gradient = gradient(grouping.output);
    e.block_size = plan.peak;
    e.parameter_count = parameters.count;
    e.parameter_storage = parameters.storage;
    return tables;
}

}  // namespace tenet::device
