#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include <tenet/backend/cpu/inference.hpp>
#include <tenet/core/raise.hpp>
#include <tenet/core/use_mark.hpp>
#include <tenet/io/text.hpp>
#include <tenet/memory/aligned_buffer.hpp>

namespace TENET_NAMESPACE {

namespace detail {
TENET_COLD inline std::int64_t checked_largest_batch(std::int64_t largest_batch) {
    if (largest_batch < 1)
        raise_invalid_argument(io::joined({"workspace: the largest batch must be positive, but is ", largest_batch}));
    return largest_batch;
}
}  // namespace detail

/// The memory that one thread needs to run a network: allocated once, reused for every call.
/// ```
/// Workspace<Net> workspace;    // for batches of any size: a group of 16 samples goes through the network at once
/// Workspace<Net> small{1};     // Net::inference_memory(1) bytes at most
/// ```
/// One that was made for a largest batch takes what `Net::inference_memory` says of it, at most. A larger batch runs in
/// it too, in groups for which there is room: more slowly, perhaps one sample at a time. It serves one call at a time:
/// a thread that finds another at work in it gets a std::logic_error.
template <class Net>
class Workspace {
  public:
    Workspace() : memory_(static_cast<std::size_t>(cpu::Inference<Net>::memory())) {}
    explicit Workspace(std::int64_t largest_batch)
        : memory_(static_cast<std::size_t>(cpu::Inference<Net>::memory(detail::checked_largest_batch(largest_batch)))) {
    }

    float* data() { return memory_.data(); }
    /// In floats.
    std::int64_t size() const { return static_cast<std::int64_t>(memory_.size()); }
    UseMark& use_mark() { return use_mark_; }

  private:
    memory::AlignedBuffer memory_;
    UseMark use_mark_;
};

/// A workspace for every thread that oneTBB may use here, for `Model::forward` on all cores. It is for one caller at a
/// time, as a `Workspace` is: two threads that both want all cores need two of them. Made for a largest batch, it takes
/// `Net::inference_memory(largest_batch, threads)` bytes at most.
template <class Net>
class Workspaces {
    using Inference = cpu::Inference<Net>;

  public:
    Workspaces() { reserve(); }
    explicit Workspaces(std::int64_t largest_batch) : largest_batch_(detail::checked_largest_batch(largest_batch)) {
        reserve();
    }

    /// Makes room again if more threads may run than when the object was made.
    void reserve() {
        const std::int64_t threads = cpu::max_threads();
        places_ = static_cast<int>(largest_batch_ > 0 ? std::min(threads, Inference::groups(largest_batch_)) : threads);
        memory_.reserve(static_cast<std::size_t>(stride() * places_));
    }
    float* data() { return memory_.data(); }
    /// Floats of each thread's memory, and for how many threads there is some.
    std::int64_t stride() const { return largest_batch_ > 0 ? Inference::memory(largest_batch_) : Inference::memory(); }
    int places() const { return places_; }
    UseMark& use_mark() { return use_mark_; }

  private:
    std::int64_t largest_batch_ = 0;  // 0: any
    int places_ = 0;
    memory::AlignedBuffer memory_;
    UseMark use_mark_;
};

}  // namespace TENET_NAMESPACE
