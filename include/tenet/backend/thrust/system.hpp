#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>

#include <thrust/for_each.h>
#include <thrust/iterator/counting_iterator.h>

#include <tenet/backend/device/scratch.hpp>
#include <tenet/config.hpp>
#include <tenet/core/precision.hpp>

namespace tenet::thrust_backend {

/// A system of device/ on top of Thrust: `Policy::get()` is an execution policy whose memory the host shares. With plain
/// C++ or oneTBB underneath it runs where no GPU is.
template <class Policy, class Precision_ = FP32>
class System {
  public:
    using Precision = Precision_;
    using Storage = typename Precision::Storage;
    static constexpr bool sequential = false;
    struct Options {};
    /// What was recorded by `replay`: nothing, calls are as good.
    struct Recording {};

    explicit System(const Options& = {}) {}

    device::Scratch scratch;
    bool rehearsing = false;  // nothing is called

    template <class F>
    void for_each(std::int64_t n, const F& f) {
        if (!rehearsing && n > 0)
            ::thrust::for_each(Policy::get(), ::thrust::counting_iterator<std::int64_t>(0),
                               ::thrust::counting_iterator<std::int64_t>(n), f);
    }

    void* allocate(std::size_t bytes) { return ::operator new(bytes, alignment); }
    void deallocate(void* memory) { ::operator delete(memory, alignment); }
    void clear(void* to, std::size_t bytes) {
        if (!rehearsing) std::memset(to, 0, bytes);
    }
    void to_device(void* to, const void* from, std::size_t bytes) { std::memcpy(to, from, bytes); }
    void to_host(void* to, const void* from, std::size_t bytes) { std::memcpy(to, from, bytes); }
    void wait() {}

    /// Calls `steps()` so many times; its launches are the same each time.
    template <class Steps>
    void replay(Recording&, const Steps& steps, int turns) {
        for (int turn = 0; turn < turns; ++turn) steps();
    }

  private:
    static constexpr std::align_val_t alignment{256};
};

}  // namespace tenet::thrust_backend
