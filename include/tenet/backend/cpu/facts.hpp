#pragma once

#include <algorithm>
#include <cstdint>

#include <tenet/backend/cpu/inference.hpp>
#include <tenet/backend/cpu/task.hpp>

namespace tenet::cpu {

/// What a training step holds in memory, in bytes, for one worker thread and a loss that compares with labels. Which
/// instruction set will run is known only when a program starts, so that widest lanes of 16 samples are assumed: the others
/// need less. An optimizer's state is not counted.
template <class Net>
class TrainingMemory {
    using Program = schedule::Program<Net, Mode::training>;
    static constexpr int width = 16;
    static constexpr std::int64_t private_size = PrivateSums<Program>::layout.size;
    static constexpr std::int64_t groups_per_task = Program::plan.peak * 2 * 64 <= 512 * 1024 ? 2 : 1;

    /// Floats that deferred Linear layers keep for each sample of the batch.
    template <int... G>
    static constexpr std::int64_t kept_floats(std::integer_sequence<int, G...>) {
        std::int64_t floats = 0;
        const auto one = [&]<int I>() {
            if constexpr (Program::template deferred<I>) {
                constexpr auto op = Program::template operation<I>();
                floats += InputPanels{op.in_features}.size(1) + op.out_features;
            }
        };
        (void)one;
        int unused[]{0, (one.template operator()<G>(), 0)...};
        (void)unused;
        return floats;
    }

  public:
    /// The block in which a worker's samples go forward and backward, with the kernels' scratch.
    static constexpr std::int64_t worker() {
        return 4 * width * (Program::plan.peak * groups_per_task + task_scratch<Program>());
    }
    /// Inputs and output gradients kept for the weight gradients of the whole batch.
    static constexpr std::int64_t kept(std::int64_t batch) {
        return 4 * rounded(batch) * kept_floats(std::make_integer_sequence<int, Program::group_count>{});
    }
    /// Weight gradients that are summed per task first; their number depends on the batch, not on the threads.
    static constexpr std::int64_t private_sums(std::int64_t batch) {
        const std::int64_t groups = rounded(batch) / width;
        const std::int64_t in_task = groups >= 4 * groups_per_task ? groups_per_task : 1;
        const std::int64_t most = private_size == 0 ? 0 : std::clamp<std::int64_t>((1 << 21) / std::max<std::int64_t>(private_size, 1), 4, 64);
        // Smaller batches, of one group in a task, may have more tasks.
        const std::int64_t tasks = std::max((groups + in_task - 1) / in_task, std::min(groups, 4 * groups_per_task - 1));
        return 4 * private_size * std::min(tasks, most);
    }
    static constexpr std::int64_t gradients() { return 4 * Net::parameters.storage; }

    static constexpr std::int64_t of(std::int64_t batch) { return worker() + kept(batch) + private_sums(batch) + gradients(); }

  private:
    static constexpr std::int64_t rounded(std::int64_t batch) { return (batch + width - 1) / width * width; }
};

/// The most bytes that running a batch of this size takes on any instruction set: one sample at a time, or as many lanes as
/// the batch makes worth it.
template <class Net>
constexpr std::int64_t inference_memory(std::int64_t batch) {
    std::int64_t floats = Inference<Net>::single_memory;
    for (const int lanes : {4, 8, 16})
        if (batch > lanes / 4) floats = std::max(floats, Inference<Net>::group_memory(lanes));
    return 4 * floats;
}

}  // namespace tenet::cpu

namespace tenet {

template <class In, class... Layer>
constexpr std::int64_t Network<In, Layer...>::inference_memory(std::int64_t batch) {
    if constexpr (ok) return cpu::inference_memory<Network>(batch);
    else return 0;
}

template <class In, class... Layer>
constexpr std::int64_t Network<In, Layer...>::training_memory(std::int64_t batch) {
    if constexpr (ok) return cpu::TrainingMemory<Network>::of(batch);
    else return 0;
}

}  // namespace tenet
