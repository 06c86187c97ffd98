#include "block.hpp"

#include <sys/mman.h>
#include <ucontext.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <unordered_map>

namespace emulation {

namespace {

constexpr int lanes = 32;
constexpr std::size_t stack_bytes = 256 * 1024, most_shared = 232'448;

enum class Waits { no, at_barrier, with_its_warp, for_ever };

/// Pages that the system provides when they are touched.
char* pages(std::size_t bytes) {
    void* const memory =
        mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED) std::abort();
    return static_cast<char*>(memory);
}

/// A thread of the block, on a stack of its own.
struct Fiber {
    Thread thread;
    ucontext_t context;
    char* stack = pages(stack_bytes);
    Waits waits = Waits::no;
    // What it does with its warp.
    WarpCode code{};
    void* lane = nullptr;
    std::uint32_t mask = 0;
    int site = 0;
};

/// Who last wrote and read two bytes of shared memory since the block's last barrier, and before which of its warp's.
struct Touched {
    static constexpr int several = -2;
    std::uint64_t written = 0, read = 0;  // barriers of the block before that
    std::uint64_t written_in_warp = 0, read_in_warp = 0;
    int writer = -1, reader = -1, reading_warp = -1;
};

std::unordered_map<std::string, Kernel>& kernels() {
    static auto& known = *new std::unordered_map<std::string, Kernel>;  // used before and after main
    return known;
}

}  // namespace

Kernel::Entry::Entry(const char* name, void (*run)(Thread&), std::vector<std::pair<int, int>> parameters, int shared,
                     bool waits, int most_threads) {
    kernels()[name] = {name, run, std::move(parameters), shared, waits, most_threads};
}

Kernel* Kernel::find(const std::string& name) {
    const auto found = kernels().find(name);
    return found == kernels().end() ? nullptr : &found->second;
}

bool backwards() {
    static const bool wanted = std::getenv("TENET_EMULATION_BACKWARDS") != nullptr;
    return wanted;
}

/// The one block that runs.
struct Block {
    const Kernel* kernel = nullptr;
    std::vector<std::unique_ptr<Fiber>> fibers;
    ucontext_t scheduler;
    Fiber* running = nullptr;
    char* shared = pages(most_shared);
    std::uint32_t shared_bytes = 0;
    std::uint64_t barriers = 1;
    std::uint64_t warp_barriers[lanes]{};
    std::vector<Touched> touched{most_shared / 2};

    static Block& current() {
        static Block block;
        return block;
    }

    void wait(const Thread& thread, Waits how) {
        Fiber& fiber = *fibers[static_cast<std::size_t>(thread.number)];
        fiber.waits = how;
        swapcontext(&fiber.context, &scheduler);
    }

    void touch(const Thread& thread, std::uint32_t offset, int bytes, bool write) {
        const int warp = thread.number / lanes;
        const std::uint64_t now = warp_barriers[warp];
        for (std::uint32_t i = offset / 2; 2 * i < offset + static_cast<std::uint32_t>(bytes); ++i) {
            Touched& t = touched[i];
            const bool warp_wrote = t.writer / lanes == warp && t.written_in_warp < now;
            if (t.written == barriers && t.writer != thread.number && !warp_wrote)
                thread.fail("shared memory that another thread wrote since the last barrier", offset, bytes);
            if (write) {
                const bool warp_read = t.reading_warp == warp && t.read_in_warp < now;
                if (t.read == barriers && t.reader != thread.number && !warp_read)
                    thread.fail("a write to shared memory that another thread read since the last barrier", offset,
                                bytes);
                t.written = barriers;
                t.written_in_warp = now;
                t.writer = thread.number;
            } else {
                t.reader = t.read != barriers || t.reader == thread.number ? thread.number : Touched::several;
                t.reading_warp = t.read != barriers || t.reading_warp == warp ? warp : Touched::several;
                t.read = barriers;
                t.read_in_warp = now;
            }
        }
    }

    static void enter() {
        Block& block = current();
        block.kernel->run(block.running->thread);
        block.running->waits = Waits::for_ever;
    }

