#pragma once

#include <cstdint>

#include <tenet/backend/device/host_memory.hpp>
#include <tenet/core/precision.hpp>

namespace TENET_NAMESPACE::device {

/// A system that does all in the thread that calls it, in order: a thread of the host, or one of a kernel.
template <class Precision_ = FP32>
struct Serial : HostMemory {
    using Precision = Precision_;
    using Storage = typename Precision::Storage;
    TENET_LOCAL static constexpr bool sequential = true;

    TENET_HOST_DEVICE explicit Serial(const Options& = {}) {}

    TENET_WHERE_CALLED
    template <class F>
    TENET_HOST_DEVICE void for_each(std::int64_t n, const F& f) {
        for (std::int64_t i = 0; !rehearsing && i < n; ++i) f(i);
    }
};

}  // namespace tenet::device
