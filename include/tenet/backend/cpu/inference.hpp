#pragma once

#include <algorithm>
#include <cstdint>

#include <tenet/backend/cpu/compiled_program.hpp>
#include <tenet/backend/cpu/parallel.hpp>
#include <tenet/backend/cpu/task.hpp>

namespace tenet::cpu {

namespace detail {

/// The functions that run a program forward with one instruction set.
struct InferenceCode {
    ExecutableCode group;
    const SingleCode* single;
    WriteSamplesCode write;
};

inline void infer_single(const Executable& program, const SingleCode* code, const float* weights, const float* input,
                         float* output, float* memory) {
    for (int s = 0; s < program.step_count; ++s) {
        const Step& step = program.steps[s];
        const TensorPointers<const float> w{step.weights, weights};
        SingleOperands operands;
        operands.operation = step.operation;
        operands.input_count = step.input_count;
        for (int k = 0; k < step.input_count; ++k) {
            // The network's input is read where the caller has it.
            const Place& x = step.inputs[k];
            operands.x[k] = x.storage == program.input.storage ? input : memory + x.offset;
            operands.counts[k] = x.count;
        }
        operands.weights = {w.tensors};
        operands.y = memory + step.output.offset;
        operands.scratch = memory + program.block_size;
        code[s](operands);
    }
    const float* result = program.output.storage == program.input.storage ? input : memory + program.output.offset;
    std::copy(result, result + program.output.count, output);
}

inline void infer_group(const Executable& program, const InferenceCode& code, const Samples& inputs,
                        const float* weights, std::int64_t first, int count, float* output, float* memory) {
    Task task{program, code.group};
    task.memory = memory;
    task.weights = weights;
    task.context.samples = count;
    inputs.read(inputs, first, count, static_cast<int>(program.input.count), task.tensor(program.input)[0]);
    task.forward();
    const int outputs = static_cast<int>(program.output.count);
    code.write(outputs, count, task.tensor(program.output)[0], {output + first * outputs, outputs});
}

inline void infer(const Executable& program, const InferenceCode& code, const Samples& inputs, const float* weights,
                  const float* input, std::int64_t first, int count, float* output, float* memory) {
    const int width = code.group.lanes;
    const std::int64_t end = first + count;
    // A group of lanes costs about as much as a few single samples.
    while (end - first > width / 4) {
        const int samples = static_cast<int>(std::min<std::int64_t>(width, end - first));
        infer_group(program, code, inputs, weights, first, samples, output, memory);
        first += samples;
    }
    for (; first < end; ++first)
        infer_single(program, code.single, weights, input + first * program.input.count,
                     output + first * program.output.count, memory);
}

}  // namespace detail

/// Runs a network forward. The functions are re-entrant: all that they write is the outputs and the caller's memory.
template <class Net, class Rules = fusion::Rules>
struct Inference {
    using Program = schedule::Program<Net, Mode::inference, false, Rules>;
    static constexpr std::int64_t inputs = Net::input_shape.count(), outputs = Net::output_shape.count();

    /// Floats of memory for one sample at a time, and for one group of `lanes` samples.
    static constexpr std::int64_t single_memory = executable<Program>.block_size + executable<Program>.single_scratch;
    static constexpr std::int64_t group_memory(int lanes) {
        return (executable<Program>.block_size + executable<Program>.scratch_size) * lanes;
    }

    /// Floats of memory for any number of samples on this machine.
    static std::int64_t memory() {
        return dispatch([]<class Isa>() { return std::max(single_memory, group_memory(Isa::lanes)); });
    }

    /// outputs[n] = network(inputs[n]) for `count` samples, one after the other in both arrays, on the calling thread.
    static void run(const float* weights, const float* input, int count, float* output, float* memory) {
        dispatch([&]<class Isa>() { run_on<Isa>(weights, input, count, output, memory); });
    }

    /// The same on all cores: groups of lanes are shared out, each thread with `stride` floats of the memory.
    static void run_parallel(const float* weights, const float* input, int count, float* output, float* memory,
                             std::int64_t stride) {
        dispatch([&]<class Isa>() {
            constexpr int width = Isa::lanes;
            parallel_for((count + width - 1) / width, [&](int group) {
                const int first = group * width;
                run_on<Isa>(weights, input + first * inputs, std::min(width, count - first), output + first * outputs,
                            memory + thread_index() * stride);
            });
        });
    }

    template <class Isa>
    static void run_on(const float* weights, const float* input, int count, float* output, float* memory) {
        static constexpr detail::InferenceCode code{executable_code<Program, Isa>, executable_single_code<Program, Isa>,
                                                    detail::write_strided<Isa>};
        detail::infer(executable<Program>, code, samples_at<Isa>(input), weights, input, 0, count, output, memory);
    }
};

}  // namespace tenet::cpu
