#pragma once

#include <type_traits>

#include <tenet/backend/cuda/fragment.hpp>

namespace TENET_NAMESPACE::cuda {

/// A block of a kernel (`backend/cuda/fragment.hpp` says what its members do). Needs compute capability 8.0.
/// https://docs.nvidia.com/cuda/parallel-thread-execution/#warp-level-matrix-instructions
template <int Warps>
struct DeviceBlock {
    TENET_LOCAL static constexpr int warps = Warps;

    template <class T, int N>
    struct Registers {
        T numbers[N];

        __device__ __forceinline__ T& operator()(int, int i) { return numbers[i]; }
        __device__ __forceinline__ const T& operator()(int, int i) const { return numbers[i]; }
    };

    __device__ __forceinline__ int warp() const { return static_cast<int>(threadIdx.x) / 32; }

    template <class F>
    __device__ __forceinline__ void each_lane(F&& f) const {
        f(lane_);
    }
    __device__ __forceinline__ void forget_addresses() { asm volatile("" : "+r"(lane_)); }
    __device__ __forceinline__ void synchronise() const { __syncthreads(); }
    __device__ __forceinline__ void synchronise_warp() const { __syncwarp(); }

    template <class Precision>
    __device__ __forceinline__ static std::uint32_t word(float low, float high = 0.0f) {
        std::uint32_t bits;
        if constexpr (std::is_same_v<Precision, BF16>)
            asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(bits) : "f"(high), "f"(low));
        else if constexpr (std::is_same_v<Precision, FP16>)
            asm("cvt.rn.f16x2.f32 %0, %1, %2;" : "=r"(bits) : "f"(high), "f"(low));
        else if constexpr (std::is_same_v<Precision, TF32>)
            asm("cvt.rna.tf32.f32 %0, %1;" : "=r"(bits) : "f"(low));
        else
            bits = __float_as_uint(low);
        return bits;
    }

    template <class Precision>
    __device__ __forceinline__ static std::uint32_t word_of_positive(float low, float high) {
        std::uint32_t bits;
        if constexpr (std::is_same_v<Precision, BF16>)
            asm("cvt.rn.relu.bf16x2.f32 %0, %1, %2;" : "=r"(bits) : "f"(high), "f"(low));
        else
            asm("cvt.rn.relu.f16x2.f32 %0, %1, %2;" : "=r"(bits) : "f"(high), "f"(low));
        return bits;
    }

    template <class To, class Address>
    __device__ __forceinline__ void load_matrices(To& to, int at, Address&& address) const {
        asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0, %1, %2, %3}, [%4];"
                     : "=r"(to.numbers[at]), "=r"(to.numbers[at + 1]), "=r"(to.numbers[at + 2]),
                       "=r"(to.numbers[at + 3])
                     : "r"(shared_address(address))
                     : "memory");
    }
    template <class To, class Address>
    __device__ __forceinline__ void load_transposed(To& to, int at, Address&& address) const {
        asm volatile("ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%0, %1, %2, %3}, [%4];"
                     : "=r"(to.numbers[at]), "=r"(to.numbers[at + 1]), "=r"(to.numbers[at + 2]),
                       "=r"(to.numbers[at + 3])
                     : "r"(shared_address(address))
                     : "memory");
    }

    template <class Precision, class C, class A, class B>
    __device__ __forceinline__ void multiply(C& c, int c_at, const A& a, int a_at, const B& b, int b_at) const {
#define TENET_MULTIPLY(shape_and_types)                                                                          \
    asm volatile(                                                                                                \
        "mma.sync.aligned." shape_and_types " {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"   \
        : "+f"(c.numbers[c_at]), "+f"(c.numbers[c_at + 1]), "+f"(c.numbers[c_at + 2]), "+f"(c.numbers[c_at + 3]) \
        : "r"(a.numbers[a_at]), "r"(a.numbers[a_at + 1]), "r"(a.numbers[a_at + 2]), "r"(a.numbers[a_at + 3]),    \
          "r"(b.numbers[b_at]), "r"(b.numbers[b_at + 1]))
        if constexpr (std::is_same_v<Precision, BF16>)
            TENET_MULTIPLY("m16n8k16.row.col.f32.bf16.bf16.f32");
        else if constexpr (std::is_same_v<Precision, FP16>)
            TENET_MULTIPLY("m16n8k16.row.col.f32.f16.f16.f32");
        else
            TENET_MULTIPLY("m16n8k8.row.col.f32.tf32.tf32.f32");
#undef TENET_MULTIPLY
    }

  private:
    template <class Address>
    __device__ __forceinline__ std::uint32_t shared_address(Address&& address) const {
        return static_cast<std::uint32_t>(__cvta_generic_to_shared(address(lane_)));
    }

    int lane_ = static_cast<int>(threadIdx.x) % 32;
};

}  // namespace tenet::cuda
