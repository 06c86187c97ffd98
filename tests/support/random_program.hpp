#pragma once

#include <type_traits>
#include <vector>

#include <tenet/backend/cpu/executable_tables.hpp>
#include <tenet/backend/cpu/families.hpp>
#include <tenet/backend/cpu/gradient_pass.hpp>
#include <tenet/backend/cpu/inference.hpp>

#include <support/any_network.hpp>
#include <support/dot_loss.hpp>
#include <support/random_schedule.hpp>

namespace tenet::testing {

/// A random graph as a program for the CPU.
class RandomProgram : public RandomSchedule {
  public:
    template <class Rules>
    RandomProgram(const RandomGraph& drawn, Mode mode, Rules rules, bool all_again = false)
        : RandomSchedule(drawn, mode, rules, schedule::DepthFirst{}, all_again) {
        for (int g = 0; g < outline().grouping.count; ++g)
            with_operation(g, [&](const auto& op) { facts_[g] = cpu::kernel_facts(op); });
        tables_ = cpu::executable_tables<most_groups, most_storages>(graph().graph, graph().parameters, outline(),
                                                                     recomputation(), plan(), kept_peak(), facts_);
        executable_ = tables_.executable(graph().parameters.items);
    }

    const cpu::Executable& executable() const { return executable_; }

    /// The code of every step.
    template <class Isa>
    std::vector<cpu::StepCode> code() const {
        const auto derivatives = cpu::derivatives_of(outline(), facts_);
        std::vector<cpu::StepCode> codes;
        for (int g = 0; g < outline().grouping.count; ++g)
            with_formulas(g, derivatives.of_input[g], [&]<class Kernels, class Formula, class OfInput>() {
                constexpr bool defers = requires(typename Kernels::Op op) {
                    op.defers_weight_gradient();
                };
                cpu::StepCode code = cpu::detail::step_code<Isa, Kernels, Formula, OfInput, true, true, defers>();
                if (outline().mode == Mode::inference || !outline().runs_backward(g)) code.backward = nullptr;
                if (derivatives.reader[g] >= 0) code.multiply_derivative = nullptr;
                codes.push_back(code);
            });
        return codes;
    }
    template <class Isa>
    std::vector<cpu::SingleCode> single_code() const {
        std::vector<cpu::SingleCode> codes;
        for (int g = 0; g < outline().grouping.count; ++g)
            with_formulas(g, -1, [&]<class Kernels, class Formula, class>() {
                using Op = typename Kernels::Op;
                if constexpr (!operations::HasBatchStatistics<Op> && !std::same_as<Op, operations::RandomMask>)
                    codes.push_back(cpu::detail::single_code<Isa, Kernels, Formula>);
                else
                    codes.push_back(nullptr);  // of training alone
            });
        return codes;
    }

    /// Outputs of samples one after the other, `at_once` in each call.
    template <class Isa>
    Numbers outputs(const Numbers& weights, const Numbers& inputs, int at_once) const {
        const auto codes = code<Isa>();
        const auto single = single_code<Isa>();
        const auto code = cpu::detail::inference_code<Isa>(codes.data(), single.data());
        const std::int64_t in = executable_.input.count, out = executable_.output.count;
        const int samples = static_cast<int>(static_cast<std::int64_t>(inputs.size()) / in);
        Numbers result(static_cast<std::size_t>(samples * out));
        memory::AlignedBuffer memory{static_cast<std::size_t>(
            (executable_.block_size + executable_.scratch_size) * Isa::lanes + executable_.single_scratch)};
        const memory::AlignedBuffer aligned = copy(weights);
        cpu::CallArrays arrays;
        arrays.inputs[0] = {inputs.data(), in};
        arrays.outputs[0] = {result.data(), out};
        for (int done = 0; done < samples; done += at_once)
            cpu::detail::infer(executable_, code, arrays, aligned.data(), done, std::min(at_once, samples - done),
                               memory.data(), static_cast<std::int64_t>(memory.size()));
        return result;
    }

    /// Gradients of the sum over outputs times `target`, summed over the batch. If `running` is given, it receives the
    /// parameters with the running averages moved on.
    template <class Isa>
    Pass pass(const Numbers& weights, const Numbers& inputs, const Numbers& target, Numbers* running = nullptr) const {
        const auto codes = code<Isa>();
        const cpu::GradientPassCode code{{Isa::lanes, codes.data(), cpu::detail::add_code<Isa>},
                                         cpu::detail::write_strided<Isa>,
                                         cpu::detail::add_sums_code<Isa>};
        const std::vector<const float*> input_rows = rows_of(inputs, static_cast<std::size_t>(executable_.input.count));
        const std::vector<const float*> target_rows =
            rows_of(target, static_cast<std::size_t>(executable_.output.count));
        Batch<> batch;
        batch.inputs = input_rows.data();
        batch.targets = target_rows.data();
        batch.size = static_cast<int>(input_rows.size());
        const auto size = static_cast<float>(batch.size);
        memory::AlignedBuffer aligned = copy(weights);
        const DotLoss loss;
        Pass result;
        result.input_gradient.resize(inputs.size());
        cpu::GradientPass gradient_pass{executable_};
        const auto ignore = [](const void*, int, std::int64_t, std::int64_t) {};
        result.loss =
            size * gradient_pass
                       .run(code, aligned.data(), cpu::any_loss<Isa>(loss, Shape{1}), cpu::any_batch<Isa, true>(batch),
                            {nullptr, ignore}, result.input_gradient.data(), running ? aligned.data() : nullptr)
                       .loss;
        if (running) running->assign(aligned.data(), aligned.data() + weights.size());
        result.input_gradient = scaled(result.input_gradient, size);
        for (const Parameter& p : graph().parameters)
            result.gradients.push_back(
                scaled({gradient_pass.gradients() + p.offset, static_cast<std::size_t>(p.count())}, size));
        return result;
    }

