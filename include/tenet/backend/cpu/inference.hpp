#pragma once

#include <algorithm>
#include <cstdint>

#include <tenet/backend/cpu/compiled_program.hpp>
#include <tenet/backend/cpu/parallel.hpp>
#include <tenet/backend/cpu/task.hpp>

namespace TENET_NAMESPACE::cpu {

/// The arrays of a call, sample after sample: one for each input and each output of the network, or one in which every
/// sample has all of them.
struct CallArrays {
    template <class Number>
    struct Array {
        Number* samples = nullptr;
        std::int64_t count = 0;  // numbers of a sample
    };
    Array<const float> inputs[Values::capacity]{};
    Array<float> outputs[Values::capacity]{};
    int input_count = 1, output_count = 1;
};

namespace detail {

/// The functions that run a program forward with one instruction set.
struct InferenceCode {
    ExecutableCode group;
    const SingleCode* single;
    Samples (*samples_at)(const float* first);
    WriteSamplesCode write;
};

template <class Isa>
inline constexpr InferenceCode inference_code(const StepCode* group, const SingleCode* single) {
    return {{Isa::lanes, group, add_code<Isa>}, single, samples_at<Isa>, write_strided<Isa>};
}

/// The output of one sample, whose numbers stand at `input`.
inline const float* infer_single(const Executable& program, const SingleCode* code, const float* weights,
                                 const float* input, float* memory) {
    // The network's input is read where the caller has it.
    const auto at = [&](const Place& x) {
        return x.storage == program.input.storage ? input + (x.offset - program.input.offset) : memory + x.offset;
    };
    for (int s = 0; s < program.step_count; ++s) {
        const Step& step = program.steps[s];
        const TensorPointers<const float> w{step.weights, weights};
        SingleOperands operands;
        operands.operation = step.operation;
        operands.input_count = step.input_count;
        for (int k = 0; k < step.input_count; ++k) {
            operands.x[k] = at(step.inputs[k]);
            operands.counts[k] = step.inputs[k].count;
        }
        operands.weights = {w.tensors};
        operands.y = memory + step.output.offset;
        operands.scratch = memory + program.block_size;
        code[s](operands);
    }
    return at(program.output);
}

/// So many samples of a batch go through the network one by one, rather than in lanes.
constexpr int most_singles(int lanes) {
    return lanes / 4;
}

inline void infer_one(const Executable& program, const InferenceCode& code, const CallArrays& arrays,
                      const float* weights, std::int64_t sample, float* memory) {
    const float* input = arrays.inputs[0].samples + sample * arrays.inputs[0].count;
    if (arrays.input_count > 1) {
        float* to = memory + program.input.offset;
        input = to;
        for (int i = 0; i < arrays.input_count; ++i)
            to = std::copy_n(arrays.inputs[i].samples + sample * arrays.inputs[i].count, arrays.inputs[i].count, to);
    }
    const float* output = infer_single(program, code.single, weights, input, memory);
    for (int o = 0; o < arrays.output_count; output += arrays.outputs[o++].count)
        std::copy_n(output, arrays.outputs[o].count, arrays.outputs[o].samples + sample * arrays.outputs[o].count);
}

inline void infer_group(const Executable& program, const InferenceCode& code, const CallArrays& arrays,
                        const float* weights, std::int64_t first, int count, float* memory) {
    Task task{program, code.group};
    task.memory = memory;
    task.scratch = memory + program.block_size * code.group.lanes;
    task.weights = weights;
    task.context.samples = count;
    float* x = task.tensor(program.input)[0];
    for (int i = 0; i < arrays.input_count; x += arrays.inputs[i++].count * code.group.lanes) {
        const Samples samples = code.samples_at(arrays.inputs[i].samples);
        samples.read(samples, first, count, static_cast<int>(arrays.inputs[i].count), x);
    }
    task.forward();
    const float* y = task.tensor(program.output)[0];
    for (int o = 0; o < arrays.output_count; y += arrays.outputs[o++].count * code.group.lanes) {
        const CallArrays::Array<float>& to = arrays.outputs[o];
        code.write(static_cast<int>(to.count), count, y, {to.samples + first * to.count, to.count});
    }
}

inline void infer(const Executable& program, const InferenceCode& code, const CallArrays& arrays, const float* weights,
                  std::int64_t first, int count, float* memory, std::int64_t floats) {
    const int width = code.group.lanes;
    const std::int64_t end = first + count;
    const bool room = floats >= (program.block_size + program.scratch_size) * width;
    // A group of lanes costs about as much as a few single samples.
    while (room && end - first > most_singles(width)) {
        const int samples = static_cast<int>(std::min<std::int64_t>(width, end - first));
        infer_group(program, code, arrays, weights, first, samples, memory);
        first += samples;
    }
    for (; first < end; ++first) infer_one(program, code, arrays, weights, first, memory);
}

}  // namespace detail

/// Runs a network forward. The functions are re-entrant: all that they write is the outputs and the caller's memory.
template <class Net, class Rules = fusion::Rules>
struct Inference {
    using Program = schedule::Program<Net, Mode::inference, false, Rules>;
    TENET_LOCAL static constexpr std::int64_t inputs = Net::input_shape.count(), outputs = Net::output_shape.count();

