#pragma once

#include <algorithm>
#include <cstdint>

#include <tenet/backend/cpu/inference.hpp>
#include <tenet/network/eval_network.hpp>

namespace TENET_NAMESPACE::cpu {

/// What a training step holds in memory, in bytes, for one worker thread and a loss that compares with labels. Which
/// instruction set will run is known only when a program starts, so that widest lanes of 16 samples are assumed: the
/// others need less. An optimizer's state is not counted.
template <class Net>
class TrainingMemory {
    static constexpr const Executable& program() { return executable<schedule::Program<Net, Mode::training>>; }
    static constexpr int width = 16;

  public:
    /// The block in which a task's samples go forward and backward, and the kernels' scratch.
    static constexpr std::int64_t block() { return 4 * static_cast<std::int64_t>(program().block_floats(width)); }
    static constexpr std::int64_t scratch() { return 4 * static_cast<std::int64_t>(program().scratch_floats(width, 0)); }
    /// All of them: one block for a worker, or, where batch statistics make tasks wait for each other, one for each
    /// task; and these statistics.
    static constexpr std::int64_t blocks(std::int64_t batch) {
        std::int64_t shared = 0, partial = 0;
        for (int s = 0; s < program().step_count; ++s) {
            shared += program().steps[s].shared_size;
            partial += program().steps[s].partial_size;
        }
        const std::int64_t tasks = program().most_tasks(groups(batch));
        return scratch() + (shared == 0 ? block() : tasks * block() + 4 * (shared + tasks * partial));
    }
    /// Inputs and output gradients kept for the weight gradients of the whole batch.
    static constexpr std::int64_t kept(std::int64_t batch) {
        std::int64_t floats = 0;
        for (int s = 0; s < program().step_count; ++s)
            if (const Step& step = program().steps[s]; step.deferred)
                floats += step.kept_input + step.output.count;
        return 4 * groups(batch) * width * floats;
    }
    /// Weight gradients that are summed per task first; their number depends on the batch, not on the threads.
    static constexpr std::int64_t private_sums(std::int64_t batch) {
        return 4 * program().private_size * program().sums_for(program().most_tasks(groups(batch)));
    }
    static constexpr std::int64_t gradients() { return 4 * Net::parameters.storage; }

    static constexpr std::int64_t of(std::int64_t batch) {
        return blocks(batch) + kept(batch) + private_sums(batch) + gradients();
    }

  private:
    static constexpr int groups(std::int64_t batch) { return static_cast<int>((batch + width - 1) / width); }
};

/// The most bytes that running a batch of this size takes on any instruction set: one sample at a time, or as many
/// lanes as the batch makes worth it.
template <class Net>
constexpr std::int64_t inference_memory(std::int64_t batch) {
    std::int64_t floats = Inference<Net>::single_memory;
    for (const int lanes : {4, 8, 16})
        if (batch > lanes / 4) floats = std::max(floats, Inference<Net>::group_memory(lanes));
    return 4 * floats;
}

}  // namespace tenet::cpu

namespace TENET_NAMESPACE {

template <class In, class... Layer>
constexpr std::int64_t Network<In, Layer...>::inference_memory(std::int64_t batch) {
    if constexpr (ok)
        return cpu::inference_memory<Network>(batch);
    else
        return 0;
}

template <class In, class... Layer>
constexpr std::int64_t Network<In, Layer...>::training_memory(std::int64_t batch) {
    if constexpr (ok)
        return cpu::TrainingMemory<Network>::of(batch);
    else
        return 0;
}

template <class Net>
constexpr std::int64_t EvalNetwork<Net>::inference_memory(std::int64_t batch) {
    return cpu::inference_memory<EvalNetwork>(batch);
}

}  // namespace tenet
