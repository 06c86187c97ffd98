#pragma once

#include <algorithm>
#include <cstdint>

#include <tenet/backend/cpu/executable.hpp>
#include <tenet/core/array_bound.hpp>
#include <tenet/memory/plan.hpp>
#include <tenet/network/parameters.hpp>
#include <tenet/schedule/recomputation.hpp>

namespace TENET_NAMESPACE::cpu {

/// What the CPU asks of the operation of a group.
struct KernelFacts {
    const void* operation = nullptr;
    bool alternative = false;  // its family's alternative runs it
    bool batch_statistics = false, multiplies_derivative = false;
    std::int64_t kept_input = 0, partial_size = 0, shared_size = 0;
    std::int64_t forward_scratch = 0, backward_scratch = 0, single_scratch = 0;
};

template <class Op, bool Alternative = false>
constexpr KernelFacts kernel_facts(const Op& op) {
    if constexpr (!Alternative && HasAlternative<Op>)
        if (Family<Op>::takes_alternative(op)) return kernel_facts<Op, true>(op);
    using Kernels = FamilyOf<Op, Alternative>;
    return {&op,
            Alternative,
            operations::HasBatchStatistics<Op>,
            Kernels::multiplies_derivative(op),
            Kernels::kept_input(op),
            Kernels::partial_size(op),
            Kernels::shared_size(op),
            Kernels::forward_scratch(op),
            Kernels::backward_scratch(op),
            Kernels::single_scratch(op)};
}

/// Who multiplies in the derivatives of the formulas that groups apply to their results.
template <int N>
struct Derivatives {
    int reader[array_bound(N)]{};    // whose backward multiplies in the derivative of a group's formula, or -1: its own
    int of_input[array_bound(N)]{};  // whose formula's derivative a group's backward multiplies in, or -1
};

template <int N>
constexpr auto derivatives_of(const schedule::Outline<N>& outline, const KernelFacts* facts) {
    Derivatives<schedule::Outline<N>::Grouping::capacity> result;
    for (int& of_input : result.of_input) of_input = -1;
    for (int g = 0; g < outline.grouping.count; ++g) {
        const int reader = outline.only_reader(g);
        result.reader[g] = reader >= 0 && facts[reader].multiplies_derivative ? reader : -1;
        if (result.reader[g] >= 0) result.of_input[reader] = g;
    }
    return result;
}

/// An Executable, and the tables behind it: room for `G` groups, `S` storages and `P` parameter tensors.
template <int G, int S, int P>
struct ExecutableTables {
    Executable head;  // all but the pointers
    Step steps[array_bound(G)]{};
    Place cleared[array_bound(S)]{};
    std::int64_t private_offsets[array_bound(P + 1)]{};

    constexpr Executable executable(const Parameter* parameters) const {
        Executable e = head;
        e.steps = steps;
        e.cleared = cleared;
        e.private_offsets = private_offsets;
        e.parameters = parameters;
        return e;
    }
};

namespace detail {

/// Fills the tables of a program of at most `N` groups and `Nodes` nodes.
template <int N, int Nodes, int B, int P>
struct TableBuilder {
    const LeafGraph<Nodes>& graph;
    const ParameterTable<P>& parameters;
    const schedule::Outline<N>& outline;
    const schedule::Recomputation<N>& recomputation;
    const memory::Plan<B>& plan;
    const KernelFacts* facts;

    bool summed[array_bound(Nodes + 1)]{};          // by node: its parameters have places in private sums
    int first_parameter[array_bound(Nodes + 2)]{};  // those of node i are first_parameter[i] .. [i + 1] - 1
    int first_group[array_bound(Nodes + 1)]{}, uses[array_bound(Nodes + 1)]{};  // of a node's parameters
    int kept[array_bound(N + 1)]{};  // by storage: the deferred group that writes it, or -1

    constexpr int owner(int group) const { return graph.nodes[outline.group(group).node].parameters_of; }

    constexpr void prepare() {
        for (int& k : kept) k = -1;
        for (int i = 0, p = 0; i <= graph.count; ++i) {
            first_parameter[i] = p;
            while (p < parameters.count && parameters[p].node == i) ++p;
        }
        for (int g = 0; g < outline.grouping.count; ++g) {
            if (uses[owner(g)]++ == 0) first_group[owner(g)] = g;
            if (outline.deferred(g)) kept[outline.group(g).output.storage] = g;
            summed[owner(g)] |= outline.trained(g) && !outline.deferred(g) && !facts[g].batch_statistics;
        }
    }

