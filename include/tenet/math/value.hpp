#pragma once

#include <bit>
#include <cstdint>
#include <type_traits>

#include <tenet/config.hpp>

namespace tenet {

namespace detail {
// Alignment 4: a value may lie anywhere in an array of floats, and a 64-byte aligned type would draw g++'s ABI notes.
template <class Element, int Width>
struct native_vector {
    typedef Element type __attribute__((vector_size(4 * Width), aligned(4), may_alias));
};
}  // namespace detail

/// `Width` 32-bit integers: what comparisons of `Lanes` give (0 or -1 in each lane) and what bit tricks need.
template <int Width>
struct IntLanes {
    using Native = typename detail::native_vector<std::int32_t, Width>::type;
    Native v;

    IntLanes() = default;
    TENET_INLINE IntLanes(const Native& native) : v(native) {}
    TENET_INLINE IntLanes(std::int32_t x) : v(x - Native{}) {}

    TENET_INLINE std::int32_t operator[](int lane) const { return v[lane]; }
    friend TENET_INLINE IntLanes operator+(IntLanes a, IntLanes b) { return {a.v + b.v}; }
    friend TENET_INLINE IntLanes operator-(IntLanes a, IntLanes b) { return {a.v - b.v}; }
    friend TENET_INLINE IntLanes operator&(IntLanes a, IntLanes b) { return {a.v & b.v}; }
    friend TENET_INLINE IntLanes operator|(IntLanes a, IntLanes b) { return {a.v | b.v}; }
    friend TENET_INLINE IntLanes operator~(IntLanes a) { return {~a.v}; }
    friend TENET_INLINE IntLanes operator<<(IntLanes a, int bits) { return {a.v << bits}; }
    friend TENET_INLINE IntLanes operator>>(IntLanes a, int bits) { return {a.v >> bits}; }
    friend TENET_INLINE IntLanes operator==(IntLanes a, IntLanes b) { return {a.v == b.v}; }
    friend TENET_INLINE IntLanes operator<(IntLanes a, IntLanes b) { return {a.v < b.v}; }
    friend TENET_INLINE IntLanes operator>(IntLanes a, IntLanes b) { return {a.v > b.v}; }
};

/// `Width` floats, one for each of `Width` samples (or neighbouring elements). A kernel or formula written for one `T`
/// runs for one sample with `T = float` and for `Width` samples at once with `T = Lanes<Width>`.
template <int Width>
struct Lanes {
    using Native = typename detail::native_vector<float, Width>::type;
    Native v;

    Lanes() = default;
    TENET_INLINE Lanes(const Native& native) : v(native) {}  // by reference: clang warns of vectors in a signature
    TENET_INLINE Lanes(float x) : v(x - Native{}) {}  // a broadcast, exactly: x - 0 is x

