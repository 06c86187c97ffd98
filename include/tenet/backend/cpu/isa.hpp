#pragma once

#include <cstdlib>
#include <cstring>
#include <string>
#include <utility>

#include <tenet/config.hpp>
#include <tenet/core/raise.hpp>
#include <tenet/math/value.hpp>

/// Instruction sets without compiler flags: a kernel's body is generic and always inlined; one entry function per
/// instruction set carries a target attribute, and the choice among them is made once, when a program starts.
namespace TENET_NAMESPACE::cpu {

/// What the compiler's own flags allow (SSE2 or NEON without any): the only choice when `TENET_DISPATCH` is 0.
struct Baseline {
#if defined(__AVX512F__)
    TENET_LOCAL static constexpr int lanes = 16;
#elif defined(__AVX2__)
    TENET_LOCAL static constexpr int lanes = 8;
#else
    TENET_LOCAL static constexpr int lanes = 4;
#endif
    TENET_LOCAL static constexpr const char* name = "baseline";
};

#if TENET_DISPATCH
/// AVX-512 F, VL, BW and DQ: 16 samples in 32 registers.
struct Avx512 {
    TENET_LOCAL static constexpr int lanes = 16;
    TENET_LOCAL static constexpr const char* name = "avx512";
};

/// AVX2 with FMA: 8 samples in 16 registers.
struct Avx2 {
    TENET_LOCAL static constexpr int lanes = 8;
    TENET_LOCAL static constexpr const char* name = "avx2";
};
#endif

/// The value type that holds one number of as many samples as a register of `Isa` has floats.
template <class Isa>
using Value = Lanes<Isa::lanes>;

namespace detail {

template <class T, int BaselineLanes = Baseline::lanes>
struct isa_of_value {
    using type = Baseline;
};
#if TENET_DISPATCH
template <int BaselineLanes>
requires(BaselineLanes < 16) struct isa_of_value<Lanes<16>, BaselineLanes> {
    using type = Avx512;
};
template <int BaselineLanes>
requires(BaselineLanes < 8) struct isa_of_value<Lanes<8>, BaselineLanes> {
    using type = Avx2;
};
#endif

template <class Isa>
struct Entry {
    template <class Kernel, class T, class... Arguments>
    TENET_NOINLINE TENET_WIDE_VECTORS static auto run(Arguments... arguments) {
        return Kernel::template run<T>(arguments...);
    }
};

#if TENET_DISPATCH
template <>
struct Entry<Avx512> {
    template <class Kernel, class T, class... Arguments>
    TENET_TARGET_AVX512 static auto run(Arguments... arguments) {
        return Kernel::template run<T>(arguments...);
    }
};

template <>
struct Entry<Avx2> {
    template <class Kernel, class T, class... Arguments>
    TENET_TARGET_AVX2 static auto run(Arguments... arguments) {
        return Kernel::template run<T>(arguments...);
    }
};
#endif

}  // namespace detail

/// `Kernel::run<Value<Isa>>(arguments...)` as a function of its own, compiled for `Isa`. Arguments go by value:
/// pointers, numbers and small structs. `Kernel::run` is `TENET_INLINE` and so is everything that it calls (a callee
/// that is not inlined has lost the target; a block of a kernel that shall be a function of its own goes through
/// `call_block`).
template <class Isa, class Kernel, class... Arguments>
TENET_INLINE auto call(Arguments... arguments) {
    return detail::Entry<Isa>::template run<Kernel, Value<Isa>>(arguments...);
}

/// From inside a kernel over `T`: `Block::run<T>(arguments...)` as a function of its own for the same instruction set.
/// Register blocks are such functions: g++ 12 keeps their accumulators in registers only in small functions, and
/// kernels that differ in anything else share them.
template <class T, class Block, class... Arguments>
TENET_INLINE auto call_block(Arguments... arguments) {
    return detail::Entry<typename detail::isa_of_value<T>::type>::template run<Block, T>(arguments...);
}

/// Whether this machine can run `Isa`.
template <class Isa>
inline bool supported() {
#if TENET_DISPATCH
    if constexpr (Isa::lanes == Avx512::lanes)
        return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
               __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
               __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2");
    else if constexpr (Isa::lanes == Avx2::lanes)
        return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2");
    else
        return true;
#else
    return true;
#endif
}

/// Calls `f.template operator()<Isa>()` for every instruction set of this build that the machine has: for tests.
template <class F>
void for_each_isa(F&& f) {
#if TENET_DISPATCH
    if (supported<Avx512>()) f.template operator()<Avx512>();
    if (supported<Avx2>()) f.template operator()<Avx2>();
#endif
    f.template operator()<Baseline>();
}

namespace detail {
/// The lanes of the instruction set that TENET_ISA names, of a machine whose widest one has so many: 0 is what the
/// compiler's flags allow. Who asks for another than he gets would measure, or test, what he does not mean.
TENET_COLD inline int lanes_of_name(const char* name, int widest) {
    if (!name || !*name) return widest;
    const bool avx512 = std::strcmp(name, "avx512") == 0, avx2 = std::strcmp(name, "avx2") == 0;
    const bool known = avx512 || avx2 || std::strcmp(name, "baseline") == 0;
    const int lanes = avx512 ? 16 : avx2 ? 8 : 0;
    if (!known || lanes > widest) {
        std::string message = "TENET_ISA is ";
        message.append(name);
        message.append(known ? ", which this machine does not have" : ", expected avx512, avx2 or baseline");
        tenet::detail::raise_runtime_error(message);
    }
    return lanes;
}

/// The lanes of the instruction set in use: the widest that the machine has, or the one that TENET_ISA names.
TENET_LOCAL inline int lanes_in_use() {
    static const int lanes = [] {
        int widest = Baseline::lanes;
        for_each_isa([&]<class Isa>() {
            if (Isa::lanes > widest) widest = Isa::lanes;
        });
        const int named = lanes_of_name(std::getenv("TENET_ISA"), widest);
        return named > Baseline::lanes ? named : Baseline::lanes;
    }();
    return lanes;
}
}  // namespace detail

/// Calls `f.template operator()<Isa>()` with the best instruction set of this machine, chosen once per program; the
/// environment variable TENET_ISA=avx512|avx2|baseline can lower the choice, where flags have left one. All calls
/// agree, hence so do layouts. The first ones, which make a workspace or take a training step, throw std::runtime_error
/// if TENET_ISA is another word, or names what the machine lacks; later ones throw nothing.
template <class F>
TENET_INLINE decltype(auto) dispatch(F&& f) {
#if TENET_DISPATCH
    const int lanes = detail::lanes_in_use();
    if constexpr (Baseline::lanes < Avx512::lanes)
        if (lanes == Avx512::lanes) return f.template operator()<Avx512>();
    if constexpr (Baseline::lanes < Avx2::lanes)
        if (lanes == Avx2::lanes) return f.template operator()<Avx2>();
#endif
    return f.template operator()<Baseline>();
}

}  // namespace tenet::cpu
