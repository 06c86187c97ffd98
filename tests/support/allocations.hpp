#pragma once

#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>

/// Counts what a program takes from the heap, in whichever thread and library: in one source file of a program, for
/// malloc and all that is built on it is replaced.
///
/// Sanitizers bring a malloc of their own; there, only operator new is counted.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define TENET_TEST_OWN_MALLOC 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define TENET_TEST_OWN_MALLOC 0
#endif
#endif
#if !defined(TENET_TEST_OWN_MALLOC)
#if defined(__GLIBC__)
#define TENET_TEST_OWN_MALLOC 1
#else
#define TENET_TEST_OWN_MALLOC 0
#endif
#endif

namespace tenet::testing {

inline std::atomic<std::int64_t> allocation_count{0}, allocated_bytes{0};

inline void count_allocation(std::size_t size) {
    ++allocation_count;
    allocated_bytes += static_cast<std::int64_t>(size);
}

inline std::int64_t allocations_so_far() {
    return allocation_count.load();
}

/// How often `action` takes memory from the heap.
template <class Action>
std::int64_t allocations(Action&& action) {
    const std::int64_t before = allocations_so_far();
    action();
    return allocations_so_far() - before;
}

/// How many bytes `action` takes from the heap, those that it gives back included.
template <class Action>
std::int64_t bytes_taken(Action&& action) {
    const std::int64_t before = allocated_bytes.load();
    action();
    return allocated_bytes.load() - before;
}

}  // namespace tenet::testing

#if TENET_TEST_OWN_MALLOC

extern "C" {
void* __libc_malloc(std::size_t);
void* __libc_calloc(std::size_t, std::size_t);
void* __libc_realloc(void*, std::size_t);
void* __libc_memalign(std::size_t, std::size_t);
void __libc_free(void*);

void* malloc(std::size_t size) {
    tenet::testing::count_allocation(size);
    return __libc_malloc(size);
}
void* calloc(std::size_t count, std::size_t size) {
    tenet::testing::count_allocation(count * size);
    return __libc_calloc(count, size);
}
void* realloc(void* memory, std::size_t size) {
    tenet::testing::count_allocation(size);
    return __libc_realloc(memory, size);
}
void* memalign(std::size_t alignment, std::size_t size) {
    tenet::testing::count_allocation(size);
    return __libc_memalign(alignment, size);
}
void* aligned_alloc(std::size_t alignment, std::size_t size) {
    return memalign(alignment, size);
}
int posix_memalign(void** memory, std::size_t alignment, std::size_t size) {
    *memory = memalign(alignment, size);
    return *memory ? 0 : ENOMEM;
}
void free(void* memory) {
    __libc_free(memory);
}
}

#else

void* operator new(std::size_t size) {
    tenet::testing::count_allocation(size);
    if (void* const memory = std::malloc(size > 0 ? size : 1)) return memory;
    throw std::bad_alloc{};
}
void* operator new(std::size_t size, std::align_val_t alignment) {
    tenet::testing::count_allocation(size);
    const auto boundary = static_cast<std::size_t>(alignment);
    if (void* const memory = std::aligned_alloc(boundary, (size + boundary - 1) / boundary * boundary)) return memory;
    throw std::bad_alloc{};
}
void operator delete(void* memory) noexcept {
    std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
    std::free(memory);
}
void operator delete(void* memory, std::align_val_t) noexcept {
    std::free(memory);
}
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept {
    std::free(memory);
}

#endif
