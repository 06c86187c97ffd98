#pragma once

#include <atomic>

#include <tenet/config.hpp>

namespace TENET_NAMESPACE {

/// A mark on what one thread at a time may use; `InUse` sets it. To take it costs some nanoseconds, so that every call
/// can: a second thread is told, where it would have got wrong numbers. A copy, and what was moved, is used by nobody.
class UseMark {
  public:
    UseMark() = default;
    UseMark(const UseMark&) {}
    UseMark& operator=(const UseMark&) { return *this; }

    bool taken() const { return taken_.load(std::memory_order_relaxed); }

  private:
    friend class InUse;
    std::atomic<bool> taken_{false};
};

/// Holds a mark as long as it lives; false if somebody else does.
/// ```
/// const InUse use{mark};
/// if (!use) throw std::logic_error("another thread is here");
/// ```
class InUse {
  public:
    explicit InUse(UseMark& mark) : mark_(mark.taken_.exchange(true, std::memory_order_acquire) ? nullptr : &mark) {}
    InUse(const InUse&) = delete;
    InUse& operator=(const InUse&) = delete;
    ~InUse() {
        if (mark_) mark_->taken_.store(false, std::memory_order_release);
    }
    explicit operator bool() const { return mark_ != nullptr; }

  private:
    UseMark* mark_;
};

}  // namespace TENET_NAMESPACE