    /// Floats of memory for one sample at a time, and for one group of `lanes` samples.
    TENET_LOCAL static constexpr std::int64_t single_memory = executable<Program>.block_size + executable<Program>.single_scratch;
    static constexpr std::int64_t group_memory(int lanes) {
        return (executable<Program>.block_size + executable<Program>.scratch_size) * lanes;
    }

    /// Floats of memory for batches of up to so many samples with so many lanes: at least for one sample, at most for a
    /// group, a multiple of 16.
    static constexpr std::int64_t memory(std::int64_t largest_batch, int lanes) {
        const std::int64_t group = largest_batch > detail::most_singles(lanes) ? group_memory(lanes) : 0;
        return (std::max(single_memory, group) + 15) / 16 * 16;
    }
    /// The same with the lanes of this machine; and for any number of samples.
    static std::int64_t memory(std::int64_t largest_batch) {
        return dispatch([&]<class Isa>() { return memory(largest_batch, Isa::lanes); });
    }
    static std::int64_t memory() { return memory(INT64_MAX); }

    /// In how many groups of lanes so many samples go.
    static std::int64_t groups(std::int64_t samples) {
        return dispatch([&]<class Isa>() { return (samples - 1) / Isa::lanes + 1; });
    }

    /// outputs[n] = network(inputs[n]) for `count` samples, on the calling thread. The memory has so many `floats`,
    /// enough for one sample at least.
    static void run(const float* weights, const CallArrays& arrays, int count, float* memory, std::int64_t floats) {
        dispatch([&]<class Isa>() { run_on<Isa>(weights, arrays, 0, count, memory, floats); });
    }

    /// The same on all cores: groups of lanes are shared out, among `places` threads at most, each with `stride` floats
    /// of the memory.
    static void run_parallel(const float* weights, const CallArrays& arrays, int count, float* memory,
                             std::int64_t stride, int places) {
        dispatch([&]<class Isa>() {
            constexpr int width = Isa::lanes;
            parallel_for((count + width - 1) / width, places, [&](int group, int place) {
                const int first = group * width;
                run_on<Isa>(weights, arrays, first, std::min(width, count - first), memory + place * stride, stride);
            });
        });
    }

    template <class Isa>
    TENET_LOCAL static void run_on(const float* weights, const CallArrays& arrays, std::int64_t first, int count,
                                   float* memory, std::int64_t floats = INT64_MAX) {
        static constexpr detail::InferenceCode code =
            detail::inference_code<Isa>(executable_code<Program, Isa>.steps, executable_single_code<Program, Isa>);
        detail::infer(executable<Program>, code, arrays, weights, first, count, memory, floats);
    }

    /// The arrays of a call in which every sample has all inputs, or all outputs, one behind the other.
    static constexpr CallArrays whole(const float* input, float* output) {
        CallArrays arrays;
        arrays.inputs[0] = {input, inputs};
        arrays.outputs[0] = {output, outputs};
        return arrays;
    }
};

}  // namespace tenet::cpu
