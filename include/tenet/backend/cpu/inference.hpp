#pragma once

#include <algorithm>
#include <cstdint>

#include <tenet/backend/cpu/parallel.hpp>
#include <tenet/backend/cpu/task.hpp>
#include <tenet/memory/aligned_buffer.hpp>

namespace tenet::cpu {

namespace detail {

template <class Program>
constexpr std::int64_t single_scratch() {
    return []<int... G>(std::integer_sequence<int, G...>) {
        std::int64_t most = 0;
        int unused[]{0, (most = std::max(most, Family<typename Program::template Operation<G>>::single_scratch(
                                                   Program::template operation<G>())),
                         0)...};
        (void)unused;
        return most;
    }(std::make_integer_sequence<int, Program::group_count>{});
}

template <class Program, class Isa, int G>
TENET_INLINE void single_step(const float* weights, const float* input, float* memory) {
    using Net = typename Program::Network;
    constexpr fusion::Group group = Program::group(G);
    constexpr auto op = Program::template operation<G>();
    constexpr std::int64_t scratch = Program::plan.peak;
    static constexpr NodeOffsets offsets = node_offsets<Net>(group.node);
    const auto tensors = offsets.in(weights);
    // The first group reads the caller's input where it lies.
    const float* x = group.input == 0 ? input : memory + Program::value_offset(group.input);
    Family<typename Program::template Operation<G>>::template forward_single<Isa, typename Program::template Formula<G>>(
        op, x, Weights{tensors.tensors}, memory + Program::value_offset(group.output), memory + scratch);
}

}  // namespace detail

/// Runs a network forward. The functions are re-entrant: all that they write is the outputs and the caller's memory.
template <class Net, class Rules = fusion::Rules>
struct Inference {
    using Program = schedule::Program<Net, Mode::inference, false, Rules>;
    static constexpr std::int64_t inputs = Net::input_shape.count(), outputs = Net::output_shape.count();

    /// Floats of memory for one sample at a time, and for one group of `lanes` samples.
    static constexpr std::int64_t single_memory = Program::plan.peak + detail::single_scratch<Program>();
    static constexpr std::int64_t group_memory(int lanes) { return (Program::plan.peak + task_scratch<Program>()) * lanes; }

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
            const int groups = (count + width - 1) / width;
            parallel_for(groups, [&](int group) {
                const int first = group * width;
                run_on<Isa>(weights, input + first * inputs, std::min(width, count - first), output + first * outputs,
                            memory + thread_index() * stride);
            });
        });
    }

    template <class Isa>
    static void run_on(const float* weights, const float* input, int count, float* output, float* memory) {
        constexpr int width = Isa::lanes;
        int done = 0;
        // A group of lanes costs about as much as a few single samples.
        for (; count - done > width / 4; done += width) {
            const int samples = std::min(width, count - done);
            run_group<Isa>(weights, input + done * inputs, samples, output + done * outputs, memory);
            if (samples < width) return;
        }
        for (; done < count; ++done) run_single<Isa>(weights, input + done * inputs, output + done * outputs, memory);
    }

  private:
    template <class Isa>
    static void run_single(const float* weights, const float* input, float* output, float* memory) {
        [&]<int... G>(std::integer_sequence<int, G...>) {
            int unused[]{0, (detail::single_step<Program, Isa, G>(weights, input, memory), 0)...};
            (void)unused;
        }(std::make_integer_sequence<int, Program::group_count>{});
        constexpr int last = Program::grouping.output;
        const float* result = last == 0 ? input : memory + Program::value_offset(last);
        std::copy(result, result + outputs, output);
    }

    template <class Isa>
    static void run_group(const float* weights, const float* input, int samples, float* output, float* memory) {
        using T = Value<Isa>;
        Task<Program, Isa> task;
        task.memory = reinterpret_cast<T*>(memory);
        task.weights = weights;
        task.samples = samples;
        call<Isa, ReadSamples>(static_cast<int>(inputs), samples, StridedRows<const float>{input, inputs}, 1.0f, 0.0f,
                               task.value(0)[0]);
        task.forward();
        call<Isa, WriteSamples>(static_cast<int>(outputs), samples,
                                static_cast<const T*>(task.value(Program::grouping.output)[0]),
                                StridedRows<float>{output, outputs});
    }
};

}  // namespace tenet::cpu
