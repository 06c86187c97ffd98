#pragma once

#include <tenet/backend/cpu/inference.hpp>
#include <tenet/memory/aligned_buffer.hpp>

namespace TENET_NAMESPACE {

/// The memory that one thread needs to run a network: allocated once, reused for every call and any batch size.
template <class Net>
class Workspace {
  public:
    Workspace() : memory_(static_cast<std::size_t>(cpu::Inference<Net>::memory())) {}
    float* data() { return memory_.data(); }

  private:
    memory::AlignedBuffer memory_;
};

/// A workspace for every thread that oneTBB may use here, for `Model::forward` on all cores.
template <class Net>
class Workspaces {
  public:
    Workspaces() { reserve(); }

    /// Makes room again if more threads may run than when the object was made.
    void reserve() { memory_.reserve(static_cast<std::size_t>(stride() * cpu::max_threads())); }
    float* data() { return memory_.data(); }
    static std::int64_t stride() { return (cpu::Inference<Net>::memory() + 15) / 16 * 16; }

  private:
    memory::AlignedBuffer memory_;
};

}  // namespace tenet
