#pragma once

#include <tenet/config.hpp>

#if TENET_THREAD_SANITIZER
extern "C" void __tsan_acquire(void*);
extern "C" void __tsan_release(void*);
#endif

namespace TENET_NAMESPACE::detail {

#if TENET_THREAD_SANITIZER
template <class Body>
struct WatchedBody {
    const Body& body;
    char& begin;
    char& end;

    template <class Index>
    TENET_NO_THREAD_SANITIZER void operator()(Index index) const {
        __tsan_acquire(&begin);
        body(index);
        __tsan_release(&end);
    }
};
#endif

/// region(body), which calls the body or copies of it on other threads, and waits for them.
///
/// The thread sanitizer sees neither how a library that was built without it hands out the work nor how it waits for its
/// end. Here it is told: what was done before a region comes before every call of the body, and these before what
/// follows the region; calls have no order among themselves.
template <class Region, class Body>
void run_watched(const Region& region, const Body& body) {
#if TENET_THREAD_SANITIZER
    alignas(8) char begin[8], end[8];
    __tsan_release(begin);
    region(WatchedBody<Body>{body, *begin, *end});
    __tsan_acquire(end);
#else
    region(body);
#endif
}

}  // namespace TENET_NAMESPACE::detail
