#pragma once

#include <algorithm>
#include <cstdint>

#include <tenet/backend/cpu/families.hpp>
#include <tenet/backend/cpu/kept_for_batch.hpp>
#include <tenet/backend/cpu/step_code.hpp>
#include <tenet/network/network.hpp>
#include <tenet/schedule/program.hpp>

namespace tenet::cpu {

/// Where a tensor of a task lies: in the task's block of memory (counted in values), or, if a deferred Linear wrote it
/// and it is a gradient, in what step `kept` keeps for the whole batch.
struct Place {
    int storage = -1;
    std::int64_t offset = -1;
    std::int64_t count = 0;  // numbers per sample
    int kept = -1;

    constexpr bool exists() const { return storage >= 0; }
};

/// Where the parameter tensors of one step begin, in floats.
struct TensorOffsets {
    std::int64_t values[ParameterList::capacity]{};
    int count = 0;
};

/// The same as pointers.
template <class Number>
struct TensorPointers {
    Number* tensors[ParameterList::capacity]{};

    TensorPointers(const TensorOffsets& offsets, Number* numbers) {
        for (int i = 0; i < offsets.count; ++i) tensors[i] = numbers + offsets.values[i];
    }
};

/// One step of a program as data.
struct Step {
    const void* operation = nullptr;
    int node = 0;
    int input_count = 1;
    Place inputs[LeafNode::max_inputs], output;
    Place input_gradients[LeafNode::max_inputs], output_gradient;
    bool adds[LeafNode::max_inputs]{};  // the gradient by an input to what others have put there
    TensorOffsets weights;
    TensorOffsets sums;  // of gradients, in a task's private sums; none if the step is deferred or not trained
    std::int64_t partial_size = 0, shared_size = 0;  // batch statistics: floats for a task, and for the batch
    bool trained = false;
    bool deferred = false;  // a Linear whose weight gradient is taken over the whole batch
    // Steps with shared parameters: which use of them this is, of how many, and the step of the first.
    int use = 0, uses = 1, first_use = 0;
};

/// A program as the CPU runs it: values, computed by the compiler, behind which the network's type has disappeared. The
/// code that runs it is compiled once, not once for each network.
struct Executable {
    const Step* steps = nullptr;
    int step_count = 0;
    Place input, output, input_gradient, output_gradient;
    const Place* cleared = nullptr;  // gradients that are 0 before the backward pass
    int cleared_count = 0;

    const Parameter* parameters = nullptr;
    int parameter_count = 0;                        // tensors
    std::int64_t parameter_storage = 0;             // floats
    const std::int64_t* private_offsets = nullptr;  // by parameter: its place in a private sum of gradients
    std::int64_t private_size = 0;

    std::int64_t block_size = 0;      // values that a group of lanes of a task needs
    std::int64_t scratch_size = 0;    // values behind them, for kernels and for gradients that are to be added
    std::int64_t kernel_scratch = 0;  // of these, for kernels
    std::int64_t single_scratch = 0;  // floats behind the block of a single sample

    /// Two groups share each weight that is loaded, if their activations fit the second-level cache together.
    constexpr int groups_per_task() const { return block_size * 2 * 64 <= 512 * 1024 ? 2 : 1; }
    /// At least four tasks before they grow: fewer would leave cores idle.
    constexpr int groups_in_task(int groups) const { return groups >= 4 * groups_per_task() ? groups_per_task() : 1; }
    /// The most tasks for up to so many groups: a smaller batch, of one group in a task, may have more of them.
    constexpr int most_tasks(int groups) const {
        const int in_task = groups_in_task(groups);
        return std::max((groups + in_task - 1) / in_task, std::min(groups, 4 * groups_per_task() - 1));
    }
    /// Floats of a task's block, kernels' scratch and targets, spread over the sets of a cache.
    constexpr std::size_t task_floats(int lanes, bool loss_takes_labels) const {
        const std::int64_t group = block_size + (loss_takes_labels ? 0 : output.count);
        return static_cast<std::size_t>(((group * groups_per_task() + scratch_size) * lanes + 31) / 32 * 32 + 16);
    }
    /// Private sums of gradients for so many tasks: no more than a few megabytes.
    constexpr int sums_for(int tasks) const {
        const std::int64_t most = private_size == 0 ? 64 : std::clamp<std::int64_t>((1 << 21) / private_size, 4, 64);
        return static_cast<int>(std::min<std::int64_t>(tasks, most));
    }
};

/// The code of an executable for one instruction set.
struct ExecutableCode {
    int lanes = 0;
    const StepCode* steps = nullptr;
    void (*add)(const float* from, float* to, std::int64_t count) = nullptr;  // to[i] += from[i]
};

namespace detail {

template <class Program>
struct MakeExecutable {
    using Net = typename Program::Network;
    static constexpr int group_count = Program::group_count;
    static constexpr bool training = Program::mode == Mode::training;
    using Groups = std::make_integer_sequence<int, group_count>;
    template <int G>
    using Kernels = Family<typename Program::template Operation<G>>;

