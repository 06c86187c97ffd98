#pragma once

#include <cstdint>

namespace tenet::memory {

/// A buffer that holds `size` numbers per sample from step `first` to step `last`, both included.
struct Buffer {
    std::int64_t size = 0;
    int first = 0, last = -1;
    std::int64_t offset = 0;
};

/// One block of memory for all buffers. Everything is counted per sample, so that one plan serves every batch size.
template <int B>
struct Plan {
    Buffer buffers[B > 0 ? B : 1]{};
    std::int64_t peak = 0;   // the block
    std::int64_t bound = 0;  // the largest sum of sizes that live at one step: no plan needs less
    std::int64_t total = 0;  // without sharing
};

constexpr bool live_together(const Buffer& a, const Buffer& b) {
    return a.size > 0 && b.size > 0 && a.last >= b.first && b.last >= a.first;
}

/// Whether no two buffers that live at the same time overlap.
template <int B>
constexpr bool sound(const Plan<B>& plan) {
    for (int i = 0; i < B; ++i)
        for (int j = 0; j < i; ++j) {
            const Buffer &a = plan.buffers[i], &b = plan.buffers[j];
            if (live_together(a, b) && a.offset < b.offset + b.size && b.offset < a.offset + a.size) return false;
        }
    return true;
}

namespace detail {

// Merge sort, largest first: std::sort is not made for constant evaluation's step limits.
template <int B>
constexpr void sort_by_size(const Plan<B>& plan, int (&order)[B]) {
    int merged[B]{};
    for (int i = 0; i < B; ++i) order[i] = i;
    for (int width = 1; width < B; width *= 2) {
        for (int low = 0; low < B; low += 2 * width) {
            const int middle = low + width < B ? low + width : B, high = low + 2 * width < B ? low + 2 * width : B;
            for (int i = low, j = middle, k = low; k < high; ++k) {
                const bool left = i < middle && (j >= high || plan.buffers[order[i]].size >= plan.buffers[order[j]].size);
                merged[k] = order[left ? i++ : j++];
            }
        }
        for (int i = 0; i < B; ++i) order[i] = merged[i];
    }
}

}  // namespace detail

/// Gives every buffer its offset: the largest first, each into the smallest gap between those that live with it.
template <int B>
constexpr Plan<B> place(Plan<B> plan) {
    int order[B]{}, placed[B]{}, count = 0, steps = 0;
    detail::sort_by_size(plan, order);
    for (int k = 0; k < B; ++k) {
        Buffer& buffer = plan.buffers[order[k]];
        if (buffer.size == 0) break;
        plan.total += buffer.size;
        if (buffer.last + 1 > steps) steps = buffer.last + 1;
        std::int64_t best = -1, smallest = INT64_MAX, end = 0;
        for (int i = 0; i < count; ++i) {
            const Buffer& other = plan.buffers[placed[i]];
            if (!live_together(buffer, other)) continue;
            const std::int64_t room = other.offset - end;
            if (room >= buffer.size && room < smallest) {
                best = end;
                smallest = room;
            }
            if (other.offset + other.size > end) end = other.offset + other.size;
        }
        buffer.offset = best >= 0 ? best : end;
        if (buffer.offset + buffer.size > plan.peak) plan.peak = buffer.offset + buffer.size;
        int i = count++;
        for (; i > 0 && plan.buffers[placed[i - 1]].offset > buffer.offset; --i) placed[i] = placed[i - 1];
        placed[i] = order[k];
    }
    for (int step = 0; step < steps; ++step) {
        std::int64_t alive = 0;
        for (const Buffer& buffer : plan.buffers)
            if (buffer.first <= step && step <= buffer.last) alive += buffer.size;
        if (alive > plan.bound) plan.bound = alive;
    }
    return plan;
}

}  // namespace tenet::memory
