#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

#include <tenet/config.hpp>
#include <tenet/math/value.hpp>

namespace tenet::cpu {
namespace detail {

// Lane l of the result is lane Index[l] of a and b put one after the other.
template <int... Index, int Width>
TENET_INLINE Lanes<Width> shuffle(Lanes<Width> a, Lanes<Width> b) {
#if defined(__clang__)
    return {__builtin_shufflevector(a.v, b.v, Index...)};
#else
    return {__builtin_shuffle(a.v, b.v, typename IntLanes<Width>::Native{Index...})};
#endif
}

template <int Distance, int Width, int... Lane>
TENET_INLINE void exchange(Lanes<Width>& a, Lanes<Width>& b, std::integer_sequence<int, Lane...>) {
    const Lanes<Width> low = shuffle<((Lane & Distance) ? Width + Lane - Distance : Lane)...>(a, b);
    b = shuffle<((Lane & Distance) ? Width + Lane : Lane + Distance)...>(a, b);
    a = low;
}

template <int Distance, int Width>
TENET_INLINE void exchange_all(Lanes<Width> (&rows)[Width]) {
    TENET_UNROLL
    for (int i = 0; i < Width; ++i)
        if (!(i & Distance)) exchange<Distance>(rows[i], rows[i + Distance], std::make_integer_sequence<int, Width>{});
    if constexpr (Distance > 1) exchange_all<Distance / 2>(rows);
}

template <int Distance, int Width>
TENET_INLINE void fold_all(Lanes<Width> (&rows)[Width]) {
    TENET_UNROLL
    for (int i = 0; i < Distance; ++i) {
        exchange<Distance>(rows[i], rows[i + Distance], std::make_integer_sequence<int, Width>{});
        rows[i] += rows[i + Distance];
    }
    if constexpr (Distance > 1) fold_all<Distance / 2>(rows);
}

}  // namespace detail

/// Lane l of value i becomes lane i of value l, with Width log2(Width) shuffles in registers.
template <int Width>
TENET_INLINE void transpose(Lanes<Width> (&rows)[Width]) {
    detail::exchange_all<Width / 2>(rows);
}

/// One value whose lane i is the sum over the lanes of value i, in a fixed order. The values are overwritten.
template <int Width>
TENET_INLINE Lanes<Width> reduce_lanes(Lanes<Width> (&values)[Width]) {
    detail::fold_all<Width / 2>(values);
    return values[0];
}

/// Rows `stride` elements apart, as `ReadSamples` and `WriteSamples` take them (or an array of pointers to rows).
template <class Element>
struct StridedRows {
    Element* first;
    std::ptrdiff_t stride;
    TENET_INLINE Element* operator[](int row) const { return first + row * stride; }
};

namespace detail {

template <class T>
TENET_INLINE T load_as(const float* from) {
    return load<T>(from);
}
template <class T>
TENET_INLINE T load_as(const std::uint8_t* from) {
    typedef std::uint8_t Bytes __attribute__((vector_size(lanes_of<T>), aligned(1), may_alias));
    const Bytes bytes = *reinterpret_cast<const Bytes*>(from);
    return to_float(integer_of<T>(__builtin_convertvector(bytes, typename integer_of<T>::Native)));
}

}  // namespace detail

/// Samples into lanes: x[i] lane l = rows[l][i] * scale + shift for l < count, and 0 in the lanes of missing samples.
/// `rows[l]` points to sample l's `n` numbers, of type float or uint8_t.
struct ReadSamples {
    template <class T, class Rows>
    static TENET_INLINE void run(int n, int count, Rows rows, float scale, float shift, T* x) {
        constexpr int width = lanes_of<T>;
        if (n < width) {
            float* out = reinterpret_cast<float*>(x);
            for (int i = 0; i < n; ++i)
                for (int l = 0; l < width; ++l)
                    out[i * width + l] = l < count ? static_cast<float>(rows[l][i]) * scale + shift : 0.f;
            return;
        }
        for (int done = 0; done < n; done += width) {
            const int first = done + width <= n ? done : n - width;
            T block[width];
            if (count == width) {
                TENET_UNROLL
                for (int l = 0; l < width; ++l) block[l] = detail::load_as<T>(rows[l] + first);
            } else {
                for (int l = 0; l < width; ++l) block[l] = l < count ? detail::load_as<T>(rows[l] + first) : T(0.f);
            }
            TENET_UNROLL
            for (int l = 0; l < width; ++l)
                block[l] = multiply_add(block[l], T(scale), T(l < count ? shift : 0.f));
            transpose(block);
            TENET_UNROLL
            for (int i = 0; i < width; ++i) x[first + i] = block[i];
        }
    }
};

/// Lanes into samples: rows[l][i] = x[i] lane l for l < count, i < n.
struct WriteSamples {
    template <class T, class Rows>
    static TENET_INLINE void run(int n, int count, const T* x, Rows rows) {
        constexpr int width = lanes_of<T>;
        if (n < width) {
            for (int l = 0; l < count; ++l)
                for (int i = 0; i < n; ++i) rows[l][i] = lane(x[i], l);
            return;
        }
        for (int done = 0; done < n; done += width) {
            const int first = done + width <= n ? done : n - width;
            T block[width];
            TENET_UNROLL
            for (int i = 0; i < width; ++i) block[i] = x[first + i];
            transpose(block);
            if (count == width) {
                TENET_UNROLL
                for (int l = 0; l < width; ++l) store(rows[l] + first, block[l]);
            } else {
                for (int l = 0; l < count; ++l) store(rows[l] + first, block[l]);
            }
        }
    }
};

}  // namespace tenet::cpu
