#pragma once

#include <tenet/config.hpp>
#include <tenet/math/value.hpp>

/// What all register blocks share.
namespace TENET_NAMESPACE::cpu {

/// Vector registers of the instruction set to which a value type belongs.
template <class T>
TENET_LOCAL inline constexpr int register_count =
#if defined(__aarch64__)
    32;
#else
    lanes_of<T> == 16 ? 32 : 16;
#endif

/// Accumulators of a register block: the rest of the registers holds operands. 12 suffice to hide the latency of two
/// FMA units (2 per cycle, 4 to 5 cycles each), 24 need fewer loads per FMA.
template <class T>
TENET_LOCAL inline constexpr int accumulator_count = register_count<T> == 32 ? 24 : 12;

namespace detail {
template <class T>
struct vector_type {
    using type = float;
};
template <int Width>
struct vector_type<Lanes<Width>> {
    typedef float type __attribute__((vector_size(4 * Width), aligned(4), may_alias));
};
}  // namespace detail

/// The compiler's own vector with the layout of a value, for accumulators and operands of register blocks. In a struct
/// around it g++ 12 builds broadcasts lane by lane and copies values in pieces through the stack wherever the function,
/// before it is inlined into its entry, has a target without such registers.
template <class T>
using Vector = typename detail::vector_type<T>::type;

/// A value, or `lanes_of<T>` neighbouring floats at any alignment, as that vector.
template <class T>
TENET_INLINE Vector<T>& vector_of(T& value) {
    return *reinterpret_cast<Vector<T>*>(&value);
}
template <class T>
TENET_INLINE const Vector<T>& vector_of(const T& value) {
    return *reinterpret_cast<const Vector<T>*>(&value);
}
template <class T>
TENET_INLINE Vector<T>& vector_at(float* at) {
    return *reinterpret_cast<Vector<T>*>(at);
}
template <class T>
TENET_INLINE const Vector<T>& vector_at(const float* at) {
    return *reinterpret_cast<const Vector<T>*>(at);
}

/// The floats of values, one value's lanes after the other's.
template <class T>
TENET_INLINE float* floats(T* values) {
    return reinterpret_cast<float*>(values);
}
template <class T>
TENET_INLINE const float* floats(const T* values) {
    return reinterpret_cast<const float*>(values);
}

/// Hides from the compiler where a pointer or an offset comes from. Without it g++ gives each of a block's rows a
/// pointer of its own, which then live on the stack.
template <class Scalar>
TENET_INLINE void opaque(Scalar& x) {
    __asm__("" : "+r"(x));
}

/// The biases of a register block in a layer that has none.
TENET_LOCAL inline constexpr float no_bias[16]{};

/// A register block's place among `count` rows.
struct BlockRange {
    int begin, size;
    TENET_INLINE int end() const { return begin + size; }
};

}  // namespace tenet::cpu