    /// Private sums: only of trained groups that are not deferred, one tensor after the other.
    struct PrivateLayout {
        bool has[Net::layer_count > 0 ? Net::layer_count : 1]{};  // by node
        std::int64_t offset[Net::parameter_tensor_count + 1]{};   // by parameter
        std::int64_t size = 0;
    };
    static constexpr PrivateLayout sums = []<int... G>(std::integer_sequence<int, G...>) {
        PrivateLayout result;
        int unused[]{0, (result.has[Net::graph.nodes[Program::group(G).node].parameters_of] =
                             Program::trained(G) && !Program::deferred(G) &&
                             !operations::HasBatchStatistics<typename Program::template Operation<G>>,
                         0)...};
        (void)unused;
        for (int i = 0; i < Net::parameter_tensor_count; ++i) {
            result.offset[i] = result.size;
            const Parameter& p = Net::parameters[i];
            if (result.has[p.node])
                result.size += (p.count() + parameter_alignment - 1) / parameter_alignment * parameter_alignment;
        }
        return result;
    }
    (Groups{});

    // What is asked of each group is told by tables and aliases: a function for each group would carry the network's
    // whole name, and a hundred layers would make megabytes of names.
    struct Derivatives {
        int reader[group_count + 1]{};    // whose backward multiplies in the derivative of a group's formula, or -1
        int of_input[group_count + 1]{};  // whose formula's derivative a group's backward multiplies in, or -1
    };
    static constexpr Derivatives derivatives = []<int... G>(std::integer_sequence<int, G...>) {
        constexpr bool multiplies[]{Kernels<G>::multiplies_derivative(Program::template Leaf<G>::operation)..., false};
        Derivatives result;
        for (int g = 0; g < group_count; ++g) result.of_input[g] = -1;
        for (int g = 0; g < group_count; ++g) {
            const int reader = Program::only_reader(g);
            result.reader[g] = reader >= 0 && multiplies[reader] ? reader : -1;
            if (result.reader[g] >= 0) result.of_input[reader] = g;
        }
        return result;
    }
    (Groups{});
    template <int G>
    using FormulaOfInput = std::conditional_t<
        (derivatives.of_input[G] < 0), math::Identity,
        typename Program::template Formula<(derivatives.of_input[G] < 0 ? 0 : derivatives.of_input[G])>>;

    struct StorageTable {
        int kept[Program::storage_count]{};  // the deferred group that writes a storage, or -1
    };
    static constexpr StorageTable storages = [] {
        StorageTable result;
        for (int& kept : result.kept) kept = -1;
        for (int g = 0; g < group_count; ++g)
            if (Program::deferred(g)) result.kept[Program::group(g).output.storage] = g;
        return result;
    }();
    static constexpr Place value(const fusion::Part& part) {
        return {part.storage, Program::value_offset(part.storage) + part.offset, part.count, -1};
    }
    static constexpr Place gradient(const fusion::Part& part) {
        return {part.storage, Program::gradient_offset(part.storage) + part.offset, part.count,
                storages.kept[part.storage]};
    }

    /// Which parameters a node owns, and which groups use them.
    struct ParametersOfNodes {
        int first[Net::layer_count + 1]{};  // those of node i are first[i] .. first[i + 1] - 1
        int first_group[Net::layer_count + 1]{}, uses[Net::layer_count + 1]{};
        int use[group_count + 1]{};  // by group
    };
    static constexpr ParametersOfNodes parameters_of_nodes() {
        ParametersOfNodes result;
        for (int i = 0, parameter = 0; i <= Net::layer_count; ++i) {
            result.first[i] = parameter;
            while (parameter < Net::parameter_tensor_count && Net::parameters[parameter].node == i) ++parameter;
        }
        for (int g = 0; g < group_count; ++g) {
            const int owner = Net::graph.nodes[Program::group(g).node].parameters_of;
            if (result.uses[owner] == 0) result.first_group[owner] = g;
            result.use[g] = result.uses[owner]++;
        }
        return result;
    }

