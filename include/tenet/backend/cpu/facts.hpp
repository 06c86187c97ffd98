#pragma once

#include <algorithm>
#include <cstdint>

#include <tenet/backend/cpu/gradient_pass.hpp>
#include <tenet/backend/cpu/inference.hpp>
#include <tenet/network/eval_network.hpp>

namespace TENET_NAMESPACE::cpu {

/// What a training step holds of the heap, in bytes, at most: with a loss of any kind, for batches of up to a size, on
/// so many threads. Which instruction set will run is known only when a program starts, so that the largest sum of all
/// is told: wide lanes have larger blocks, narrow ones make more tasks of a batch.
template <class Net>
class TrainingMemory {
    static constexpr const Executable& program() { return executable<schedule::Program<Net, Mode::training>>; }

  public:
    static constexpr std::int64_t of(std::int64_t batch, std::int64_t threads) {
        std::int64_t most = 0;
        for (const int lanes : {4, 8, 16})
            most = std::max(most, TrainingMemory{lanes, static_cast<int>((batch + lanes - 1) / lanes)}.all(threads));
        return most;
    }

  private:
    constexpr TrainingMemory(int lanes, int groups)
        : lanes_(lanes), groups_(groups), tasks_(program().most_tasks(groups)), sums_(program().sums_for(tasks_)) {}

    constexpr std::int64_t all(std::int64_t threads) const {
        return blocks(std::min<std::int64_t>(threads, sums_)) + kept() + private_sums() + lists() +
               4 * program().parameter_storage;
    }
    /// The block in which a task's samples go forward and backward, and the kernels' scratch: one for a worker, or,
    /// where batch statistics make tasks wait for each other, a block for each task; and these statistics.
    constexpr std::int64_t blocks(std::int64_t workers) const {
        std::int64_t shared = 0, partial = 0;
        for (int s = 0; s < program().step_count; ++s) {
            shared += program().steps[s].shared_size;
            partial += program().steps[s].partial_size;
        }
        const auto block = static_cast<std::int64_t>(program().block_floats(lanes_));
        const auto scratch = static_cast<std::int64_t>(program().scratch_floats(lanes_, program().output.count));
        return 4 * (workers * scratch + (shared == 0 ? workers * block : tasks_ * (block + partial) + shared));
    }
    /// Inputs and output gradients kept for the weight gradients of the whole batch.
    constexpr std::int64_t kept() const {
        std::int64_t floats = 0;
        for (int s = 0; s < program().step_count; ++s)
            if (const Step& step = program().steps[s]; step.deferred) floats += step.kept_input + step.output.count;
        return 4 * samples() * floats;
    }
    /// Weight gradients that are summed per task first; their number depends on the batch, not on the threads.
    constexpr std::int64_t private_sums() const { return 4 * program().private_size * sums_; }
    /// Lists of steps, pieces of parameters, tasks and samples, with the labels of these: a vector that has grown may
    /// have room for twice its size.
    constexpr std::int64_t lists() const {
        return GradientPass::list_bytes(program()) + 2 * tasks_ * static_cast<std::int64_t>(sizeof(StepResult)) +
               2 * 4 * samples() * (1 + place_count(Net::output_shape));
    }
    constexpr std::int64_t samples() const { return std::int64_t{groups_} * lanes_; }

    int lanes_, groups_, tasks_, sums_;
};

/// The most bytes that a workspace for batches of up to this size takes on any instruction set, times the threads that
/// find something to do: one sample at a time, or as many lanes as the batch makes worth it.
template <class Net>
constexpr std::int64_t inference_memory(std::int64_t batch, std::int64_t threads) {
    std::int64_t floats = 0;
    for (const int lanes : {4, 8, 16}) {
        const std::int64_t groups = std::max<std::int64_t>(1, (batch - 1) / lanes + 1);
        floats = std::max(floats, Inference<Net>::memory(batch, lanes) * std::min(threads, groups));
    }
    return 4 * floats;
}

}  // namespace tenet::cpu

namespace TENET_NAMESPACE {

template <class In, class... Layer>
constexpr std::int64_t Network<In, Layer...>::inference_memory(std::int64_t batch, std::int64_t threads) {
    if constexpr (ok)
        return cpu::inference_memory<Network>(batch, threads);
    else
        return 0;
}

template <class In, class... Layer>
constexpr std::int64_t Network<In, Layer...>::training_memory(std::int64_t batch, std::int64_t threads) {
    if constexpr (ok)
        return cpu::TrainingMemory<Network>::of(batch, threads);
    else
        return 0;
}

template <class Net>
constexpr std::int64_t EvalNetwork<Net>::inference_memory(std::int64_t batch, std::int64_t threads) {
    return cpu::inference_memory<EvalNetwork>(batch, threads);
}

}  // namespace tenet
