#pragma once

#include <oneapi/tbb/parallel_for.h>

#include <tenet/config.hpp>

#if TENET_THREAD_SANITIZER
extern "C" void __tsan_acquire(void*);
extern "C" void __tsan_release(void*);
#endif

namespace tenet::testing {

/// A user's own oneTBB tasks, body(i) for i < count. The thread sanitizer is told their order, which it does not see, as
/// backend/cpu/parallel.hpp tells it that of tenet's.
template <class Body>
void run_users_tasks(int count, const Body& body) {
#if TENET_THREAD_SANITIZER
    struct Watched {
        const Body& body;
        char& begin;
        char& end;

        TENET_NO_THREAD_SANITIZER void operator()(int index) const {
            __tsan_acquire(&begin);
            body(index);
            __tsan_release(&end);
        }
    };
    alignas(8) char begin[8], end[8];
    __tsan_release(begin);
    oneapi::tbb::parallel_for(0, count, Watched{body, *begin, *end});
    __tsan_acquire(end);
#else
    oneapi::tbb::parallel_for(0, count, body);
#endif
}

}  // namespace tenet::testing