    template <class Item>
    struct Table {
        Item items[group_count > 0 ? group_count : 1]{};
    };
    static constexpr Table<Step> steps = []<int... G>(std::integer_sequence<int, G...>) {
        const void* const operations[]{&Program::template Leaf<G>::operation..., nullptr};
        constexpr std::int64_t partial[]{Kernels<G>::partial_size(Program::template Leaf<G>::operation)..., 0};
        constexpr std::int64_t shared[]{Kernels<G>::shared_size(Program::template Leaf<G>::operation)..., 0};
        Table<Step> table;
        constexpr ParametersOfNodes parameters = parameters_of_nodes();
        for (int g = 0; g < group_count; ++g) {
            const fusion::Group& group = Program::group(g);
            Step& step = table.items[g];
            step.operation = operations[g];
            step.node = group.node;
            step.input_count = group.input_count;
            for (int k = 0; k < group.input_count; ++k) {
                step.inputs[k] = value(group.inputs[k]);
                if (Program::wants_gradient(g, k)) step.input_gradients[k] = gradient(group.inputs[k]);
                step.adds[k] = Program::adds_gradient(g, k);
            }
            step.output = value(group.output);
            if (Program::runs_backward(g)) step.output_gradient = gradient(group.output);
            step.trained = Program::trained(g);
            step.deferred = Program::deferred(g);
            step.partial_size = partial[g];
            step.shared_size = shared[g];
            const int owner = Net::graph.nodes[group.node].parameters_of;
            step.first_use = parameters.first_group[owner];
            step.use = parameters.use[g];
            step.uses = parameters.uses[owner];
            for (int i = parameters.first[owner]; i < parameters.first[owner + 1]; ++i) {
                step.weights.values[step.weights.count++] = Net::parameters[i].offset;
                if (sums.has[owner]) step.sums.values[step.sums.count++] = sums.offset[i];
            }
        }
        return table;
    }
    (Groups{});
    template <class Isa>
    static constexpr Table<StepCode> codes = []<int... G>(std::integer_sequence<int, G...>) {
        return Table<StepCode>{
            {step_code<Isa, typename Program::template Operation<G>, typename Program::template Formula<G>,
                       FormulaOfInput<G>, (training && Program::runs_backward(G)), (derivatives.reader[G] < 0)>()...}};
    }
    (Groups{});
    template <class Isa>
    static constexpr Table<SingleCode> single_codes = []<int... G>(std::integer_sequence<int, G...>) {
        return Table<SingleCode>{
            {single_code<Isa, typename Program::template Operation<G>, typename Program::template Formula<G>>...}};
    }
    (Groups{});

    /// The most scratch that any group asks for.
    template <int... G>
    static constexpr std::int64_t task_scratch(std::integer_sequence<int, G...>) {
        std::int64_t most = 0;
        int unused[]{
            0, (most = std::max({most, Kernels<G>::forward_scratch(Program::template Leaf<G>::operation),
                                 training ? Kernels<G>::backward_scratch(Program::template Leaf<G>::operation) : 0}),
                0)...};
        (void)unused;
        return most;
    }
    template <int... G>
    static constexpr std::int64_t single_scratch(std::integer_sequence<int, G...>) {
        std::int64_t most = 0;
        int unused[]{0,
                     (most = std::max(most, Kernels<G>::single_scratch(Program::template Leaf<G>::operation)), 0)...};
        (void)unused;
        return most;
    }

    static constexpr int cleared_count = [] {
        int count = 0;
        for (int s = 0; s < Program::storage_count; ++s) count += Program::clears_gradient(s);
        return count;
    }();
    struct Cleared {
        Place items[cleared_count > 0 ? cleared_count : 1]{};
    };
    static constexpr Cleared cleared = [] {
        Cleared result;
        for (int s = 0, i = 0; s < Program::storage_count; ++s)
            if (Program::clears_gradient(s)) result.items[i++] = gradient({s, 0, Program::size(s)});
        return result;
    }();

    /// The most numbers of a gradient that a kernel overwrites elsewhere before it is added where it belongs.
    static constexpr std::int64_t most_added() {
        std::int64_t most = 0;
        for (int g = 0; g < group_count; ++g)
            if (Program::adds_gradient(g, 0)) most = std::max(most, Program::group(g).inputs[0].count);
        return most;
    }

    static constexpr Executable make() {
        Executable e;
        e.steps = steps.items;
        e.step_count = group_count;
        e.input = value({0, 0, Net::input_shape.count()});
        e.output = value(Program::grouping.output);
        if (Program::input_gradient) e.input_gradient = gradient({0, 0, Net::input_shape.count()});
        if (training) e.output_gradient = gradient(Program::grouping.output);
        e.cleared = cleared.items;
        e.cleared_count = cleared_count;
        e.parameters = Net::parameters.items;
        e.parameter_count = Net::parameter_tensor_count;
        e.parameter_storage = Net::parameters.storage;
        e.private_offsets = sums.offset;
        e.private_size = sums.size;
        e.block_size = Program::plan.peak;
        e.kernel_scratch = task_scratch(Groups{});
        e.scratch_size = e.kernel_scratch + e.groups_per_task() * most_added();
        e.single_scratch = training ? 0 : single_scratch(Groups{});
        return e;
    }
};

}  // namespace detail

/// A schedule::Program as values.
template <class Program>
inline constexpr Executable executable = detail::MakeExecutable<Program>::make();

/// The functions that run it with `Isa`.
template <class Program, class Isa>
inline constexpr ExecutableCode executable_code{Isa::lanes, detail::MakeExecutable<Program>::template codes<Isa>.items,
                                                detail::add_code<Isa>};

/// The same for one sample of plain floats, by step.
template <class Program, class Isa>
inline constexpr const SingleCode* executable_single_code =
    detail::MakeExecutable<Program>::template single_codes<Isa>.items;

}  // namespace tenet::cpu
