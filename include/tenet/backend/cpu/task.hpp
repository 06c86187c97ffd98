#pragma once

#include <tenet/backend/cpu/executable.hpp>
#include <tenet/backend/cpu/kept_for_batch.hpp>
#include <tenet/backend/cpu/samples.hpp>

namespace TENET_NAMESPACE::cpu {

/// The way that samples go through a step: backward finds elsewhere what is computed again on its way.
enum class Way { forward, backward };

/// A few samples on their way through all steps of a program: forward in order, backward in reverse, in one block of
/// memory that stays in the core's cache.
struct Task {
    const Executable& program;
    const ExecutableCode& code;
    float* memory = nullptr;   // the block, of block_size values for each group of lanes
    float* scratch = nullptr;  // no step leaves anything there, so that tasks of one thread may share it
    const float* weights = nullptr;
    float* gradients = nullptr;          // a private sum; deferred gradients have no place in it
    KeptForBatch* kept = nullptr;        // by step; null while nothing is deferred
    TaskContext context{};               // lanes beyond its samples repeat the last one, with gradients of 0
    const BatchShare* shares = nullptr;  // by step; null if no step has batch statistics
    int index = 0;                       // among the tasks of the batch

    Tensor tensor(const Place& place) const {
        if (!place.exists()) return {};
        if (place.kept >= 0)
            return {kept[place.kept].output_gradients + context.sample * place.count, place.count * code.lanes};
        return {memory + place.offset * code.lanes, program.block_size * code.lanes};
    }
    Tensor value(const Place& place, Way way) const {
        const std::int64_t offset = way == Way::forward ? place.offset : place.offset_in_backward;
        return {memory + offset * code.lanes, program.block_size * code.lanes};
    }
    /// The place in the batch of a group's first sample.
    std::int64_t first_of(int group) const { return std::int64_t{context.sample} + std::int64_t{group} * code.lanes; }
    int samples_in(int group) const { return std::min(code.lanes, context.samples - group * code.lanes); }

    void forward() { forward(0, program.step_count); }

    /// Steps begin .. end - 1.
    void forward(int begin, int end) {
        for (int s = begin; s < end; ++s) go_forward(s, Way::forward);
    }

    /// This task's part of the statistics that step s needs before it goes forward.
    void take_statistics(int s) const {
        const TensorPointers<const float> w{program.steps[s].weights, weights};
        code.steps[s].statistics(operands_of(s, w, Way::forward));
    }

    /// Before the gradient of the output is written.
    void clear_gradients() const {
        for (int i = 0; i < program.cleared_count; ++i)
            for (int g = 0; g < context.groups; ++g) {
                float* const gradient = tensor(program.cleared[i])[g];
                std::fill(gradient, gradient + program.cleared[i].count * code.lanes, 0.0f);
            }
    }

    /// Step s backward, given the gradient of its output without the derivative of its formula, in two parts: what only
    /// looks at the gradient of its output, and its batch statistics if it has any; then the gradients of its inputs
    /// and parameters. What has to be computed again for this and earlier steps comes first.
    TENET_NOINLINE void begin_backward(int s) {
        for (int again = program.steps[s].first_again; again <= s; ++again)
            if (program.steps[again].again) go_forward(again, Way::backward);
        const StepCode& run = code.steps[s];
        if (!run.backward) return;
        const TensorPointers<const float> w{program.steps[s].weights, weights};
        Operands operands = operands_of(s, w, Way::backward);
        operands.dy = tensor(program.steps[s].output_gradient);
        if (run.multiply_derivative)
            for (int g = 0; g < context.groups; ++g)
                run.multiply_derivative(operands.y[g], operands.dy[g], program.steps[s].output.count);
        if (run.backward_statistics) run.backward_statistics(operands);
    }
    TENET_NOINLINE void end_backward(int s) {
        const StepCode& run = code.steps[s];
        if (!run.backward) return;
        const Step& step = program.steps[s];
        const TensorPointers<const float> w{step.weights, weights};
        const TensorPointers<float> sums{step.sums, gradients};
        context.node = static_cast<std::uint32_t>(step.node);
        Operands operands = operands_of(s, w, Way::backward);
        operands.dy = tensor(step.output_gradient);
        operands.gradients = {step.sums.count > 0 ? sums.tensors : nullptr};
        for (int k = 0; k < step.input_count; ++k) {
            operands.dx[k] = tensor(step.input_gradients[k]);
            operands.adds[k] = step.adds[k];
        }
        const bool add = step.adds[0] && operands.dx[0].data && !run.adds;
        const Tensor sum = operands.dx[0];
        if (add) operands.dx[0] = {scratch + program.kernel_scratch * code.lanes, step.inputs[0].count * code.lanes};
        run.backward(operands);
        if (add) add_values(operands.dx[0], sum, step.inputs[0].count);
        if (!step.has_addition || !operands.dx[1].data) return;
        // What was added to the result has the result's gradient.
        if (step.adds[1])
            add_values(operands.dy, operands.dx[1], step.output.count);
        else
            for (int g = 0; g < context.groups; ++g)
                std::copy_n(operands.dy[g], step.output.count * code.lanes, operands.dx[1][g]);
    }

  private:
    TENET_NOINLINE void go_forward(int s, Way way) {
        const Step& step = program.steps[s];
        const TensorPointers<const float> w{step.weights, weights};
        context.node = static_cast<std::uint32_t>(step.node);
        const Operands operands = operands_of(s, w, way);
        code.steps[s].forward(operands);
        // For the whole batch, once: on the first way its input need not be computed again for that.
        if (step.deferred && way == Way::forward) code.steps[s].keep(operands, kept[s]);
    }

    void add_values(const Tensor& from, const Tensor& to, std::int64_t count) const {
        for (int g = 0; g < context.groups; ++g) code.add(from[g], to[g], count);
    }

    TENET_NOINLINE Operands operands_of(int s, const TensorPointers<const float>& w, Way way) const {
        const Step& step = program.steps[s];
        Operands operands;
        operands.operation = step.operation;
        operands.input_count = step.input_count;
        for (int k = 0; k < step.input_count; ++k) {
            operands.x[k] = value(step.inputs[k], way);
            operands.counts[k] = step.inputs[k].count;
        }
        operands.y = value(step.output, way);
        operands.weights = {w.tensors};
        operands.scratch = scratch;
        operands.context = &context;
        if (shares) {
            operands.partial = shares[s].partial + index * shares[s].partial_stride;
            operands.shared = shares[s].values;
        }
        return operands;
    }
};

}  // namespace tenet::cpu
