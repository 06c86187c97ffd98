#pragma once

#include <barrier>
#include <bit>
#include <cstdint>
#include <thread>
#include <type_traits>
#include <vector>

#include <tenet/backend/cuda/fragment.hpp>

/// A GPU's block on a CPU: what `backend/cuda/fragment.hpp` asks of a block, with a thread for each warp, so that the
/// thread sanitizer sees a barrier that is missing between warps. Lanes run one after the other.
namespace tenet::testing {

template <int Warps>
class EmulatedBlock {
  public:
    static constexpr int warps = Warps;

    template <class T, int N>
    struct Registers {
        T numbers[32][N];

        T& operator()(int lane, int i) { return numbers[lane][i]; }
        const T& operator()(int lane, int i) const { return numbers[lane][i]; }
    };

    EmulatedBlock(int warp, std::barrier<>& barrier) : warp_(warp), barrier_(barrier) {}

    int warp() const { return warp_; }

    template <class F>
    void each_lane(F&& f) const {
        for (int lane = 0; lane < 32; ++lane) f(lane);
    }
    void forget_addresses() {}
    void synchronise() const { barrier_.arrive_and_wait(); }
    void synchronise_warp() const {}

    template <class Precision>
    static std::uint32_t word(float low, float high = 0.0f) {
        if constexpr (cuda::per_word<Precision> == 2) {
            using Storage = typename Precision::Storage;
            return static_cast<std::uint32_t>(Storage(high).bits) << 16 | Storage(low).bits;
        } else {
            return std::bit_cast<std::uint32_t>(Precision::round(low));
        }
    }

    template <class Precision>
    static std::uint32_t word_of_positive(float low, float high) {
        return word<Precision>(low < 0.0f ? 0.0f : low, high < 0.0f ? 0.0f : high);
    }

    template <class To, class Address>
    void load_matrices(To& to, int at, Address&& address) const {
        for (int matrix = 0; matrix < 4; ++matrix)
            for (int lane = 0; lane < 32; ++lane) to(lane, at + matrix) = address(8 * matrix + lane / 4)[lane % 4];
    }
    template <class To, class Address>
    void load_transposed(To& to, int at, Address&& address) const {
        for (int matrix = 0; matrix < 4; ++matrix)
            for (int lane = 0; lane < 32; ++lane) {
                const auto element = [&](int row, int column) {
                    return address(8 * matrix + row)[column / 2] >> (column % 2 * 16) & 0xffffu;
                };
                to(lane, at + matrix) = element(lane % 4 * 2 + 1, lane / 4) << 16 | element(lane % 4 * 2, lane / 4);
            }
    }

    template <class Precision, class C, class A, class B>
    void multiply(C& c, int c_at, const A& a, int a_at, const B& b, int b_at) const {
        constexpr int words = cuda::words_per_multiply, per_word = cuda::per_word<Precision>, terms = words * per_word;
        float left[16][terms], right[8][terms];
        for (int lane = 0; lane < 32; ++lane)
            for (int element = 0; element < per_word; ++element) {
                for (int i = 0; i < 4; ++i)
                    left[lane / 4 + i % 2 * 8][(lane % 4 + i / 2 * 4) * per_word + element] =
                        factor<Precision>(a(lane, a_at + i), element);
                for (int i = 0; i < 2; ++i)
                    right[lane / 4][(lane % 4 + i * 4) * per_word + element] =
                        factor<Precision>(b(lane, b_at + i), element);
            }
        for (int lane = 0; lane < 32; ++lane)
            for (int i = 0; i < 4; ++i) {
                float sum = c(lane, c_at + i);
                for (int k = 0; k < terms; ++k)
                    sum += left[cuda::accumulator_row(lane, i)][k] * right[cuda::accumulator_column(lane, i)][k];
                c(lane, c_at + i) = sum;
            }
    }

  private:
    template <class Precision>
    static float factor(std::uint32_t word, int element) {
        // The tensor cores do not look at the lower bits of a float.
        return cuda::factor<Precision>(cuda::per_word<Precision> == 1 ? word & 0xffffe000u : word, element);
    }

    int warp_;
    std::barrier<>& barrier_;
};

/// Runs body(block, shared, i) for the blocks i < count, one block at a time, each with shared memory that holds
/// rubbish: bit patterns that are NaN in every precision.
template <int Warps, class Body>
void emulated_launch(int count, int shared_words, Body body) {
    std::vector<std::uint32_t> shared(static_cast<std::size_t>(shared_words) + 3);
    auto* const aligned =
        reinterpret_cast<std::uint32_t*>((reinterpret_cast<std::uintptr_t>(shared.data()) + 15) / 16 * 16);
    std::barrier barrier{Warps};
    const auto run = [&](int warp) {
        for (int block = 0; block < count; ++block) {
            if (warp == 0)
                for (int i = 0; i < shared_words; ++i) aligned[i] = 0xffffffffu;
            barrier.arrive_and_wait();
            body(EmulatedBlock<Warps>{warp, barrier}, aligned, block);
            barrier.arrive_and_wait();
        }
    };
    std::vector<std::jthread> threads;
    for (int warp = 0; warp < Warps; ++warp) threads.emplace_back(run, warp);
}

}  // namespace tenet::testing
