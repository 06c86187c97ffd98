#pragma once

#include <cstdint>

#include <tenet/config.hpp>
#include <tenet/core/array_bound.hpp>

namespace TENET_NAMESPACE::memory {

/// A buffer that holds `size` numbers per sample from step `first` to step `last`, both included.
struct Buffer {
    std::int64_t size = 0;
    int first = 0, last = -1;
    std::int64_t offset = 0;
};

/// One block of memory for all buffers. Everything is counted per sample, so that one plan serves every batch size.
template <int B>
struct Plan {
    Buffer buffers[array_bound(B)]{};
    std::int64_t peak = 0;   // the block
    std::int64_t bound = 0;  // the largest sum of sizes that live at one step: no plan needs less
    std::int64_t total = 0;  // without sharing
};

constexpr bool live_together(const Buffer& a, const Buffer& b) {
    return a.size > 0 && b.size > 0 && a.last >= b.first && b.last >= a.first;
}

namespace detail {

// Buffers by falling or rising key. Merge sort: std::sort is not made for constant evaluation's step limits.
template <int B, class Key>
constexpr void sort_buffers(const Plan<B>& plan, int* order, Key key, bool falling) {
    std::int64_t keys[array_bound(B)]{};
    int merged[array_bound(B)]{};
    for (int i = 0; i < B; ++i) {
        order[i] = i;
        keys[i] = falling ? -key(plan.buffers[i]) : key(plan.buffers[i]);
    }
    for (int width = 1; width < B; width *= 2) {
        for (int low = 0; low < B; low += 2 * width) {
            const int middle = low + width < B ? low + width : B, high = low + 2 * width < B ? low + 2 * width : B;
            for (int i = low, j = middle, k = low; k < high; ++k) {
                const bool left = i < middle && (j >= high || keys[order[i]] <= keys[order[j]]);
                merged[k] = order[left ? i++ : j++];
            }
        }
        for (int i = 0; i < B; ++i) order[i] = merged[i];
    }
}

}  // namespace detail

/// Whether no two buffers that live at the same time overlap: each is held against those that live when it begins.
template <int B>
constexpr bool sound(const Plan<B>& plan) {
    int order[array_bound(B)]{}, alive[array_bound(B)]{}, count = 0;
    if constexpr (B > 0)
        detail::sort_buffers(
            plan, order, [](const Buffer& b) { return std::int64_t{b.first}; }, false);
    for (int k = 0; k < B; ++k) {
        const Buffer& a = plan.buffers[order[k]];
        if (a.size == 0 || a.last < a.first) continue;
        int kept = 0;
        for (int i = 0; i < count; ++i) {
            const Buffer& b = plan.buffers[alive[i]];
            if (b.last < a.first) continue;
            alive[kept++] = alive[i];
            if (a.offset < b.offset + b.size && b.offset < a.offset + a.size) return false;
        }
        count = kept;
        alive[count++] = order[k];
    }
    return true;
}

/// The largest sum of sizes that live at one step.
template <int B>
constexpr std::int64_t lower_bound(const Plan<B>& plan) {
    int begins[array_bound(B)]{}, ends[array_bound(B)]{};
    if constexpr (B > 0) {
        detail::sort_buffers(
            plan, begins, [](const Buffer& b) { return std::int64_t{b.first}; }, false);
        detail::sort_buffers(
            plan, ends, [](const Buffer& b) { return std::int64_t{b.last}; }, false);
    }
    std::int64_t alive = 0, most = 0;
    for (int b = 0, e = 0; b < B; ++b) {
        const Buffer& begin = plan.buffers[begins[b]];
        if (begin.last < begin.first) continue;  // never lives
        for (; plan.buffers[ends[e]].last < begin.first; ++e)
            if (plan.buffers[ends[e]].last >= plan.buffers[ends[e]].first) alive -= plan.buffers[ends[e]].size;
        alive += begin.size;
        if (alive > most) most = alive;
    }
    return most;
}

/// Gives every buffer its offset: the largest first, each into the smallest gap between those that live with it.
template <int B>
constexpr Plan<B> place(Plan<B> plan) {
    int order[array_bound(B)]{}, placed[array_bound(B)]{}, count = 0;
    detail::sort_buffers(
        plan, order, [](const Buffer& b) { return b.size; }, true);
    for (int k = 0; k < B; ++k) {
        Buffer& buffer = plan.buffers[order[k]];
        if (buffer.size == 0) break;
        plan.total += buffer.size;
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
    plan.bound = lower_bound(plan);
    return plan;
}

}  // namespace tenet::memory