    void run(int threads) {
        int left = threads;
        while (left > 0) {
            bool moved = false;
            for (int i = 0; i < threads; ++i) {
                Fiber& fiber = *fibers[static_cast<std::size_t>(backwards() ? threads - 1 - i : i)];
                if (fiber.waits != Waits::no) continue;
                running = &fiber;
                swapcontext(&scheduler, &fiber.context);
                left -= fiber.waits == Waits::for_ever;
                moved = true;
            }
            for (int first = 0; first < threads; first += lanes)
                moved |= run_warp(first, std::min(lanes, threads - first));
            moved |= left > 0 && pass_barrier(threads, left);
            if (!moved && left > 0) {
                for (int i = 0; i < threads; ++i)
                    if (fibers[static_cast<std::size_t>(i)]->waits != Waits::for_ever)
                        fibers[static_cast<std::size_t>(i)]->thread.fail("a wait that does not end");
            }
        }
    }

  private:
    /// If all threads are there that have not ended.
    bool pass_barrier(int threads, int left) {
        int there = 0;
        for (int i = 0; i < threads; ++i) there += fibers[static_cast<std::size_t>(i)]->waits == Waits::at_barrier;
        if (there < left) return false;
        for (int i = 0; i < threads; ++i) {
            Fiber& fiber = *fibers[static_cast<std::size_t>(i)];
            if (fiber.waits == Waits::at_barrier) fiber.waits = Waits::no;
        }
        ++barriers;
        return true;
    }

    /// If all lanes of the mask are at the same instruction, or have ended where that is a barrier.
    bool run_warp(int first, int count) {
        const auto lane = [&](int i) -> Fiber& { return *fibers[static_cast<std::size_t>(first + i)]; };
        const Fiber* one = nullptr;
        for (int i = 0; i < count; ++i)
            if (lane(i).waits == Waits::with_its_warp) {
                if (one && one->site != lane(i).site) return false;
                one = &lane(i);
            }
        if (!one) return false;
        const bool barrier = one->code == WarpCode::barrier;
        for (int i = 0; i < count; ++i) {
            const bool excused = barrier && lane(i).waits == Waits::for_ever;
            if ((one->mask >> i & 1) && lane(i).waits != Waits::with_its_warp && !excused) return false;
        }
        if (barrier) {
            ++warp_barriers[first / lanes];
        } else {
            if (count < lanes) one->thread.fail("an instruction of a warp that lacks lanes");
            if (one->code == WarpCode::ldmatrix || one->code == WarpCode::ldmatrix_trans)
                load_matrices(first);
            else
                multiply(first);
        }
        for (int i = 0; i < count; ++i)
            if (lane(i).waits == Waits::with_its_warp) lane(i).waits = Waits::no;
        return true;
    }

    /// mma.m16n8k16, or of TF32 mma.m16n8k8: where its elements are in the lanes is PTX's table.
    void multiply(int first) {
        const WarpCode code = fibers[static_cast<std::size_t>(first)]->code;
        const bool words = code == WarpCode::mma_tf32;
        const int depth = words ? 8 : 16;
        float a[16][16], b[16][8];
        const auto factor = [&](std::uint32_t word, int half) {
            if (words) return std::bit_cast<float>(word & ~0x1fffu);
            const auto bits = static_cast<std::uint16_t>(word >> (16 * half));
            return code == WarpCode::mma_bf16 ? from_bf16(bits) : from_f16(bits);
        };
        const auto of_lane = [&](int t) -> Multiply& {
            return *static_cast<Multiply*>(fibers[static_cast<std::size_t>(first + t)]->lane);
        };
        for (int t = 0; t < lanes; ++t)
            for (int half = 0; half < (words ? 1 : 2); ++half) {
                const Multiply& m = of_lane(t);
                const int row = t / 4, k = words ? t % 4 : t % 4 * 2 + half, next = depth / 2;
                a[row][k] = factor(m.a[0], half);
                a[row + 8][k] = factor(m.a[1], half);
                a[row][k + next] = factor(m.a[2], half);
                a[row + 8][k + next] = factor(m.a[3], half);
                b[k][row] = factor(m.b[0], half);
                b[k + next][row] = factor(m.b[1], half);
            }
        for (int t = 0; t < lanes; ++t)
            for (int i = 0; i < 4; ++i) {
                const int row = t / 4 + i / 2 * 8, column = t % 4 * 2 + i % 2;
                for (int k = 0; k < depth; ++k) of_lane(t).c[i] += a[row][k] * b[k][column];
            }
    }