    constexpr Place value(const fusion::Part& part) const {
        const int in_backward = schedule::buffer_in_backward(outline, recomputation, part.storage);
        return {part.storage, plan.buffers[part.storage].offset + part.offset, part.count, -1,
                plan.buffers[in_backward].offset + part.offset};
    }
    constexpr Place gradient(const fusion::Part& part) const {
        const memory::Buffer& buffer = plan.buffers[outline.grouping.storage_count + part.storage];
        return {part.storage, buffer.offset + part.offset, part.count, kept[part.storage]};
    }

    /// Private sums: only of trained groups that are not deferred, one tensor after the other.
    constexpr std::int64_t place_sums(std::int64_t* offsets) const {
        std::int64_t size = 0;
        for (int i = 0; i < parameters.count; ++i) {
            offsets[i] = size;
            if (summed[parameters[i].node])
                size += (parameters[i].count() + parameter_alignment - 1) / parameter_alignment * parameter_alignment;
        }
        return size;
    }

    constexpr Step step(int g, int use, const std::int64_t* private_offsets) const {
        const fusion::Group& group = outline.group(g);
        Step step;
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
        if (outline.runs_backward(g)) step.output_gradient = gradient(group.output);
        step.trained = outline.trained(g);
        step.deferred = outline.deferred(g);
        step.kept_input = facts[g].kept_input;
        step.partial_size = facts[g].partial_size;
        step.shared_size = facts[g].shared_size;
        step.use = use;
        step.uses = uses[owner(g)];
        step.first_use = first_group[owner(g)];
        step.again = recomputation.again(group);
        step.first_again = recomputation.first_group(outline.grouping, g);
        for (int i = first_parameter[owner(g)]; i < first_parameter[owner(g) + 1]; ++i) {
            step.weights.values[step.weights.count++] = parameters[i].offset;
            if (summed[owner(g)]) step.sums.values[step.sums.count++] = private_offsets[i];
        }
        return step;
    }
};

}  // namespace detail

/// `G` groups and `S` storages at most. `facts` is told by group; `kept_peak` is the plan's peak if nothing were
/// computed again.
template <int G, int S, int N, int Nodes, int B, int P>
constexpr ExecutableTables<G, S, P> executable_tables(const LeafGraph<Nodes>& graph,
                                                      const ParameterTable<P>& parameters,
                                                      const schedule::Outline<N>& outline,
                                                      const schedule::Recomputation<N>& recomputation,
                                                      const memory::Plan<B>& plan, std::int64_t kept_peak,
                                                      const KernelFacts* facts) {
    const bool training = outline.mode == Mode::training;
    const std::int64_t inputs = graph.input_shape.count();
    detail::TableBuilder<N, Nodes, B, P> build{graph, parameters, outline, recomputation, plan, facts};
    build.prepare();
    ExecutableTables<G, S, P> tables;
    Executable& e = tables.head;
    e.private_size = build.place_sums(tables.private_offsets);
    int uses[array_bound(Nodes + 1)]{};
    // The most numbers of a gradient that a kernel overwrites elsewhere before it is added where it belongs.
    std::int64_t most_added = 0;
    for (int g = 0; g < outline.grouping.count; ++g) {
        tables.steps[g] = build.step(g, uses[build.owner(g)]++, tables.private_offsets);
        if (outline.adds_gradient(g, 0)) most_added = std::max(most_added, outline.group(g).inputs[0].count);
        e.kernel_scratch =
            std::max({e.kernel_scratch, facts[g].forward_scratch, training ? facts[g].backward_scratch : 0});
        if (!training) e.single_scratch = std::max(e.single_scratch, facts[g].single_scratch);
    }
    for (int s = 0; s < outline.grouping.storage_count; ++s)
        if (outline.clears_gradient(s)) tables.cleared[e.cleared_count++] = build.gradient({s, 0, outline.size(s)});
    e.step_count = outline.grouping.count;
    e.input = build.value({0, 0, inputs});
    e.output = build.value(outline.grouping.output);
    if (outline.input_gradient) e.input_gradient = build.gradient({0, 0, inputs});
    if (training) e.output_gradient = build.gradient(outline.grouping.output);
    e.parameter_count = parameters.count;
    e.parameter_storage = parameters.storage;
    e.block_size = plan.peak;
    e.kept_size = kept_peak;
    e.scratch_size = e.kernel_scratch + e.groups_per_task() * most_added;
    return tables;
}

}  // namespace tenet::cpu
