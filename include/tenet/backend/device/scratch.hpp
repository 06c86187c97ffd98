#pragma once

#include <cstdint>

#include <tenet/config.hpp>

namespace TENET_NAMESPACE::device {

/// Floats for what a step needs between its parts. Nothing is allocated while a network runs: a rehearsal, which launches
/// nothing, finds out how many floats the hungriest step takes.
class Scratch {
  public:
    TENET_HOST_DEVICE void place(float* data) { data_ = data; }
    TENET_HOST_DEVICE float* take(std::int64_t floats) {
        float* const taken = data_ + used_;
        used_ += (floats + 31) / 32 * 32;
        if (used_ > peak_) peak_ = used_;
        return taken;
    }
    /// A new step begins: what the last one took is free.
    TENET_HOST_DEVICE void release() { used_ = 0; }
    TENET_HOST_DEVICE std::int64_t peak() const { return peak_; }

  private:
    float* data_ = nullptr;
    std::int64_t used_ = 0, peak_ = 0;
};

}  // namespace tenet::device
