#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include <tenet/config.hpp>

#if defined(__CUDACC__)
#include <tenet/math/lanes_portable.hpp>
#else
#include <tenet/math/lanes.hpp>
#endif

namespace TENET_NAMESPACE {

namespace detail {
/// Of what a concept asks whether code takes many samples at once. Not with nvcc, which warns of each function of a
/// user's file that is asked for and then not called: there it is asked for one.
#if defined(__CUDACC__)
using LanesInQuestion = float;
#else
using LanesInQuestion = Lanes<16>;
#endif
}  // namespace detail

/// A number for one sample or one for each of several: what a formula is written for.
template <class T>
TENET_LOCAL inline constexpr bool is_value = std::is_same_v<T, float>;
template <int Width>
TENET_LOCAL inline constexpr bool is_value<Lanes<Width>> = true;
template <class T>
concept Real = is_value<T>;

/// How many samples a value holds: 1 for `float`.
template <class T>
TENET_LOCAL inline constexpr int lanes_of = 1;
template <int Width>
TENET_LOCAL inline constexpr int lanes_of<Lanes<Width>> = Width;

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
TENET_HOST_DEVICE TENET_INLINE constexpr float select(bool condition, float a, float b) {
    return condition ? a : b;
}
TENET_HOST_DEVICE TENET_INLINE constexpr std::int32_t select(bool condition, std::int32_t a, std::int32_t b) {
    return condition ? a : b;
}

/// The smaller of two integers in every lane: one instruction, which g++ does not find in a `select`.
TENET_HOST_DEVICE TENET_INLINE constexpr std::int32_t smaller(std::int32_t a, std::int32_t b) {
    return a < b ? a : b;
}

/// `a * b + c`, rounded once where the target has a fused multiply-add. One expression: clang fuses no two operators
/// of `Lanes`, because they stand in different functions.
TENET_HOST_DEVICE TENET_INLINE constexpr float multiply_add(float a, float b, float c) {
    return a * b + c;
}

/// The square root, correctly rounded.
TENET_HOST_DEVICE TENET_INLINE constexpr float square_root(float x) {
    if (__builtin_is_constant_evaluated()) {
        if (!(x > 0.f) || x > 3.402823466e38f) return x < 0.f ? __builtin_nanf("") : x;
        double root = x > 1.f ? x : 1.;
        for (double next = 0.5 * (root + x / root); next < root; next = 0.5 * (root + x / root)) root = next;
        return static_cast<float>(root);
    }
    return __builtin_sqrtf(x);
}

/// The bit pattern of a value as integers, and back.
TENET_HOST_DEVICE TENET_INLINE constexpr std::int32_t bits_of(float x) {
    return __builtin_bit_cast(std::int32_t, x);
}
TENET_HOST_DEVICE TENET_INLINE constexpr float from_bits(std::int32_t x) {
    return __builtin_bit_cast(float, x);
}

/// Towards zero, as `static_cast<int>` does; and back to floats.
TENET_HOST_DEVICE TENET_INLINE constexpr std::int32_t truncate(float x) {
    return static_cast<std::int32_t>(x);
}
TENET_HOST_DEVICE TENET_INLINE constexpr float to_float(std::int32_t x) {
    return static_cast<float>(x);
}

/// `lanes_of<T>` neighbouring floats as one value, at any alignment; and back.
template <class T>
TENET_HOST_DEVICE TENET_INLINE T load(const float* from) {
    return *reinterpret_cast<const T*>(from);
}
template <class T>
TENET_HOST_DEVICE TENET_INLINE void store(float* to, T x) {
    *reinterpret_cast<T*>(to) = x;
}

/// One sample's number.
TENET_HOST_DEVICE TENET_INLINE float lane(float x, int) {
    return x;
}
template <int Width>
TENET_HOST_DEVICE TENET_INLINE float lane(Lanes<Width> x, int index) {
    return x.v[index];
}

/// The sum over all samples of a value, in a fixed order.
TENET_HOST_DEVICE TENET_INLINE float sum_lanes(float x) {
    return x;
}
template <int Width>
TENET_HOST_DEVICE TENET_INLINE float sum_lanes(Lanes<Width> x) {
    float s[static_cast<std::size_t>(Width)];
    store(s, x);
    for (int half = Width / 2; half > 0; half /= 2)
        for (int i = 0; i < half; ++i) s[i] += s[i + half];
    return s[0];
}

}  // namespace tenet
