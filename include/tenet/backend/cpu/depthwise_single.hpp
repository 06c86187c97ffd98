#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include <tenet/backend/cpu/convolution_single_pixels.hpp>
#include <tenet/backend/cpu/depthwise_single_few.hpp>

namespace TENET_NAMESPACE::cpu {
namespace detail {

/// How many sums of a channel are computed: one for each position of its bordered plane from the first output to the
/// last, those between the steps too. Arranging the plane by steps takes longer.
constexpr int depthwise_sums(const operations::Convolution& op) {
    return (op.out[1] - 1) * op.stride[1] * op.padded(2) + (op.out[2] - 1) * op.stride[2] + 1;
}

// `rows` rows of `width` numbers to where rows begin `to_row` apart. Each is written as whole vectors with zeros behind
// its end, which a later row overwrites; as much is read behind its end.
struct CopyRowsApart {
    TENET_LOCAL static constexpr float ones[2 * widest_single]{1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};

    template <class T>
    static TENET_INLINE void run(const float* from, std::ptrdiff_t from_row, float* to, std::ptrdiff_t to_row,
                                 int width, int rows) {
        constexpr int unit = lanes_of<T>;
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
TENET_LOCAL inline constexpr CopyRowsFunction* copy_rows_apart =
    block_entry<Isa, detail::CopyRowsApart, CopyRowsFunction>;

/// Floats of scratch for `depthwise_single`.
constexpr std::int64_t depthwise_single_scratch(const operations::Convolution& op) {
    if (has_few_outputs(op)) return depthwise_single_few_scratch(op);
    return 2 * op.kernel_count() + op.padded_count() + detail::depthwise_sums(op) + 2 * detail::widest_single;
}

/// y = bias + the convolution of each channel of one sample of plain floats with its own taps: pixels in the lanes.
/// `bias` may be null. Requires `takes_depthwise_single(op)`.
TENET_NOINLINE inline void depthwise_single(const PixelLaneBlocks& blocks, CopyRowsFunction* copy_rows,
                                            const operations::Convolution& op, const float* x, const float* w,
                                            const float* bias, float* y, float* scratch) {
    if (has_few_outputs(op)) return depthwise_single_few(op, x, w, bias, y, scratch);
    const int wide = op.padded(2), count = detail::depthwise_sums(op);
    Tap* const taps = reinterpret_cast<Tap*>(scratch);
    for (int r = 0, i = 0; r < op.kernel[1]; ++r)
        for (int s = 0; s < op.kernel[2]; ++s, ++i) taps[i] = {i, r * op.dilation[1] * wide + s};
    float* const bordered = scratch + 2 * op.kernel_count();
    float* const sums = bordered + op.padded_count() + detail::widest_single;
    std::memset(bordered, 0, static_cast<std::size_t>(op.padded_count() + detail::widest_single) * sizeof(float));
    float* const inside = bordered + op.padding[1] * wide + op.padding[2];
    Correlation c;
    c.channels = 1;
    c.taps = taps;
    c.tap_count = op.kernel_count();
    for (int channel = 0; channel < op.groups; ++channel, w += op.kernel_count()) {
        const std::int64_t left = op.groups - 1 - channel;  // channels behind this one, whose numbers may be touched
        if (left * op.in_count() >= blocks.lanes)
            copy_rows(x, op.in[2], inside, wide, op.in[2], op.in[1]);
        else
            for (int row = 0; row < op.in[1]; ++row)
                for (int i = 0; i < op.in[2]; ++i) inside[row * wide + i] = x[row * op.in[2] + i];
        detail::sum_single(blocks, c, count, 1, bordered, w, bias ? bias + channel : bias, sums);
        if (op.stride[2] == 1 && left * op.out_count() >= blocks.lanes)
            copy_rows(sums, std::ptrdiff_t{op.stride[1]} * wide, y, op.out[2], op.out[2], op.out[1]);
        else
            for (int row = 0; row < op.out[1]; ++row)
                for (int i = 0; i < op.out[2]; ++i)
                    y[row * op.out[2] + i] = sums[row * op.stride[1] * wide + i * op.stride[2]];
        x += op.in_count();
        y += op.out_count();
    }
}

}  // namespace tenet::cpu