    void load_matrices(int first) {
        const bool transposed = fibers[static_cast<std::size_t>(first)]->code == WarpCode::ldmatrix_trans;
        std::uint16_t matrix[4][8][8];
        for (int t = 0; t < lanes; ++t) {
            Fiber& fiber = *fibers[static_cast<std::size_t>(first + t)];
            const std::uint32_t row = static_cast<LoadMatrices*>(fiber.lane)->row;
            std::memcpy(matrix[t / 8][t % 8],
                        reinterpret_cast<const void*>(fiber.thread.load(fiber.thread.shared + row, 16)), 16);
        }
        for (int t = 0; t < lanes; ++t)
            for (int m = 0; m < 4; ++m) {
                const int row = t / 4, column = t % 4 * 2;
                const std::uint32_t low = transposed ? matrix[m][column][row] : matrix[m][row][column];
                const std::uint32_t high = transposed ? matrix[m][column + 1][row] : matrix[m][row][column + 1];
                static_cast<LoadMatrices*>(fibers[static_cast<std::size_t>(first + t)]->lane)->words[m] =
                    high << 16 | low;
            }
    }
};

void Thread::barrier(std::uint32_t id) {
    if (id != 0) fail("a barrier that is not number 0");
    block->wait(*this, Waits::at_barrier);
}

void Thread::together(WarpCode code, void* lane, std::uint32_t mask, int site) {
    Fiber& fiber = *block->fibers[static_cast<std::size_t>(number)];
    fiber.code = code;
    fiber.lane = lane;
    fiber.mask = mask;
    fiber.site = site;
    block->wait(*this, Waits::with_its_warp);
}

std::uint64_t Thread::check(std::uint64_t at, int bytes, bool write) {
    const auto size = static_cast<std::uint64_t>(bytes);
    if (at % size != 0) fail("an address that is not aligned", at, bytes);
    if (at - shared < most_shared) {
        if (at - shared + size > block->shared_bytes) fail("an address outside of shared memory", at - shared, bytes);
        if (block->kernel->waits) block->touch(*this, static_cast<std::uint32_t>(at - shared), bytes, write);
        return at;
    }
    if (in_device_memory(at, size)) return at;
    // A local variable of the thread.
    const char here = 0;
    const std::uint64_t stack =
        block->kernel->waits ? address(block->fibers[static_cast<std::size_t>(number)]->stack) : address(&here);
    if (at < stack || at - stack >= (block->kernel->waits ? stack_bytes : 8 * stack_bytes))
        fail("an address outside of memory", at, bytes);
    return at;
}

void Thread::fail(const char* what, std::uint64_t at, int bytes) const {
    std::fprintf(stderr, "emulation: %s: %d bytes at %#llx, thread %u of block %u of kernel %s\n", what, bytes,
                 static_cast<unsigned long long>(at), tid.x, ctaid.x, block->kernel->name.c_str());
    std::_Exit(1);
}

void run_block(Kernel& kernel, const Extents& grid, const Extents& threads, std::uint32_t dynamic_shared,
               unsigned char* parameters, const Extents& at) {
    Block& block = Block::current();
    block.kernel = &kernel;
    const auto own = static_cast<std::uint32_t>(kernel.shared + 15) / 16 * 16;
    block.shared_bytes = own + dynamic_shared;
    std::memset(block.shared, 0xff, block.shared_bytes);  // NaN
    ++block.barriers;
    Thread thread{{}, threads, at, grid, parameters, address(block.shared), own, 0, &block};
    const int count = static_cast<int>(threads.x * threads.y * threads.z);
    const auto begin = [&](int i) {
        const auto n = static_cast<std::uint32_t>(i);
        thread.number = i;
        thread.tid = {n % threads.x, n / threads.x % threads.y, n / threads.x / threads.y};
    };
    if (!kernel.waits) {
        for (int i = 0; i < count; ++i) {
            begin(backwards() ? count - 1 - i : i);
            kernel.run(thread);
        }
        return;
    }
    while (static_cast<int>(block.fibers.size()) < count) block.fibers.push_back(std::make_unique<Fiber>());
    for (int i = 0; i < count; ++i) {
        Fiber& fiber = *block.fibers[static_cast<std::size_t>(i)];
        begin(i);
        fiber.thread = thread;
        fiber.waits = Waits::no;
        getcontext(&fiber.context);
        fiber.context.uc_stack = {fiber.stack, 0, stack_bytes};
        fiber.context.uc_link = &block.scheduler;
        makecontext(&fiber.context, Block::enter, 0);
    }
    block.run(count);
}

}  // namespace emulation
