#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>

#include <tenet/backend/device/scratch.hpp>
#include <tenet/core/precision.hpp>

namespace tenet::device {

/// A system that does all in the thread that calls it, in order: a thread of the host, or one of a kernel.
template <class Precision_ = FP32>
struct Serial {
    using Precision = Precision_;
    using Storage = typename Precision::Storage;
    static constexpr bool sequential = true;
    struct Options {};
    struct Recording {};

    Scratch scratch;
    bool rehearsing = false;

    TENET_HOST_DEVICE explicit Serial(const Options& = {}) {}

    TENET_WHERE_CALLED
    template <class F>
    TENET_HOST_DEVICE void for_each(std::int64_t n, const F& f) {
        for (std::int64_t i = 0; !rehearsing && i < n; ++i) f(i);
    }

    void* allocate(std::size_t bytes) { return ::operator new(bytes, alignment); }
    void deallocate(void* memory) { ::operator delete(memory, alignment); }
    void clear(void* to, std::size_t bytes) {
        if (!rehearsing) std::memset(to, 0, bytes);
    }
    void to_device(void* to, const void* from, std::size_t bytes) { std::memcpy(to, from, bytes); }
    void to_host(void* to, const void* from, std::size_t bytes) { std::memcpy(to, from, bytes); }
    void wait() {}
    template <class Steps>
    void replay(Recording&, const Steps& steps, int turns) {
        for (int turn = 0; turn < turns; ++turn) steps();
    }

  private:
    static constexpr std::align_val_t alignment{256};
};

}  // namespace tenet::device
