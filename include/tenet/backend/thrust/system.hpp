#pragma once

#include <cstdint>

#include <thrust/for_each.h>
#include <thrust/iterator/counting_iterator.h>

#include <tenet/backend/device/host_memory.hpp>
#include <tenet/core/precision.hpp>
#include <tenet/core/watched.hpp>

namespace TENET_NAMESPACE::thrust_backend {

/// A system of device/ on top of Thrust: `Policy::get()` is an execution policy whose memory the host shares. With plain
/// C++ or oneTBB underneath it runs where no GPU is.
template <class Policy, class Precision_ = FP32>
class System : public device::HostMemory {
  public:
    using Precision = Precision_;
    using Storage = typename Precision::Storage;
    TENET_LOCAL static constexpr bool sequential = false;

    explicit System(const Options& = {}) {}

    template <class F>
    void for_each(std::int64_t n, const F& f) {
        if (rehearsing || n <= 0) return;
        const ::thrust::counting_iterator<std::int64_t> first(0);
        tenet::detail::run_watched(
            [=](const auto& body) { ::thrust::for_each(Policy::get(), first, first + n, body); }, f);
    }
};

}  // namespace tenet::thrust_backend
