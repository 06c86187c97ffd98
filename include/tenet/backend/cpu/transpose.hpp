#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

#include <tenet/backend/cpu/tile.hpp>
#include <tenet/config.hpp>
#include <tenet/core/array_bound.hpp>
#include <tenet/math/value.hpp>

namespace TENET_NAMESPACE::cpu {
namespace detail {

// Lane l of the result is lane Index[l] of a and b put one after the other. By reference, and with T named at every
// call: clang warns of vectors in a signature, and a deduced vector type loses the attribute that it may lie anywhere.
template <class T, int... Index>
TENET_INLINE void shuffle(const Vector<T>& a, const Vector<T>& b, Vector<T>& result) {
#if defined(__clang__)
    result = __builtin_shufflevector(a, b, Index...);
#else
    typedef std::int32_t Indices __attribute__((vector_size(4 * sizeof...(Index))));
    result = __builtin_shuffle(a, b, Indices{Index...});
#endif
}

// By one bit of the lanes' numbers: a takes the lanes of a and b where it is 0, b those where it is 1.
template <class T, int Distance, int... Lane>
TENET_INLINE void exchange(Vector<T>& a, Vector<T>& b, std::integer_sequence<int, Lane...>) {
    constexpr int width = lanes_of<T>;
    Vector<T> low;
    shuffle<T, ((Lane & Distance) ? width + Lane - Distance : Lane)...>(a, b, low);
    shuffle<T, ((Lane & Distance) ? width + Lane : Lane + Distance)...>(a, b, b);
    a = low;
}

template <class T, int Distance>
TENET_INLINE void exchange_all(Vector<T> (&rows)[lanes_of<T>]) {
    constexpr int width = lanes_of<T>;
    TENET_UNROLL
    for (int i = 0; i < width; ++i)
        if (!(i & Distance))
            exchange<T, Distance>(rows[i], rows[i + Distance], std::make_integer_sequence<int, width>{});
    if constexpr (Distance > 1) exchange_all<T, Distance / 2>(rows);
}

template <class T, int Distance>
TENET_INLINE void fold_all(Vector<T> (&rows)[lanes_of<T>]) {
    TENET_UNROLL
    for (int i = 0; i < Distance; ++i) {
        exchange<T, Distance>(rows[i], rows[i + Distance], std::make_integer_sequence<int, lanes_of<T>>{});
        rows[i] += rows[i + Distance];
    }
    if constexpr (Distance > 1) fold_all<T, Distance / 2>(rows);
}

}  // namespace detail

/// Lane l of vector i becomes lane i of vector l, with W log2(W) shuffles in registers, W = lanes_of<T>.
template <class T>
TENET_INLINE void transpose(Vector<T> (&rows)[lanes_of<T>]) {
    detail::exchange_all<T, lanes_of<T> / 2>(rows);
}

/// Leaves in lane i of the first vector the sum over the lanes of vector i, in a fixed order. All are overwritten.
template <class T>
TENET_INLINE void reduce_lanes(Vector<T> (&vectors)[lanes_of<T>]) {
    detail::fold_all<T, lanes_of<T> / 2>(vectors);
}

/// Rows `stride` elements apart, as `ReadSamples` and `WriteSamples` take them (or an array of pointers to rows).
template <class Element>
struct StridedRows {
    Element* first;
    std::ptrdiff_t stride;
    TENET_INLINE Element* operator[](int row) const { return first + row * stride; }
};

namespace detail {

// x[i] lane l = rows[l][i] for a block of `lanes_of<T>` columns, as 32-bit words of any meaning.
template <class T, class Rows>
TENET_INLINE void read_block(int count, const Rows& rows, std::ptrdiff_t first, Vector<T> (&block)[lanes_of<T>]) {
    constexpr int width = lanes_of<T>;
    TENET_UNROLL
    for (int l = 0; l < width; ++l) {
        const auto* from = rows[count == width || l < count ? l : count - 1] + first;
        if constexpr (sizeof(*from) == sizeof(float))
            block[l] = vector_at<T>(from);
        else
            __builtin_memcpy(&block[l], from, sizeof(block[l]));
    }
    transpose<T>(block);
}

}  // namespace detail

/// Samples into lanes: x[i] lane l = rows[l][i] * scale + shift for l < count, and the last sample once more in lanes
/// beyond: all that is finite for samples is finite there too, and times a gradient of 0 it is 0.
/// `rows[l]` points to sample l's `n` numbers, of type float or uint8_t.
struct ReadSamples {
    template <class T, class Rows>
    static TENET_INLINE void run(int n, int count, Rows rows, float scale, float shift, T* x) {
        using Element = std::remove_cvref_t<decltype(rows[0][0])>;
        constexpr int width = lanes_of<T>, per_word = 4 / sizeof(Element), columns = width * per_word;
        const Vector<T> shifts = Vector<T>{} + shift;
        if (n < columns) {
            for (int i = 0; i < n; ++i) {
                Vector<T> value{};
                for (int l = 0; l < width; ++l) value[l] = static_cast<float>(rows[l < count ? l : count - 1][i]);
                vector_of(x[i]) = value * scale + shifts;
            }
            return;
        }
        for (int done = 0; done < n; done += columns) {
            const int first = done + columns <= n ? done : n - columns;
            Vector<T> block[array_bound(width)];
            detail::read_block<T>(count, rows, first, block);
            if constexpr (per_word == 1) {
                TENET_UNROLL
                for (int i = 0; i < width; ++i) vector_of(x[first + i]) = block[i] * scale + shifts;
            } else {  // four columns travelled as one word, the first one in its lowest byte
                typedef std::int32_t Words __attribute__((vector_size(4 * width)));
                for (int i = 0; i < width; ++i) {
                    const Words word = __builtin_bit_cast(Words, block[i]);
                    TENET_UNROLL
                    for (int k = 0; k < per_word; ++k) {
                        const Words byte = (word >> (8 * k)) & 255;
                        vector_of(x[first + i * per_word + k]) =
                            __builtin_convertvector(byte, Vector<T>) * scale + shifts;
                    }
                }
            }
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
            Vector<T> block[array_bound(width)];
            TENET_UNROLL
            for (int i = 0; i < width; ++i) block[i] = vector_of(x[first + i]);
            transpose<T>(block);
            if (count == width) {
                TENET_UNROLL
                for (int l = 0; l < width; ++l) vector_at<T>(rows[l] + first) = block[l];
            } else {
                TENET_UNROLL
                for (int l = 0; l < width; ++l)
                    if (l < count) vector_at<T>(rows[l] + first) = block[l];
            }
        }
    }
};

}  // namespace tenet::cpu
