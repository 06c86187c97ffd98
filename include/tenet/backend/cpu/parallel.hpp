#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include <tenet/backend/cpu/tbb.hpp>
#include <tenet/config.hpp>
#include <tenet/core/watched.hpp>

namespace TENET_NAMESPACE::cpu {

/// The most threads that a parallel region started here can use: oneTBB's own controls decide, the task_arena and the
/// global_control, of which an arena that is there already learns nothing.
inline int max_threads() {
    using oneapi::tbb::global_control;
    const std::size_t allowed = global_control::active_value(global_control::max_allowed_parallelism);
    const int arena = oneapi::tbb::this_task_arena::max_concurrency();
    return allowed < static_cast<std::size_t>(arena) ? static_cast<int>(allowed) : arena;
}

namespace detail {

/// A body without its type: oneTBB's templates are instantiated once, not once for each region of each network, and the
/// body is compiled once, not once more for a region of one.
struct RegionBody {
    const void* body;
    void (*call)(const void* body, int index);
    void operator()(int index) const { call(body, index); }
};

/// All calls of the body. A thread that waits for the others takes none of its caller's tasks meanwhile: such a task
/// may ask for what this thread is using, a workspace of the thread's.
template <class Body>
void run_isolated(int count, const Body& body) {
    oneapi::tbb::this_task_arena::isolate(
        [&] { oneapi::tbb::parallel_for(0, count, body, oneapi::tbb::static_partitioner{}); });
}

inline void run_region(int count, const RegionBody& region) {
    tenet::detail::run_watched([=](const auto& body) { run_isolated(count, body); }, region);
}

}  // namespace detail

/// body(i) for every i in [0, count), on all threads of the calling task arena. The same i goes to the same thread
/// every time if it can: its data may still lie in that core's cache.
template <class Body>
void parallel_for(int count, const Body& body) {
    const detail::RegionBody region{&body, [](const void* b, int index) { (*static_cast<const Body*>(b))(index); }};
    if (count == 1)
        region(0);
    else if (count > 1)
        detail::run_region(count, region);
}

namespace detail {

struct SharedBody {
    const void* body;
    void (*call)(const void* body, int index, int share);
};

inline void run_shares(int count, int shares, const SharedBody& body) {
    const int most = std::min(count, shares);
    parallel_for(most, [&](int share) {
        const auto bound = [&](int s) { return static_cast<int>(std::int64_t{count} * s / most); };
        for (int i = bound(share), end = bound(share + 1); i < end; ++i) body.call(body.body, i, share);
    });
}

}  // namespace detail

/// body(i, share) for every i in [0, count), in `shares` shares at most of neighbours: those of one share follow each
/// other, so that memory of its own for each share is enough, whichever threads come to run them.
template <class Body>
void parallel_for(int count, int shares, const Body& body) {
    detail::run_shares(count, shares, {&body, [](const void* b, int index, int share) {
                                           (*static_cast<const Body*>(b))(index, share);
                                       }});
}

}  // namespace TENET_NAMESPACE::cpu
