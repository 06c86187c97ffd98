#pragma once

#include <tenet/backend/cpu/tbb.hpp>
#include <tenet/config.hpp>

#if TENET_THREAD_SANITIZER
extern "C" void __tsan_acquire(void*);
extern "C" void __tsan_release(void*);
#endif

namespace TENET_NAMESPACE::cpu {

/// The most threads that a parallel region started here can use; oneTBB's own controls (global_control, task_arena)
/// decide.
inline int max_threads() {
    return oneapi::tbb::this_task_arena::max_concurrency();
}

/// Which of those threads runs the caller, in [0, max_threads()); unique among threads that run at the same time.
inline int thread_index() {
    const int index = oneapi::tbb::this_task_arena::current_thread_index();
    return index < 0 ? 0 : index;
}

namespace detail {

/// A body without its type: oneTBB's templates are instantiated once, not once for each region of each network.
struct RegionBody {
    const void* body;
    void (*call)(const void* body, int index);
    void operator()(int index) const { call(body, index); }
};

#if TENET_THREAD_SANITIZER
// The thread sanitizer sees neither how oneTBB's library hands out the work nor how it waits for its end, for the
// library is built without it. Here it is told: what was done before a region comes before every call of the body, and
// these before what follows the region; calls have no order among themselves.
struct WatchedRegion {
    const RegionBody& region;
    char& begin;
    char& end;

    TENET_NO_THREAD_SANITIZER void operator()(int index) const {
        __tsan_acquire(&begin);
        region(index);
        __tsan_release(&end);
    }
};

inline void run_region(int count, const RegionBody& region) {
    alignas(8) char begin[8], end[8];
    __tsan_release(begin);
    oneapi::tbb::parallel_for(0, count, WatchedRegion{region, *begin, *end}, oneapi::tbb::static_partitioner{});
    __tsan_acquire(end);
}
#else
inline void run_region(int count, const RegionBody& region) {
    oneapi::tbb::parallel_for(0, count, region, oneapi::tbb::static_partitioner{});
}
#endif

}  // namespace detail

/// body(i) for every i in [0, count), on all threads of the calling task arena. The same i goes to the same thread
/// every time if it can: its data may still lie in that core's cache.
template <class Body>
void parallel_for(int count, const Body& body) {
    if (count == 1)
        body(0);
    else if (count > 1)
        detail::run_region(count, {&body, [](const void* b, int index) { (*static_cast<const Body*>(b))(index); }});
}

}  // namespace tenet::cpu
