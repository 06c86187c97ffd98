#pragma once

#include <cstddef>
#include <cstdint>

#include <tenet/backend/device/executable.hpp>
#include <tenet/backend/device/memory.hpp>
#include <tenet/backend/device/step_code.hpp>

namespace TENET_NAMESPACE::device {

/// The memory that a program works in, for one batch size.
template <class Storage>
struct Block {
    Storage* values = nullptr;  // block_size numbers for each sample
    float* kept = nullptr;
    float* scratch = nullptr;
};

/// Runs the steps of a program, each for the whole batch. Compiled once for a system and a type of numbers in memory,
/// whatever the network.
template <class System, class Storage>
class Pass {
  public:
    Pass(const Executable& program, const StepCode<System, Storage>* code) : program_(program), code_(code) {}

    const Executable& program() const { return program_; }

    /// Steps that a system may take at once.
    TENET_LOCAL static constexpr int most_fused = 16;

    /// What random layers draw from, and where things are.
    struct Run {
        std::int64_t samples = 0;
        Block<Storage> block;
        const float* weights = nullptr;
        float* running = nullptr;    // the weights again, where running averages may be written
        float* gradients = nullptr;  // of the parameters
        Seed seed{};
        const std::uint64_t* step = nullptr;
    };

    static TENET_HOST_DEVICE Rows<Storage> rows(const Place& place, const Run& run) {
        return place.in(run.block.values, run.samples);
    }

    void forward(System& system, const Run& run) const {
        system.scratch.place(run.block.scratch);
        Operands<Storage> of_steps[most_fused];
        for (int s = 0; s < program_.step_count; s += code_[s].steps) {
            for (int i = 0; i < code_[s].steps; ++i) of_steps[i] = operands(program_.steps[s + i], run, false);
            system.scratch.release();
            code_[s].forward(system, program_.steps[s].operation, of_steps);
        }
    }

    /// From the gradient by the output, which is in its place. What has to be computed again for a step and earlier
    /// ones comes before it.
    void backward(System& system, const Run& run) const {
        system.scratch.place(run.block.scratch);
        Run again = run;
        again.running = nullptr;  // the batch counts once
        for (int s = program_.step_count - 1; s >= 0; --s) {
            for (int a = program_.steps[s].first_again; a <= s; ++a) {
                if (!program_.steps[a].again) continue;
                system.scratch.release();
                const Operands<Storage> o = operands(program_.steps[a], again, true);
                code_[a].forward(system, program_.steps[a].operation, &o);
            }
            if (!program_.steps[s].runs_backward) continue;
            system.scratch.release();
            code_[s].backward(system, program_.steps[s].operation, operands(program_.steps[s], run, true));
        }
    }

    /// Gradients that several steps add to, before the gradient by the output is written.
    void clear_gradients(System& system, const Run& run) const {
        for (int i = 0; i < program_.cleared_count; ++i) {
            const Place& place = program_.cleared[i];
            system.clear(run.block.values + place.begin * run.samples,
                         static_cast<std::size_t>(place.stride * run.samples) * sizeof(Storage));
        }
    }

    /// Floats of scratch that `launches(run)` of so many samples take. It is run in a place where nobody looks: what has
    /// a place is there, and what has none is not.
    template <class Launches>
    TENET_LOCAL static std::int64_t scratch_size(System& system, std::int64_t samples, const Launches& launches) {
        alignas(64) static float nowhere[1];
        Run run;
        run.samples = samples;
        run.block = {reinterpret_cast<Storage*>(nowhere), nowhere, nowhere};
        run.weights = run.gradients = run.running = nowhere;
        system.rehearsing = true;
        system.scratch = {};
        system.scratch.place(nowhere);
        launches(run);
        system.rehearsing = false;
        return system.scratch.peak();
    }

    /// What a step works on, for a forward or a backward pass.
    static TENET_HOST_DEVICE Operands<Storage> operands(const Step& step, const Run& run, bool backward) {
        const auto value = [&](const Place& place) { return place.in(run.block.values, run.samples, backward); };
        Operands<Storage> o;
        o.samples = run.samples;
        o.input_count = step.has_addition ? 1 : step.input_count;
        TENET_DEVICE_UNROLL
        for (int k = 0; k < LeafNode::max_inputs; ++k) {
            if (k >= step.input_count) continue;
            o.x[k] = value(step.inputs[k]);
            o.dx[k] = {rows(step.input_gradients[k], run), step.adds[k]};
            o.counts[k] = step.inputs[k].count;
        }
        o.dx[0].derivative = step.of_input;
        o.dx[0].x = o.x[0];
        if (step.has_addition) o.added = o.x[1];
        o.y = value(step.output);
        o.dy = rows(step.output_gradient, run);
        o.count = step.output.count;
        TENET_DEVICE_UNROLL
        for (int t = 0; t < ParameterList::capacity; ++t) {
            if (t >= step.tensor_count) continue;
            o.weights[t] = run.weights + step.tensors[t];
            if (step.trained && run.gradients)
                o.gradients[t] = {run.gradients + step.tensors[t], step.adds_to_gradients};
            if (run.running) o.running[t] = run.running + step.tensors[t];
        }
        o.kept = run.block.kept + step.kept;
        o.seed = run.seed;
        o.step = run.step;
        o.node = static_cast<std::uint32_t>(step.node);
        return o;
    }

  private:
    const Executable& program_;
    const StepCode<System, Storage>* code_;
};

}  // namespace tenet::device