    /// What tasks of one group of lanes each leave behind: outputs, gradients by the inputs, private sums, and what is
    /// kept for the batch. Each takes all its steps, or each step is taken by all of them. The batch fills the lanes.
    template <class Isa>
    Numbers trace(const Numbers& weights, const Numbers& inputs, const Numbers& target, bool layer_by_layer) const {
        const cpu::Executable& e = executable_;
        const auto codes = code<Isa>();
        const cpu::ExecutableCode code{Isa::lanes, codes.data(), cpu::detail::add_code<Isa>};
        const memory::AlignedBuffer aligned = copy(weights);
        const std::vector<const float*> input_rows = rows_of(inputs, static_cast<std::size_t>(e.input.count));
        const std::vector<const float*> target_rows = rows_of(target, static_cast<std::size_t>(e.output.count));
        const auto samples = static_cast<std::int64_t>(input_rows.size()), count = samples / Isa::lanes;

        std::vector<memory::AlignedBuffer> kept_inputs, kept_gradients, blocks, sums;
        std::vector<cpu::KeptForBatch> kept;
        for (int s = 0; s < e.step_count; ++s) {
            const cpu::Step& step = e.steps[s];
            kept_inputs.emplace_back(static_cast<std::size_t>(step.deferred ? step.kept_input * samples : 0));
            kept_gradients.emplace_back(static_cast<std::size_t>(step.deferred ? step.output.count * samples : 0));
            kept.push_back({kept_inputs.back().data(), kept_gradients.back().data(), samples, 0, false});
        }
        std::vector<cpu::Task> tasks;
        for (int t = 0; t < count; ++t) {
            blocks.emplace_back(e.block_floats(Isa::lanes) + e.scratch_floats(Isa::lanes, 0));
            sums.emplace_back(static_cast<std::size_t>(e.private_size));
            cpu::Task task{e, code};
            task.memory = blocks.back().data();
            task.scratch = task.memory + e.block_floats(Isa::lanes);
            task.weights = aligned.data();
            task.gradients = sums.back().data();
            task.kept = kept.data();
            task.context.samples = Isa::lanes;
            task.context.sample = static_cast<std::uint32_t>(t * Isa::lanes);
            tasks.push_back(task);
        }
        Numbers result;
        const auto take = [&](const cpu::Task& task, const cpu::Place& place) {
            const float* const numbers = task.tensor(place)[0];
            result.insert(result.end(), numbers, numbers + place.count * Isa::lanes);
        };
        const auto read = [&](const std::vector<const float*>& rows, const cpu::Task& task, const cpu::Place& place) {
            const cpu::Samples from = cpu::samples_at<Isa>(rows.data());
            from.read(from, task.context.sample, Isa::lanes, static_cast<int>(place.count), task.tensor(place)[0]);
        };
        const auto backward = [](cpu::Task& task, int s) {
            task.begin_backward(s);
            task.end_backward(s);
        };
        for (const cpu::Task& task : tasks) read(input_rows, task, e.input);
        if (layer_by_layer)
            for (int s = 0; s < e.step_count; ++s)
                for (cpu::Task& task : tasks) task.forward(s, s + 1);
        for (cpu::Task& task : tasks) {
            if (!layer_by_layer) task.forward();
            take(task, e.output);
            task.clear_gradients();
            read(target_rows, task, e.output_gradient);
            for (int s = e.step_count - 1; s >= 0 && !layer_by_layer; --s) backward(task, s);
        }
        if (layer_by_layer)
            for (int s = e.step_count - 1; s >= 0; --s)
                for (cpu::Task& task : tasks) backward(task, s);
        for (const cpu::Task& task : tasks) take(task, e.input_gradient);
        for (const auto* const buffers : {&sums, &kept_inputs, &kept_gradients})
            for (const memory::AlignedBuffer& buffer : *buffers)
                result.insert(result.end(), buffer.data(), buffer.data() + buffer.size());
        return result;
    }

  private:
    static memory::AlignedBuffer copy(const Numbers& numbers) {
        memory::AlignedBuffer aligned{numbers.size()};
        std::copy(numbers.begin(), numbers.end(), aligned.data());
        return aligned;
    }

    /// Calls visit with the types of the kernels of a group, of its formula and of the one whose derivative it
    /// multiplies in.
    template <class Visit>
    void with_formulas(int g, int of_input, const Visit& visit) const {
        with_operation(g, [&]<class Op>(const Op&) {
            if constexpr (cpu::HasAlternative<Op>)
                if (facts_[g].alternative) return with_kernels<cpu::FamilyOf<Op, true>>(g, of_input, visit);
            with_kernels<cpu::FamilyOf<Op, false>>(g, of_input, visit);
        });
    }
    template <class Kernels, class Visit>
    void with_kernels(int g, int of_input, const Visit& visit) const {
        using Op = typename Kernels::Op;
        with_formula < requires {
            Op::takes_epilogue;
        }
        > (g, [&]<class Formula>() {
            with_formula<Kernels::multiplies_derivative(Op{}), true>(of_input, [&]<class OfInput>() {
                if constexpr (requires { Op::takes_addition; })
                    if (outline().group(g).addition >= 0)
                        return visit.template operator()<Kernels, cpu::AfterAddition<Formula>, OfInput>();
                visit.template operator()<Kernels, Formula, OfInput>();
            });
        });
    }
    cpu::KernelFacts facts_[most_groups];
    cpu::ExecutableTables<most_groups, most_storages, RandomGraph::most_parameters> tables_;
    cpu::Executable executable_;
};

}  // namespace tenet::testing
