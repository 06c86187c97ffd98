#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

#include <tenet/config.hpp>
#include <tenet/math/no_bool.hpp>

/// `Lanes` and `IntLanes` in the vector extensions of g++ and clang; `math/value.hpp` includes them or the portable
/// ones.
namespace TENET_NAMESPACE {

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
    TENET_INLINE IntLanes(const IntLanes& other) : v(other.v) {}  // as in Lanes
    IntLanes& operator=(const IntLanes&) = default;
    TENET_INLINE IntLanes(const Native& native) : v(native) {}
    TENET_INLINE IntLanes(std::int32_t x) { fill(x, std::make_integer_sequence<int, Width>{}); }

    TENET_INLINE std::int32_t operator[](int lane) const { return v[lane]; }
    template <class Truth>
    requires std::is_same_v<Truth, bool>
    explicit operator Truth() const { return detail::NoBool<Truth>::value; }
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

  private:
    // All lanes written out: g++ 12 lowers `x - Native{}` for the baseline target before it inlines, and then inserts
    // elements one by one.
    template <int... I>
    TENET_INLINE void fill(std::int32_t x, std::integer_sequence<int, I...>) {
        v = Native{((void)I, x)...};
    }
};

/// `Width` floats, one for each of `Width` samples (or neighbouring elements). A kernel or formula written for one `T`
/// runs for one sample with `T = float` and for `Width` samples at once with `T = Lanes<Width>`.
template <int Width>
struct Lanes {
    using Native = typename detail::native_vector<float, Width>::type;
    Native v;

    Lanes() = default;
    // Not trivial, so that every ABI passes the numbers by address. In registers, a function compiled for one
    // instruction set and called from another finds them elsewhere, and a user's function that is not inlined is such a
    // one.
    TENET_INLINE Lanes(const Lanes& other) : v(other.v) {}
    Lanes& operator=(const Lanes&) = default;
    TENET_INLINE Lanes(const Native& native) : v(native) {}  // by reference: clang warns of vectors in a signature
    TENET_INLINE Lanes(float x) { fill(x, std::make_integer_sequence<int, Width>{}); }

    TENET_INLINE float operator[](int lane) const { return v[lane]; }
    TENET_INLINE Lanes& operator+=(Lanes b) {
        v += b.v;
        return *this;
    }
    TENET_INLINE Lanes& operator-=(Lanes b) {
        v -= b.v;
        return *this;
    }
    TENET_INLINE Lanes& operator*=(Lanes b) {
        v *= b.v;
        return *this;
    }
    TENET_INLINE Lanes& operator/=(Lanes b) {
        v /= b.v;
        return *this;
    }
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

  private:
    template <int... I>
    TENET_INLINE void fill(float x, std::integer_sequence<int, I...>) {  // as in IntLanes
        v = Native{((void)I, x)...};
    }
};

template <int Width>
TENET_INLINE Lanes<Width> select(IntLanes<Width> condition, std::type_identity_t<Lanes<Width>> a,
                                 std::type_identity_t<Lanes<Width>> b) {
    return {condition.v ? a.v : b.v};
}

template <int Width>
TENET_INLINE IntLanes<Width> select(IntLanes<Width> condition, IntLanes<Width> a, IntLanes<Width> b) {
    return {condition.v ? a.v : b.v};
}

template <int Width>
TENET_INLINE IntLanes<Width> smaller(IntLanes<Width> a, IntLanes<Width> b) {
    return {a.v < b.v ? a.v : b.v};
}

template <int Width>
TENET_INLINE Lanes<Width> multiply_add(Lanes<Width> a, Lanes<Width> b, Lanes<Width> c) {
    return {a.v * b.v + c.v};
}

template <int Width>
TENET_INLINE Lanes<Width> square_root(Lanes<Width> x) {
#if defined(__clang__)
    return {__builtin_elementwise_sqrt(x.v)};
#elif defined(__SSE__)
    // g++ has a builtin for each width that only functions of that target may name, and a loop over sqrtf keeps its
    // branch for errno: so by quarters.
    typedef float Quad __attribute__((vector_size(16)));
    if constexpr (Width == 4) {
        return {reinterpret_cast<typename Lanes<4>::Native>(__builtin_ia32_sqrtps(reinterpret_cast<Quad>(x.v)))};
    } else if constexpr (Width == 8) {
        const Lanes<4> low = square_root(Lanes<4>{__builtin_shufflevector(x.v, x.v, 0, 1, 2, 3)});
        const Lanes<4> high = square_root(Lanes<4>{__builtin_shufflevector(x.v, x.v, 4, 5, 6, 7)});
        return {__builtin_shufflevector(low.v, high.v, 0, 1, 2, 3, 4, 5, 6, 7)};
    } else {
        static_assert(Width == 16);
        const Lanes<8> low = square_root(Lanes<8>{__builtin_shufflevector(x.v, x.v, 0, 1, 2, 3, 4, 5, 6, 7)});
        const Lanes<8> high = square_root(Lanes<8>{__builtin_shufflevector(x.v, x.v, 8, 9, 10, 11, 12, 13, 14, 15)});
        return {__builtin_shufflevector(low.v, high.v, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)};
    }
#else
    Lanes<Width> y;
    for (int i = 0; i < Width; ++i) y.v[i] = __builtin_sqrtf(x.v[i]);
    return y;
#endif
}

template <int Width>
TENET_INLINE IntLanes<Width> bits_of(Lanes<Width> x) {
    return {reinterpret_cast<typename IntLanes<Width>::Native>(x.v)};
}

template <int Width>
TENET_INLINE Lanes<Width> from_bits(IntLanes<Width> x) {
    return {reinterpret_cast<typename Lanes<Width>::Native>(x.v)};
}

template <int Width>
TENET_INLINE IntLanes<Width> truncate(Lanes<Width> x) {
    return {__builtin_convertvector(x.v, typename IntLanes<Width>::Native)};
}

template <int Width>
TENET_INLINE Lanes<Width> to_float(IntLanes<Width> x) {
    return {__builtin_convertvector(x.v, typename Lanes<Width>::Native)};
}

}  // namespace tenet
