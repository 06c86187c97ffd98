#pragma once

#include <tenet/backend/cpu/inference.hpp>
#include <tenet/memory/aligned_buffer.hpp>

namespace tenet {

/// The memory that one thread needs to run a network: allocated once, reused for every call and any batch size.
template <class Net>
class Workspace {
  public:
    Workspace() : memory_(static_cast<std::size_t>(cpu::Inference<Net>::memory())) {}
    float* data() { return memory_.data(); }

  private:
    memory::AlignedBuffer memory_;
};

}  // namespace tenet
