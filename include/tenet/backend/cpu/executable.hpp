#pragma once

#include <algorithm>
#include <cstdint>

#include <tenet/backend/cpu/step_code.hpp>
#include <tenet/network/parameters.hpp>

namespace TENET_NAMESPACE::cpu {

/// Where a tensor of a task lies: in the task's block of memory (counted in values), or, if it is the gradient of what
/// a deferred step wrote, in what step `kept` keeps for the whole batch.
struct Place {
    int storage = -1;
    std::int64_t offset = -1;
    std::int64_t count = 0;  // numbers per sample
    int kept = -1;
    std::int64_t offset_in_backward = -1;  // of a value: elsewhere if it is computed again

    constexpr bool exists() const { return storage >= 0; }
};

/// Where the parameter tensors of one step begin, in floats.
struct TensorOffsets {
    std::int64_t values[ParameterList::capacity]{};
    int count = 0;
};

/// The same as pointers.
template <class Number>
struct TensorPointers {
    Number* tensors[ParameterList::capacity]{};

    TensorPointers(const TensorOffsets& offsets, Number* numbers) {
        for (int i = 0; i < offsets.count; ++i) tensors[i] = numbers + offsets.values[i];
    }
};

/// One step of a program as data.
struct Step {
    const void* operation = nullptr;
    int node = 0;
    int input_count = 1;
    Place inputs[LeafNode::max_inputs], output;
    Place input_gradients[LeafNode::max_inputs], output_gradient;
    bool has_addition = false;  // the second input is added to the result
    bool adds[LeafNode::max_inputs]{};  // the gradient by an input to what others have put there
    TensorOffsets weights;
    TensorOffsets sums;  // of gradients, in a task's private sums; none if the step is deferred or not trained
    std::int64_t partial_size = 0, shared_size = 0;  // batch statistics: floats for a task, and for the batch
    bool trained = false;
    bool deferred = false;        // its weight gradient is taken over the whole batch
    std::int64_t kept_input = 0;  // floats for each sample that are kept for that
    // Steps with shared parameters: which use of them this is, of how many, and the step of the first.
    int use = 0, uses = 1, first_use = 0;
    bool again = false;   // it goes forward again before it goes backward
    int first_again = 0;  // before this step goes backward, those from here to itself go forward again that have to
};

/// A program as the CPU runs it: values, computed by the compiler, behind which the network's type has disappeared. The
/// code that runs it is compiled once, not once for each network.
struct Executable {
    const Step* steps = nullptr;
    int step_count = 0;
    Place input, output, input_gradient, output_gradient;
    const Place* cleared = nullptr;  // gradients that are 0 before the backward pass
    int cleared_count = 0;

    const Parameter* parameters = nullptr;
    int parameter_count = 0;                        // tensors
    std::int64_t parameter_storage = 0;             // floats
    const std::int64_t* private_offsets = nullptr;  // by parameter: its place in a private sum of gradients
    std::int64_t private_size = 0;

    std::int64_t block_size = 0;      // values that a group of lanes of a task needs
    std::int64_t kept_size = 0;       // that it would need if nothing were computed again
    std::int64_t scratch_size = 0;    // values of scratch, for kernels and for gradients that are to be added
    std::int64_t kernel_scratch = 0;  // of these, for kernels
    std::int64_t single_scratch = 0;  // floats behind the block of a single sample

    /// Two groups share each weight that is loaded, if their activations fit the second-level cache together, all of
    /// them: which samples meet in a task, and so the order of sums, does not depend on what is computed again.
    constexpr int groups_per_task() const { return kept_size * 2 * 64 <= 512 * 1024 ? 2 : 1; }
    /// At least four tasks before they grow: fewer would leave cores idle.
    constexpr int groups_in_task(int groups) const { return groups >= 4 * groups_per_task() ? groups_per_task() : 1; }
    /// The most tasks for up to so many groups: a smaller batch, of one group in a task, may have more of them.
    constexpr int most_tasks(int groups) const {
        const int in_task = groups_in_task(groups);
        return std::max((groups + in_task - 1) / in_task, std::min(groups, 4 * groups_per_task() - 1));
    }
    /// Floats of a task's block, and of a thread's scratch with what the loss needs for a sample, both spread over the
    /// sets of a cache.
    constexpr std::size_t block_floats(int lanes) const { return spread(block_size * groups_per_task() * lanes); }
    constexpr std::size_t scratch_floats(int lanes, std::int64_t loss_buffer) const {
        return spread((scratch_size + loss_buffer) * lanes);
    }
    /// Private sums of gradients for so many tasks: no more than a few megabytes.
    constexpr int sums_for(int tasks) const {
        const std::int64_t most = private_size == 0 ? 64 : std::clamp<std::int64_t>((1 << 21) / private_size, 4, 64);
        return static_cast<int>(std::min<std::int64_t>(tasks, most));
    }

  private:
    static constexpr std::size_t spread(std::int64_t floats) {
        return static_cast<std::size_t>((floats + 31) / 32 * 32 + 16);
    }
};

/// The code of an executable for one instruction set.
struct ExecutableCode {
    int lanes = 0;
    const StepCode* steps = nullptr;
    void (*add)(const float* from, float* to, std::int64_t count) = nullptr;  // to[i] += from[i]
};

}  // namespace tenet::cpu
