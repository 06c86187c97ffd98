#pragma once

#include <tenet/schedule/outline.hpp>

namespace tenet::schedule {

/// What the backward pass of a group reads.
struct Reads {
    bool input = false, output = false;
};

/// What is not kept between forward and backward, but computed again (network/checkpoint.hpp): storages that only the
/// groups of one Checkpoint write and read. They have a second buffer in the backward pass. Just before the last group
/// of a Checkpoint goes backward, all its groups that write such storages go forward again.
template <int N>
struct Recomputation {
    int storages = 0;     // that are computed again
    int groups = 0;       // that go forward again
    int number[N + 1]{};  // by storage: counted from 1, or 0 if it is kept

    constexpr bool again(int storage) const { return number[storage] > 0; }
    constexpr bool again(const fusion::Group& group) const { return again(group.output.storage); }
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

/// `reads` is told by group.
template <int N>
constexpr Recomputation<N> recomputation_of(const Outline<N>& outline, const Reads* reads) {
    const fusion::Grouping<N>& grouping = outline.grouping;
    Recomputation<N> result;
    const auto checkpoint_of = [&](int g) { return grouping.groups[g].checkpoint; };
    bool any = false;
    for (int g = 0; g < grouping.count; ++g) any |= checkpoint_of(g) > 0;
    if (!any || outline.mode != Mode::training) return result;

    // The Checkpoint that a storage belongs to: 0 for what is used outside, or right before the loss.
    int owner[N + 1]{};
    for (int& o : owner) o = -1;
    const auto use = [&](int storage, int checkpoint) {
        owner[storage] = owner[storage] < 0 || owner[storage] == checkpoint ? checkpoint : 0;
    };
    const int at_loss = checkpoint_of(grouping.count - 1);
    use(0, 0);
    use(grouping.output.storage, 0);
    for (int g = 0; g < grouping.count; ++g) {
        const fusion::Group& group = grouping.groups[g];
        const int checkpoint = group.checkpoint == at_loss ? 0 : group.checkpoint;
        use(group.output.storage, checkpoint);
        for (int k = 0; k < group.input_count; ++k) use(group.inputs[k].storage, checkpoint);
    }

    // Of those, what backward reads, and what is needed to compute it.
    bool changed = false;
    const auto need = [&](int storage) {
        if (owner[storage] <= 0 || result.again(storage)) return;
        result.number[storage] = ++result.storages;
        changed = true;
    };
    for (int g = 0; g < grouping.count; ++g) for_each_read(outline, reads, g, need);
    do {
        changed = false;
        for (int g = grouping.count - 1; g >= 0; --g)
            if (const fusion::Group& group = grouping.groups[g]; result.again(group))
                for (int k = 0; k < group.input_count; ++k) need(group.inputs[k].storage);
    } while (changed);
    for (int g = 0; g < grouping.count; ++g) result.groups += result.again(grouping.groups[g]);
    return result;
}

}  // namespace tenet::schedule
