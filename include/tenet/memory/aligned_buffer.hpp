#pragma once

#include <cstddef>
#include <cstring>
#include <new>
#include <utility>

#include <tenet/config.hpp>

namespace TENET_NAMESPACE::memory {

/// Floats at a 64-byte boundary, all zero at first. Grows only by `reserve`, which forgets what was there.
class AlignedBuffer {
  public:
    TENET_LOCAL static constexpr std::align_val_t alignment{64};

    AlignedBuffer() = default;
    explicit AlignedBuffer(std::size_t count) { reserve(count); }
    AlignedBuffer(AlignedBuffer&& other) noexcept
        : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}
    AlignedBuffer& operator=(AlignedBuffer&& other) noexcept {
        std::swap(data_, other.data_);
        std::swap(size_, other.size_);
        return *this;
    }
    AlignedBuffer(const AlignedBuffer& other) : AlignedBuffer(other.size_) {
        if (size_ > 0) std::memcpy(data_, other.data_, size_ * sizeof(float));
    }
    AlignedBuffer& operator=(const AlignedBuffer& other) { return *this = AlignedBuffer(other); }
    ~AlignedBuffer() { release(); }

    void reserve(std::size_t count) {
        if (count <= size_) return;
        float* grown = static_cast<float*>(::operator new(count * sizeof(float), alignment));
        std::memset(grown, 0, count * sizeof(float));
        release();
        data_ = grown;
        size_ = count;
    }

    float* data() { return data_; }
    const float* data() const { return data_; }
    std::size_t size() const { return size_; }

  private:
    void release() {
        if (data_) ::operator delete(data_, alignment);
    }
    float* data_ = nullptr;
    std::size_t size_ = 0;
};

}  // namespace tenet::memory
