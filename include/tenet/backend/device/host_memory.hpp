#pragma once

#include <cstddef>
#include <cstring>
#include <new>

#include <tenet/backend/device/scratch.hpp>

namespace TENET_NAMESPACE::device {

/// What systems have in common whose memory is the host's: nothing is chosen, recorded or waited for.
struct HostMemory {
    struct Options {};
    struct Recording {};

    Scratch scratch;
    bool rehearsing = false;  // nothing is called

    void* allocate(std::size_t bytes) { return ::operator new(bytes, alignment); }
    void deallocate(void* memory) { ::operator delete(memory, alignment); }
    void clear(void* to, std::size_t bytes) {
        if (!rehearsing && bytes > 0) std::memset(to, 0, bytes);
    }
    void to_device(void* to, const void* from, std::size_t bytes) { copy(to, from, bytes); }
    void to_host(void* to, const void* from, std::size_t bytes) { copy(to, from, bytes); }
    void wait() {}

    /// Calls `steps()` so many times; its launches are the same each time.
    template <class Steps>
    void replay(Recording&, const Steps& steps, int turns) {
        for (int turn = 0; turn < turns; ++turn) steps();
    }

  private:
    TENET_LOCAL static constexpr std::align_val_t alignment{256};

    static void copy(void* to, const void* from, std::size_t bytes) {
        if (bytes > 0) std::memcpy(to, from, bytes);  // of nothing both may be null
    }
};

}  // namespace tenet::device
