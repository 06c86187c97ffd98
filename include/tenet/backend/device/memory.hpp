#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

#include <tenet/config.hpp>

namespace TENET_NAMESPACE::device {

/// Bytes in the memory of a device, all zero at first. The system must outlive them.
template <class System>
class Memory {
  public:
    Memory() = default;
    Memory(System& system, std::size_t bytes) : system_(&system), data_(system.allocate(bytes)), size_(bytes) {
        system.clear(data_, bytes);
    }
    Memory(Memory&& other) noexcept
        : system_(other.system_), data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}
    Memory& operator=(Memory&& other) noexcept {
        std::swap(system_, other.system_);
        std::swap(data_, other.data_);
        std::swap(size_, other.size_);
        return *this;
    }
    ~Memory() {
        if (data_) system_->deallocate(data_);
    }

    std::byte* data() const { return static_cast<std::byte*>(data_); }
    std::size_t size() const { return size_; }

  private:
    System* system_ = nullptr;
    void* data_ = nullptr;
    std::size_t size_ = 0;
};

/// Arrays one behind the other in one allocation: first their places are counted, then they are told.
class Layout {
  public:
    template <class T>
    std::size_t add(std::int64_t count) {
        const std::size_t at = size_;
        size_ += (static_cast<std::size_t>(count) * sizeof(T) + 255) / 256 * 256;
        return at;
    }
    std::size_t size() const { return size_; }

  private:
    std::size_t size_ = 0;
};

}  // namespace tenet::device