    TENET_INLINE float operator[](int lane) const { return v[lane]; }
    TENET_INLINE Lanes& operator+=(Lanes b) { v += b.v; return *this; }
    TENET_INLINE Lanes& operator-=(Lanes b) { v -= b.v; return *this; }
    TENET_INLINE Lanes& operator*=(Lanes b) { v *= b.v; return *this; }
    TENET_INLINE Lanes& operator/=(Lanes b) { v /= b.v; return *this; }
    friend TENET_INLINE Lanes operator-(Lanes a) { return {-a.v}; }
    friend TENET_INLINE Lanes operator+(Lanes a, Lanes b) { return {a.v + b.v}; }
    friend TENET_INLINE Lanes operator-(Lanes a, Lanes b) { return {a.v - b.v}; }
    friend TENET_INLINE Lanes operator*(Lanes a, Lanes b) { return {a.v * b.v}; }
    friend TENET_INLINE Lanes operator/(Lanes a, Lanes b) { return {a.v / b.v}; }
    friend TENET_INLINE IntLanes<Width> operator<(Lanes a, Lanes b) { return {a.v < b.v}; }
    friend TENET_INLINE IntLanes<Width> operator>(Lanes a, Lanes b) { return {a.v > b.v}; }
    friend TENET_INLINE IntLanes<Width> operator<=(Lanes a, Lanes b) { return {a.v <= b.v}; }
    friend TENET_INLINE IntLanes<Width> operator>=(Lanes a, Lanes b) { return {a.v >= b.v}; }
    friend TENET_INLINE IntLanes<Width> operator==(Lanes a, Lanes b) { return {a.v == b.v}; }
};

/// How many samples a value holds: 1 for `float`.
template <class T>
inline constexpr int lanes_of = 1;
template <int Width>
inline constexpr int lanes_of<Lanes<Width>> = Width;

namespace detail {
template <class T>
struct integer_of_value {
    using type = std::int32_t;
};
template <int Width>
struct integer_of_value<Lanes<Width>> {
    using type = IntLanes<Width>;
};
}  // namespace detail

/// The integers of the same width as the value `T`.
template <class T>
using integer_of = typename detail::integer_of_value<T>::type;

/// `condition ? a : b` in every lane; the condition is what a comparison of two values gives.
TENET_HOST_DEVICE TENET_INLINE constexpr float select(bool condition, float a, float b) { return condition ? a : b; }
template <int Width>
TENET_INLINE Lanes<Width> select(IntLanes<Width> condition, Lanes<Width> a, Lanes<Width> b) {
    return {condition.v ? a.v : b.v};
}
TENET_HOST_DEVICE TENET_INLINE constexpr std::int32_t select(bool condition, std::int32_t a, std::int32_t b) {
    return condition ? a : b;
}
template <int Width>
TENET_INLINE IntLanes<Width> select(IntLanes<Width> condition, IntLanes<Width> a, IntLanes<Width> b) {
    return {condition.v ? a.v : b.v};
}

/// `a * b + c`, rounded once where the target has a fused multiply-add. One expression: clang fuses no two operators
/// of `Lanes`, because they stand in different functions.
TENET_HOST_DEVICE TENET_INLINE constexpr float multiply_add(float a, float b, float c) { return a * b + c; }
template <int Width>
TENET_INLINE Lanes<Width> multiply_add(Lanes<Width> a, Lanes<Width> b, Lanes<Width> c) {
    return {a.v * b.v + c.v};
}

/// The bit pattern of a value as integers, and back.
TENET_HOST_DEVICE TENET_INLINE constexpr std::int32_t bits_of(float x) { return __builtin_bit_cast(std::int32_t, x); }
TENET_HOST_DEVICE TENET_INLINE constexpr float from_bits(std::int32_t x) { return __builtin_bit_cast(float, x); }
template <int Width>
TENET_INLINE IntLanes<Width> bits_of(Lanes<Width> x) {
    return {(typename IntLanes<Width>::Native)x.v};
}
template <int Width>
TENET_INLINE Lanes<Width> from_bits(IntLanes<Width> x) {
    return {(typename Lanes<Width>::Native)x.v};
}

/// Towards zero, as `static_cast<int>` does; and back to floats.
TENET_HOST_DEVICE TENET_INLINE constexpr std::int32_t truncate(float x) { return static_cast<std::int32_t>(x); }
TENET_HOST_DEVICE TENET_INLINE constexpr float to_float(std::int32_t x) { return static_cast<float>(x); }
template <int Width>
TENET_INLINE IntLanes<Width> truncate(Lanes<Width> x) {
    return {__builtin_convertvector(x.v, typename IntLanes<Width>::Native)};
}
template <int Width>
TENET_INLINE Lanes<Width> to_float(IntLanes<Width> x) {
    return {__builtin_convertvector(x.v, typename Lanes<Width>::Native)};
}

/// `lanes_of<T>` neighbouring floats as one value, at any alignment; and back.
template <class T>
TENET_INLINE T load(const float* from) {
    return *reinterpret_cast<const T*>(from);
}
template <class T>
TENET_INLINE void store(float* to, T x) {
    *reinterpret_cast<T*>(to) = x;
}

/// One sample's number.
TENET_INLINE float lane(float x, int) { return x; }
template <int Width>
TENET_INLINE float lane(Lanes<Width> x, int index) {
    return x.v[index];
}

/// The sum over all samples of a value, in a fixed order.
TENET_INLINE float sum_lanes(float x) { return x; }
template <int Width>
TENET_INLINE float sum_lanes(Lanes<Width> x) {
    float s[Width];
    store(s, x);
    for (int half = Width / 2; half > 0; half /= 2)
        for (int i = 0; i < half; ++i) s[i] += s[i + half];
    return s[0];
}

}  // namespace tenet
