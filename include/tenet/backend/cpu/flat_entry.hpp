#pragma once

#include <tenet/backend/cpu/isa.hpp>

namespace TENET_NAMESPACE::cpu {

namespace detail {

template <class Isa>
struct FlatEntry {
    template <class Kernel, class T, class... Arguments>
    TENET_NOINLINE TENET_FLATTEN static void run(Arguments... arguments) {
        Kernel::template run<T>(arguments...);
    }
};
#if TENET_DISPATCH
template <>
struct FlatEntry<Avx512> {
    template <class Kernel, class T, class... Arguments>
    TENET_TARGET_AVX512 TENET_FLATTEN static void run(Arguments... arguments) {
        Kernel::template run<T>(arguments...);
    }
};
template <>
struct FlatEntry<Avx2> {
    template <class Kernel, class T, class... Arguments>
    TENET_TARGET_AVX2 TENET_FLATTEN static void run(Arguments... arguments) {
        Kernel::template run<T>(arguments...);
    }
};
#endif

}  // namespace detail

/// As `call`, for kernels that call a user's functions: those are inlined whether they ask for it or not, since a
/// function of its own would have lost the instruction set.
template <class Isa, class Kernel, class... Arguments>
TENET_INLINE void call_flat(Arguments... arguments) {
    detail::FlatEntry<Isa>::template run<Kernel, Value<Isa>>(arguments...);
}

}  // namespace tenet::cpu
