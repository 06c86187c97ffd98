#pragma once

#include <tenet/backend/cpu/executable.hpp>
#include <tenet/backend/cpu/samples.hpp>

namespace tenet::cpu {

/// A few samples on their way through all steps of a program: forward in order, backward in reverse, in one block of
/// memory that stays in the core's cache.
struct Task {
    const Executable& program;
    const ExecutableCode& code;
    float* memory = nullptr;  // the block, of block_size values for each group of lanes, then the scratch
    const float* weights = nullptr;
    float* gradients = nullptr;    // a private sum; deferred gradients have no place in it
    KeptForBatch* kept = nullptr;  // by step; null while nothing is deferred
    WriteSamplesCode write = nullptr;
    int samples = 0;  // in this task; the lanes beyond repeat the last one, with gradients of 0
    TaskContext context{};

    float* scratch() const { return memory + context.groups * program.block_size * code.lanes; }

    Tensor tensor(const Place& place) const {
        if (!place.exists()) return {};
        if (place.kept >= 0)
            return {kept[place.kept].output_gradients + context.sample * place.count, place.count * code.lanes};
        return {memory + place.offset * code.lanes, program.block_size * code.lanes};
    }
    int samples_in(int group) const { return std::min(code.lanes, samples - group * code.lanes); }

    void forward() {
        for (int s = 0; s < program.step_count; ++s) {
            const Step& step = program.steps[s];
            const TensorPointers<const float> w{step.weights, weights};
            context.node = static_cast<std::uint32_t>(step.node);
            Operands operands;
            operands.operation = step.operation;
            operands.x = tensor(step.input);
            operands.y = tensor(step.output);
            operands.weights = {w.tensors};
            operands.scratch = scratch();
            operands.context = &context;
            code.steps[s].forward(operands);
            if (step.deferred) keep_input(step, kept[s]);
        }
    }

    /// Needs the gradient of the output, without the derivative of the last step's formula.
    void backward() {
        for (int s = program.step_count - 1; s >= 0; --s) {
            const StepCode& run = code.steps[s];
            if (!run.backward) continue;
            const Step& step = program.steps[s];
            const TensorPointers<const float> w{step.weights, weights};
            const TensorPointers<float> sums{step.sums, gradients};
            context.node = static_cast<std::uint32_t>(step.node);
            Operands operands;
            operands.operation = step.operation;
            operands.x = tensor(step.input);
            operands.y = tensor(step.output);
            operands.dy = tensor(step.output_gradient);
            operands.dx = tensor(step.input_gradient);
            operands.weights = {w.tensors};
            operands.gradients = {step.sums.count > 0 ? sums.tensors : nullptr};
            operands.scratch = scratch();
            operands.context = &context;
            if (run.multiply_derivative)
                for (int g = 0; g < context.groups; ++g)
                    run.multiply_derivative(operands.y[g], operands.dy[g], step.output.count);
            run.backward(operands);
        }
    }

  private:
    void keep_input(const Step& step, const KeptForBatch& keep) const {
        const InputPanels panels{static_cast<int>(step.input.count)};
        const Tensor input = tensor(step.input);
        for (int g = 0; g < context.groups; ++g)
            for (int p = 0; p < panels.count(); ++p)
                write(panels.width_of(p), samples_in(g), input[g] + panels.begin(p) * code.lanes,
                      {keep.input + panels.offset(p, context.sample + g * code.lanes, keep.samples),
                       panels.stride_of(p)});
    }
};

}  // namespace tenet::cpu
