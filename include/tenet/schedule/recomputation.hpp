#pragma once

#include <tenet/core/array_bound.hpp>
#include <tenet/schedule/lifetimes.hpp>

namespace TENET_NAMESPACE::schedule {

namespace detail {

/// Everything that can be computed again: storages that only one Checkpoint uses, if backward reads them or they are
/// needed for such.
template <int N>
struct Repeatable {
    int checkpoint[array_bound(N + 1)]{};  // by storage: whose it is, or 0
    Recomputation<N> all;

    constexpr Repeatable(const Outline<N>& outline, const Reads* reads) {
        const fusion::Grouping<N>& grouping = outline.grouping;
        for (int& c : checkpoint) c = -1;
        const auto use = [&](int storage, int by) {
            checkpoint[storage] = checkpoint[storage] < 0 || checkpoint[storage] == by ? by : 0;
        };
        use(0, 0);
        use(grouping.output.storage, 0);
        for (int g = 0; g < grouping.count; ++g) {
            const fusion::Group& group = grouping.groups[g];
            use(group.output.storage, group.checkpoint);
            for (int k = 0; k < group.input_count; ++k) use(group.inputs[k].storage, group.checkpoint);
        }
        bool changed = false;
        const auto need = [&](int storage) {
            if (checkpoint[storage] <= 0 || all.again(storage)) return;
            all.add(storage);
            changed = true;
        };
        for (int g = 0; g < grouping.count; ++g) for_each_read(outline, reads, g, need);
        do {
            changed = false;
            for (int g = grouping.count - 1; g >= 0; --g)
                if (const fusion::Group& group = grouping.groups[g]; all.again(group))
                    for (int k = 0; k < group.input_count; ++k) need(group.inputs[k].storage);
        } while (changed);
        all.count_groups(grouping);
    }
};

/// What lives in each step of a program.
template <int N>
struct Occupancy {
    TENET_LOCAL static constexpr int most_steps = 3 * fusion::Grouping<N>::capacity + 3, most_buffers = 3 * (N + 1);
    std::int64_t numbers[array_bound(most_steps + 1)]{};
    std::int64_t most = 0;

    constexpr explicit Occupancy(const memory::Plan<most_buffers>& plan) {
        for (const memory::Buffer& b : plan.buffers) {
            if (b.last < b.first) continue;
            numbers[b.first] += b.size;
            numbers[b.last + 1] -= b.size;
        }
        for (int step = 1; step < most_steps; ++step) numbers[step] += numbers[step - 1];
        for (const std::int64_t n : numbers) most = n > most ? n : most;
    }
    /// Keeps a value between its two lives, or no longer if `size` is negative. Whether there is room for it.
    constexpr bool keep(const memory::Buffer& first, const memory::Buffer& second, std::int64_t size) {
        bool fits = true;
        for (int step = first.last + 1; step < second.first; ++step) fits &= (numbers[step] += size) <= most;
        return fits;
    }
};

}  // namespace detail

/// What is computed again: what lies in a Checkpoint, unless it can be kept in memory that is needed at another time
/// anyhow. Late Checkpoints are kept first, as their values wait for the shortest time. `reads` is told by group.
template <int N>
constexpr Recomputation<N> recomputation_of(const Outline<N>& outline, const Reads* reads) {
    int checkpoints = 0;
    for (int g = 0; g < outline.grouping.count; ++g)
        if (const int c = outline.group(g).checkpoint; c > checkpoints) checkpoints = c;
    if (checkpoints == 0 || outline.mode != Mode::training) return {};

    using Occupancy = detail::Occupancy<N>;
    const detail::Repeatable<N> repeatable{outline, reads};
    const auto plan = lifetimes<Occupancy::most_buffers>(outline, reads, repeatable.all);
    Occupancy occupancy{plan};
    Recomputation<N> result;
    for (int c = checkpoints; c > 0; --c) {
        const auto keep = [&](int sign) {
            bool fits = true;
            for (int s = 0; s < outline.grouping.storage_count; ++s)
                if (repeatable.all.again(s) && repeatable.checkpoint[s] == c)
                    fits &=
                        occupancy.keep(plan.buffers[s], plan.buffers[buffer_in_backward(outline, repeatable.all, s)],
                                       sign * outline.size(s));
            return fits;
        };
        if (keep(1)) continue;
        keep(-1);
        for (int s = 0; s < outline.grouping.storage_count; ++s)
            if (repeatable.all.again(s) && repeatable.checkpoint[s] == c) result.add(s);
    }
    result.count_groups(outline.grouping);
    return result;
}

}  // namespace tenet::schedule
