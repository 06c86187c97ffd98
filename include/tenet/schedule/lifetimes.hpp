#pragma once

#include <tenet/core/array_bound.hpp>
#include <tenet/memory/plan.hpp>
#include <tenet/schedule/order.hpp>
#include <tenet/schedule/outline.hpp>

namespace TENET_NAMESPACE::schedule {

/// What is not kept between forward and backward, but computed again (network/checkpoint.hpp): storages that only the
/// groups of one Checkpoint write and read. They have a second buffer in the backward pass. Just before the last group
/// of a Checkpoint goes backward, all its groups that write such storages go forward again.
template <int N>
struct Recomputation {
    int storages = 0;     // that are computed again
    int groups = 0;       // that go forward again
    int number[array_bound(N + 1)]{};  // by storage: counted from 1, or 0 if it is kept

    constexpr bool again(int storage) const { return number[storage] > 0; }
    constexpr bool again(const fusion::Group& group) const { return again(group.output.storage); }
    constexpr void add(int storage) { number[storage] = ++storages; }
    constexpr void count_groups(const fusion::Grouping<N>& grouping) {
        for (int g = 0; g < grouping.count; ++g) groups += again(grouping.groups[g]);
    }
    /// The first group of the Checkpoint whose last one is `g`; else g + 1.
    static constexpr int first_group(const fusion::Grouping<N>& grouping, int g) {
        const auto checkpoint_of = [&](int group) { return grouping.groups[group].checkpoint; };
        const int checkpoint = checkpoint_of(g);
        int first = g + 1;
        if (checkpoint == 0 || (first < grouping.count && checkpoint_of(first) == checkpoint)) return first;
        while (first > 0 && checkpoint_of(first - 1) == checkpoint) --first;
        return first;
    }
};

/// The buffer of a plan in which the backward pass finds a storage.
template <int N>
constexpr int buffer_in_backward(const Outline<N>& outline, const Recomputation<N>& recomputation, int storage) {
    return recomputation.again(storage) ? 2 * outline.grouping.storage_count + recomputation.number[storage] - 1
                                        : storage;
}

/// Calls read(storage) for what the backward pass of group g reads of the forward pass.
template <int N, class Read>
constexpr void for_each_read(const Outline<N>& outline, const Reads* reads, int g, const Read& read) {
    if (!outline.runs_backward(g)) return;
    const fusion::Group& group = outline.group(g);
    // The activation fused into a group has its derivative taken from its output.
    if (reads[g].output || group.epilogue >= 0) read(group.output.storage);
    if (!reads[g].input || outline.deferred(g)) return;
    for (int k = 0; k < group.input_count; ++k)
        if (!group.adds(k)) read(group.inputs[k].storage);
}

/// Lifetimes in steps: the input arrives at 0, then groups run forward, the loss, and groups run backward in reverse,
/// each in a step of its own; what is computed again has its steps before those that read it. Buffers 0 .. storages - 1
/// are values, the following their gradients, and then come the values that are computed again. `reads` is told by
/// group.
template <int B, int N>
constexpr memory::Plan<B> lifetimes(const Outline<N>& outline, const Reads* reads,
                                    const Recomputation<N>& recomputation = {}) {
    const int storages = outline.grouping.storage_count, groups = outline.grouping.count;
    const int loss = groups + 1, last = 2 * groups + recomputation.groups + 2;
    memory::Plan<B> plan;
    const auto use = [&](int buffer, int step) {
        memory::Buffer& b = plan.buffers[buffer];
        if (step < b.first) b.first = step;
        if (step > b.last) b.last = step;
    };
    const auto in_backward = [&](int storage) { return buffer_in_backward(outline, recomputation, storage); };
    for (int s = 0; s < storages; ++s) {
        plan.buffers[s] = {outline.size(s), last, -1, 0};
        plan.buffers[storages + s] = {outline.needs_gradient(s) ? outline.size(s) : 0, last, -1, 0};
        if (recomputation.again(s)) plan.buffers[in_backward(s)] = plan.buffers[s];
        if (outline.clears_gradient(s)) use(storages + s, loss);
    }
    use(0, 0);
    int step = loss;
    for (int g = groups - 1; g >= 0; --g) {
        const fusion::Group& it = outline.group(g);
        const int out = it.output.storage;
        use(out, g + 1);
        for (int k = 0; k < it.input_count; ++k) use(it.inputs[k].storage, g + 1);
        for (int a = recomputation.first_group(outline.grouping, g); a <= g; ++a) {
            const fusion::Group& again = outline.group(a);
            if (!recomputation.again(again)) continue;
            ++step;
            use(in_backward(again.output.storage), step);
            for (int k = 0; k < again.input_count; ++k) use(in_backward(again.inputs[k].storage), step);
        }
        ++step;
        for_each_read(outline, reads, g, [&](int storage) { use(in_backward(storage), step); });
        if (outline.runs_backward(g)) use(storages + out, step);
        for (int k = 0; k < it.input_count; ++k)
            if (outline.wants_gradient(g, k)) use(storages + it.inputs[k].storage, step);
        if (outline.deferred(g)) plan.buffers[storages + out].size = 0;  // kept for the batch, outside
    }
    const int output = outline.grouping.output.storage;
    use(output, loss);
    if (outline.mode == Mode::training) use(storages + output, loss);
    if (outline.input_gradient) use(storages, last);
    return plan;
}

}  // namespace tenet::schedule
