#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include <tenet/backend/cpu/convolution_single_pixels.hpp>
#include <tenet/backend/cpu/depthwise_columns.hpp>

namespace tenet::cpu {
namespace detail {

/// One sample's channel with its border, so arranged that neighbouring outputs read neighbouring numbers for every tap:
/// a plane of its own for each remainder of row and column by the stride. Rows of outputs are as wide as those of the
/// planes; what stands behind an output's width is not wanted.
struct RemainderPlanes {
    int height = 0, width = 0;  // of each
    int size = 0;               // of all

    static constexpr RemainderPlanes of(const operations::Convolution& op) {
        RemainderPlanes p;
        p.height = (op.padded(1) + op.stride[1] - 1) / op.stride[1];
        p.width = (op.padded(2) + op.stride[2] - 1) / op.stride[2];
        p.size = p.height * p.width * op.stride[1] * op.stride[2];
        return p;
    }
    /// The place of a position of the bordered channel.
    constexpr int place(const operations::Convolution& op, int y, int x) const {
        const int plane = y % op.stride[1] * op.stride[2] + x % op.stride[2];
        return (plane * height + y / op.stride[1]) * width + x / op.stride[2];
    }
};

// `rows` rows of `width` numbers to where rows begin `to_row` apart. Each is written as whole vectors with zeros behind
// its end, which a later row overwrites; as much is read behind its end.
struct CopyRowsApart {
    template <class T>
    static TENET_INLINE void run(const float* from, std::ptrdiff_t from_row, float* to, std::ptrdiff_t to_row,
                                 int width, int rows) {
        constexpr int unit = lanes_of<T>;
        static constexpr float ones[2 * widest_single]{1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
        const int last = (width - 1) / unit * unit;
        const auto inside = load<T>(ones + widest_single - (width - last)) > T(0.0f);
        for (int row = 0; row < rows; ++row, from += from_row, to += to_row) {
            for (int i = 0; i < last; i += unit) store(to + i, load<T>(from + i));
            store(to + last, select(inside, load<T>(from + last), T(0.0f)));
        }
    }
};

}  // namespace detail

using CopyRowsFunction = void(const float* from, std::ptrdiff_t from_row, float* to, std::ptrdiff_t to_row, int width,
                              int rows);
template <class Isa>
inline constexpr CopyRowsFunction* copy_rows_apart = block_entry<Isa, detail::CopyRowsApart, CopyRowsFunction>;

/// Floats of scratch for `depthwise_single`.
constexpr std::int64_t depthwise_single_scratch(const operations::Convolution& op) {
    const detail::RemainderPlanes planes = detail::RemainderPlanes::of(op);
    return 2 * op.kernel_count() + planes.size + op.out[1] * planes.width + 2 * detail::widest_single;
}

/// y = bias + the convolution of each channel of one sample of plain floats with its own taps: pixels in the lanes.
/// `bias` may be null. Requires `takes_depthwise(op)`.
TENET_NOINLINE inline void depthwise_single(const PixelLaneBlocks& blocks, CopyRowsFunction* copy_rows,
                                            const operations::Convolution& op, const float* x, const float* w,
                                            const float* bias, float* y, float* scratch) {
    const detail::RemainderPlanes planes = detail::RemainderPlanes::of(op);
    Tap* const taps = reinterpret_cast<Tap*>(scratch);
    for (int r = 0, i = 0; r < op.kernel[1]; ++r)
        for (int s = 0; s < op.kernel[2]; ++s, ++i) taps[i] = {i, planes.place(op, r * op.dilation[1], s)};
    float* const bordered = scratch + 2 * op.kernel_count();
    float* const sums = bordered + planes.size + detail::widest_single;
    std::memset(bordered, 0, static_cast<std::size_t>(planes.size + detail::widest_single) * sizeof(float));
    Correlation c;
    c.channels = 1;
    c.taps = taps;
    c.tap_count = op.kernel_count();
    const bool plain = op.stride[1] == 1 && op.stride[2] == 1;
    const int step = op.stride[2], wide = op.in[2], count = op.out[1] * planes.width;
    for (int channel = 0; channel < op.groups; ++channel, w += op.kernel_count(), x += op.in_count()) {
        const std::int64_t left = op.groups - 1 - channel;  // channels behind this one, whose numbers may be touched
        if (plain && left * op.in_count() >= blocks.lanes)
            copy_rows(x, wide, bordered + planes.place(op, op.padding[1], op.padding[2]), planes.width, wide, op.in[1]);
        else
            for (int row = 0; row < op.in[1]; ++row)
                for (int column = 0; column < std::min(step, wide); ++column) {
                    float* to = bordered + planes.place(op, row + op.padding[1], column + op.padding[2]);
                    for (int i = column; i < wide; i += step) *to++ = x[row * wide + i];
                }
        detail::sum_single(blocks, c, count, 1, bordered, w, bias ? bias + channel : bias, sums);
        if (left * op.out_count() >= blocks.lanes) {
            copy_rows(sums, planes.width, y, op.out[2], op.out[2], op.out[1]);
            y += op.out_count();
        } else {
            for (int row = 0; row < op.out[1]; ++row, y += op.out[2])
                for (int i = 0; i < op.out[2]; ++i) y[i] = sums[row * planes.width + i];
        }
    }
}

}  // namespace tenet::cpu
