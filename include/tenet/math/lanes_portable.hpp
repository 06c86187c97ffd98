#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include <tenet/config.hpp>
#include <tenet/math/no_bool.hpp>

/// `Lanes` and `IntLanes` as arrays, for nvcc, which refuses vector extensions in a function that also runs on a
/// device. In a namespace of its own: a program may link both forms, and a kernel over one is not the kernel over the
/// other.
namespace TENET_NAMESPACE {
inline namespace portable {

template <int Width>
struct IntLanes {
    std::int32_t v[static_cast<std::size_t>(Width)];

    IntLanes() = default;
    TENET_HOST_DEVICE TENET_INLINE IntLanes(std::int32_t x) {
        for (int i = 0; i < Width; ++i) v[i] = x;
    }

    TENET_HOST_DEVICE TENET_INLINE std::int32_t operator[](int lane) const { return v[lane]; }
    template <class Truth>
    requires std::is_same_v<Truth, bool> TENET_HOST_DEVICE explicit constexpr operator Truth() const {
        return detail::NoBool<Truth>::value;
    }

#define TENET_LANEWISE(op, expression)                                                          \
    friend TENET_HOST_DEVICE TENET_INLINE IntLanes operator op(IntLanes a, const IntLanes& b) { \
        for (int i = 0; i < Width; ++i) a.v[i] = static_cast<std::int32_t>(expression);         \
        return a;                                                                               \
    }
    TENET_LANEWISE(+, a.v[i] + b.v[i])
    TENET_LANEWISE(-, a.v[i] - b.v[i])
    TENET_LANEWISE(&, a.v[i] & b.v[i])
    TENET_LANEWISE(|, a.v[i] | b.v[i])
    TENET_LANEWISE(==, -(a.v[i] == b.v[i]))
    TENET_LANEWISE(<, -(a.v[i] < b.v[i]))
    TENET_LANEWISE(>, -(a.v[i] > b.v[i]))
#undef TENET_LANEWISE

    friend TENET_HOST_DEVICE TENET_INLINE IntLanes operator~(IntLanes a) {
        for (int i = 0; i < Width; ++i) a.v[i] = ~a.v[i];
        return a;
    }
    friend TENET_HOST_DEVICE TENET_INLINE IntLanes operator<<(IntLanes a, int bits) {
        for (int i = 0; i < Width; ++i) a.v[i] = a.v[i] << bits;
        return a;
    }
    friend TENET_HOST_DEVICE TENET_INLINE IntLanes operator>>(IntLanes a, int bits) {
        for (int i = 0; i < Width; ++i) a.v[i] = a.v[i] >> bits;
        return a;
    }
};

template <int Width>
struct Lanes {
    float v[static_cast<std::size_t>(Width)];

    Lanes() = default;
    TENET_HOST_DEVICE TENET_INLINE Lanes(float x) {
        for (int i = 0; i < Width; ++i) v[i] = x;
    }

    TENET_HOST_DEVICE TENET_INLINE float operator[](int lane) const { return v[lane]; }

#define TENET_LANEWISE(op)                                                             \
    TENET_HOST_DEVICE TENET_INLINE Lanes& operator op##=(const Lanes& b) {             \
        for (int i = 0; i < Width; ++i) v[i] op## = b.v[i];                            \
        return *this;                                                                  \
    }                                                                                  \
    friend TENET_HOST_DEVICE TENET_INLINE Lanes operator op(Lanes a, const Lanes& b) { \
        for (int i = 0; i < Width; ++i) a.v[i] op## = b.v[i];                          \
        return a;                                                                      \
    }
    TENET_LANEWISE(+)
    TENET_LANEWISE(-)
    TENET_LANEWISE(*)
    TENET_LANEWISE(/)
#undef TENET_LANEWISE

#define TENET_LANEWISE(op)                                                                              \
    friend TENET_HOST_DEVICE TENET_INLINE IntLanes<Width> operator op(const Lanes& a, const Lanes& b) { \
        IntLanes<Width> mask;                                                                           \
        for (int i = 0; i < Width; ++i) mask.v[i] = -static_cast<std::int32_t>(a.v[i] op b.v[i]);       \
        return mask;                                                                                    \
    }
    TENET_LANEWISE(<)
    TENET_LANEWISE(>)
    TENET_LANEWISE(<=)
    TENET_LANEWISE(>=)
    TENET_LANEWISE(==)
#undef TENET_LANEWISE

    friend TENET_HOST_DEVICE TENET_INLINE Lanes operator-(Lanes a) {
        for (int i = 0; i < Width; ++i) a.v[i] = -a.v[i];
        return a;
    }
};

template <int Width>
TENET_HOST_DEVICE TENET_INLINE Lanes<Width> select(const IntLanes<Width>& condition,
                                                   std::type_identity_t<Lanes<Width>> a,
                                                   const std::type_identity_t<Lanes<Width>>& b) {
    for (int i = 0; i < Width; ++i) a.v[i] = condition.v[i] ? a.v[i] : b.v[i];
    return a;
}
template <int Width>
TENET_HOST_DEVICE TENET_INLINE IntLanes<Width> select(const IntLanes<Width>& condition, IntLanes<Width> a,
                                                      const IntLanes<Width>& b) {
    for (int i = 0; i < Width; ++i) a.v[i] = condition.v[i] ? a.v[i] : b.v[i];
    return a;
}
template <int Width>
TENET_HOST_DEVICE TENET_INLINE IntLanes<Width> smaller(IntLanes<Width> a, const IntLanes<Width>& b) {
    for (int i = 0; i < Width; ++i) a.v[i] = a.v[i] < b.v[i] ? a.v[i] : b.v[i];
    return a;
}
template <int Width>
TENET_HOST_DEVICE TENET_INLINE Lanes<Width> multiply_add(const Lanes<Width>& a, const Lanes<Width>& b, Lanes<Width> c) {
    for (int i = 0; i < Width; ++i) c.v[i] = a.v[i] * b.v[i] + c.v[i];
    return c;
}
template <int Width>
TENET_HOST_DEVICE TENET_INLINE Lanes<Width> square_root(Lanes<Width> a) {
    for (int i = 0; i < Width; ++i) a.v[i] = __builtin_sqrtf(a.v[i]);
    return a;
}
template <int Width>
TENET_HOST_DEVICE TENET_INLINE IntLanes<Width> bits_of(const Lanes<Width>& x) {
    return __builtin_bit_cast(IntLanes<Width>, x);
}
template <int Width>
TENET_HOST_DEVICE TENET_INLINE Lanes<Width> from_bits(const IntLanes<Width>& x) {
    return __builtin_bit_cast(Lanes<Width>, x);
}
template <int Width>
TENET_HOST_DEVICE TENET_INLINE IntLanes<Width> truncate(const Lanes<Width>& x) {
    IntLanes<Width> y;
    for (int i = 0; i < Width; ++i) y.v[i] = static_cast<std::int32_t>(x.v[i]);
    return y;
}
template <int Width>
TENET_HOST_DEVICE TENET_INLINE Lanes<Width> to_float(const IntLanes<Width>& x) {
    Lanes<Width> y;
    for (int i = 0; i < Width; ++i) y.v[i] = static_cast<float>(x.v[i]);
    return y;
}

}  // namespace portable
}  // namespace tenet
