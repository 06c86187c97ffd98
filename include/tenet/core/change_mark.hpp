#pragma once

#include <atomic>
#include <ctime>
#include <string>

#include <tenet/config.hpp>
#include <tenet/core/raise.hpp>

namespace TENET_NAMESPACE {

/// A mark on numbers that training steps change, while others copy, save or set them: never both at a time. Who comes
/// during a step (`BetweenSteps`) is told so; a step that comes while others are at the numbers (`InStep`) waits until
/// they are done. A copy, and what was moved, is used by nobody.
class ChangeMark {
  public:
    ChangeMark() = default;
    ChangeMark(const ChangeMark&) noexcept {}
    ChangeMark& operator=(const ChangeMark&) noexcept { return *this; }

    /// Whether a step is under way.
    bool taken() const { return holders_.load(std::memory_order_relaxed) < 0; }
    /// Throws std::logic_error, with the name of the caller, if a step is under way.
    void require_no_step(const char* who) const {
        if (taken()) refuse(who);
    }

  private:
    friend class InStep;
    friend class BetweenSteps;

    [[noreturn]] TENET_COLD static void refuse(const char* who) {
        detail::raise_logic_error(
            std::string{who} +
            ": another thread is training this model; come between two steps, in a callback of fit say");
    }

    mutable std::atomic<int> holders_{0};  // -1: a step
};

/// A step, as long as it lives. Throws std::logic_error if there is another.
class InStep {
  public:
    explicit InStep(ChangeMark& mark) : mark_(mark) {
        for (int holders = 0; !mark.holders_.compare_exchange_weak(holders, -1, std::memory_order_acquire); holders = 0)
            if (holders < 0)
                detail::raise_logic_error("another thread is training this model; one step changes it at a time");
            else if (holders > 0)
                wait_a_little();
    }
    InStep(const InStep&) = delete;
    InStep& operator=(const InStep&) = delete;
    ~InStep() { mark_.holders_.store(0, std::memory_order_release); }

  private:
    // Not std::atomic's wait, whose table g++ makes unique in a process: no plugin that has it is ever unloaded.
    TENET_COLD static void wait_a_little() {
        const std::timespec pause{0, 50'000};
        nanosleep(&pause, nullptr);
    }

    ChangeMark& mark_;
};

/// Keeps steps waiting as long as it lives; several may. Throws std::logic_error, with the name of the caller, during a
/// step.
/// ```
/// const BetweenSteps held{mark, "save"};
/// ```
class BetweenSteps {
  public:
    BetweenSteps(const ChangeMark& mark, const char* who) : mark_(mark) {
        int holders = mark.holders_.load(std::memory_order_relaxed);
        do {
            if (holders < 0) ChangeMark::refuse(who);
        } while (!mark.holders_.compare_exchange_weak(holders, holders + 1, std::memory_order_acquire,
                                                      std::memory_order_relaxed));
    }
    BetweenSteps(const BetweenSteps&) = delete;
    BetweenSteps& operator=(const BetweenSteps&) = delete;
    ~BetweenSteps() { mark_.holders_.fetch_sub(1, std::memory_order_release); }

  private:
    const ChangeMark& mark_;
};

}  // namespace TENET_NAMESPACE
