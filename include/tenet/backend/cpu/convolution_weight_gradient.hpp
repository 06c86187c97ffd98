#pragma once

#include <cstddef>
#include <cstdint>

#include <tenet/backend/cpu/convolution_forward.hpp>
#include <tenet/backend/cpu/pad.hpp>
#include <tenet/backend/cpu/sum_values.hpp>
#include <tenet/backend/cpu/tile.hpp>
#include <tenet/backend/cpu/transpose.hpp>
#include <tenet/core/array_bound.hpp>
#include <tenet/operations/convolution.hpp>

namespace TENET_NAMESPACE::cpu {
namespace detail {

/// The offsets of a kernel's taps in an input plane with its border, in floats.
TENET_NOINLINE inline void fill_offsets(const operations::Convolution& op, int unit, int* offsets) {
    for (int z = 0; z < op.kernel[0]; ++z)
        for (int y = 0; y < op.kernel[1]; ++y)
            for (int x = 0; x < op.kernel[2]; ++x)
                *offsets++ = ((z * op.dilation[0] * op.padded(1) + y * op.dilation[1]) * op.padded(2) + x * op.dilation[2]) * unit;
}

/// A piece of the sum over pixels: `rows` rows of `width` pixels, of `groups` groups of lanes. Strides are in floats.
struct PixelRows {
    int groups = 1, rows = 0, width = 0;
    std::ptrdiff_t dy_group = 0, dy_row = 0, dy_channel = 0;
    std::ptrdiff_t x_group = 0, x_row = 0, x_pixel = 0;
};

// Rows x Taps sums over pixels and lanes. A tap is any weight of an output channel: its offset from a pixel's place in
// x.
template <int Rows, int Taps>
struct ConvolutionWeightGradientBlock {
    template <class T>
    static TENET_INLINE void run(const PixelRows* pixels, const int* tap_offsets, const float* dy, const float* x,
                                 float* sums) {
        constexpr int unit = lanes_of<T>;
        Vector<T> sum[array_bound(Rows)][array_bound(Taps)];
        TENET_UNROLL
        for (int r = 0; r < Rows; ++r) {
            TENET_UNROLL
            for (int t = 0; t < Taps; ++t) sum[r][t] = Vector<T>{};
        }
        std::ptrdiff_t channel = pixels->dy_channel, step = pixels->x_pixel, offset[array_bound(Taps)];
        opaque(channel);
        opaque(step);
        TENET_UNROLL
        for (int t = 0; t < Taps; ++t) {
            offset[t] = tap_offsets[t];
            opaque(offset[t]);
        }
        for (int group = 0; group < pixels->groups; ++group, x += pixels->x_group, dy += pixels->dy_group)
            for (int row = 0; row < pixels->rows; ++row) {
                const float *d = dy + row * pixels->dy_row, *in = x + row * pixels->x_row;
                for (int i = 0; i < pixels->width; ++i, d += unit, in += step) {
                    Vector<T> gradient[array_bound(Rows)];
                    TENET_UNROLL
                    for (int r = 0; r < Rows; ++r) gradient[r] = vector_at<T>(d + r * channel);
                    TENET_UNROLL
                    for (int t = 0; t < Taps; ++t) {
                        const Vector<T> value = vector_at<T>(in + offset[t]);
                        TENET_UNROLL
                        for (int r = 0; r < Rows; ++r) sum[r][t] += gradient[r] * value;
                    }
                }
            }
        TENET_UNROLL
        for (int r = 0; r < Rows; ++r) {
            TENET_UNROLL
            for (int t = 0; t < Taps; ++t) vector_at<T>(sums + (r * Taps + t) * unit) = sum[r][t];
        }
    }
};

// sums[i] = the sum over the lanes of value i of `count`; both have room for a multiple of the lanes.
struct ReduceLanes {
    template <class T>
    static TENET_INLINE void run(const float* values, int count, float* sums) {
        constexpr int unit = lanes_of<T>;
        for (int i = 0; i < count; i += unit) {
            Vector<T> block[array_bound(unit)];
            TENET_UNROLL
            for (int k = 0; k < unit; ++k) block[k] = vector_at<T>(values + (i + k) * unit);
            reduce_lanes<T>(block);
            vector_at<T>(sums + i) = block[0];
        }
    }
};

template <int Rows>
using SixTaps = ConvolutionWeightGradientBlock<Rows, 6>;
template <int Rows>
using FiveTaps = ConvolutionWeightGradientBlock<Rows, 5>;
}  // namespace detail

/// The functions of `convolution_weight_gradient` for one instruction set.
struct ConvolutionGradientBlocks {
    using Block = void(const detail::PixelRows*, const int* tap_offsets, const float* dy, const float* x, float* sums);

    int lanes;
    struct Taps {
        int count;  // at a time
        SizedBlocks<Block> rows;
        int rounded_up(int weights) const { return (weights + count - 1) / count * count; }
    } many, few;
    void (*reduce)(const float* values, int count, float* sums);
};
namespace detail {
template <class Isa>
constexpr ConvolutionGradientBlocks make_convolution_gradient_blocks() {
    using Block = ConvolutionGradientBlocks::Block;
    constexpr int rows = accumulator_count<Value<Isa>> / 6;
    ConvolutionGradientBlocks blocks{Isa::lanes,
                                     {6, sized_blocks<Isa, SixTaps, rows, Block>()},
                                     {6, sized_blocks<Isa, SixTaps, rows, Block>()},
                                     block_entry<Isa, ReduceLanes, void(const float*, int, float*)>};
    if constexpr (!runs_seldom<Isa>) blocks.few = {5, sized_blocks<Isa, FiveTaps, rows, Block>()};
    return blocks;
}
}  // namespace detail
template <class Isa>
TENET_LOCAL inline constexpr ConvolutionGradientBlocks convolution_gradient_blocks =
    detail::make_convolution_gradient_blocks<Isa>();

/// Values of scratch for `convolution_weight_gradient`.
constexpr std::int64_t convolution_weight_gradient_scratch(const operations::Convolution& op) {
    return detail::tap_scratch(op.kernel_count()) +
           (op.has_padding() ? static_cast<std::int64_t>(op.in_channels) * op.padded_count() : 0);
}

/// dw += the sum over pixels and lanes of dy times x; dw as PyTorch has it.
TENET_NOINLINE inline void convolution_weight_gradient(const ConvolutionGradientBlocks& blocks,
                                                       const operations::Convolution& op, const float* x,
                                                       const float* dy, float* dw, float* scratch) {
    constexpr int most_taps = 6, most_rows = 4, most_lanes = 16;
    const int unit = blocks.lanes, height = op.padded(1), width = op.padded(2);
    int* const offset_of = detail::take_scratch<int>(scratch, detail::tap_scratch(op.kernel_count()) * unit);
    detail::fill_offsets(op, unit, offset_of);
    if (op.has_padding()) {
        pad(Padded::input_of(op), unit, x, scratch);
        x = scratch;
    }
    const std::ptrdiff_t in_plane = op.padded_count() * std::ptrdiff_t{unit};
    const std::ptrdiff_t out_plane = op.out_count() * std::ptrdiff_t{unit};
    const int group_in = op.group_in_channels(), group_out = op.group_out_channels();
    const int weights = group_in * op.kernel_count();
    // Many taps take fewer loads, unless too many of the last ones are none: 25 weights are five times five.
    const bool few = 32 * blocks.few.rounded_up(weights) < 31 * blocks.many.rounded_up(weights);
    const int taps = few ? blocks.few.count : blocks.many.count;
    const SizedBlocks<ConvolutionGradientBlocks::Block>& rows = few ? blocks.few.rows : blocks.many.rows;
    detail::PixelRows pixels;
    pixels.width = op.out[2];
    pixels.dy_row = std::ptrdiff_t{op.out[2]} * unit;
    pixels.dy_channel = out_plane;
    pixels.x_row = std::ptrdiff_t{op.stride[1]} * width * unit;
    pixels.x_pixel = std::ptrdiff_t{op.stride[2]} * unit;
    // As many rows at a time as let a block's gradients stay in the second-level cache while all taps use them.
    const int cached_pixels = 128 * 1024 / (rows.whole * unit * 4);
    const int chunk = op.out[2] < cached_pixels ? cached_pixels / op.out[2] : 1;
    // The last vectors reduced at once may be what an earlier block has left.
    constexpr int room = (most_rows * most_taps + most_lanes - 1) / most_lanes * most_lanes;
    alignas(64) float sums[room * most_lanes]{}, totals[room];
    for (int z = 0; z < op.out[0]; ++z)
        for (int first = 0; first < op.out[1]; first += chunk) {
            pixels.rows = op.out[1] - first < chunk ? op.out[1] - first : chunk;
            for (int g = 0; g < op.groups; ++g) {
                const float* in = x + g * group_in * in_plane +
                                  (z * op.stride[0] * height + first * op.stride[1]) * std::ptrdiff_t{width} * unit;
                for (int k = g * group_out; k < (g + 1) * group_out;) {
                    const int size = rows.fitting((g + 1) * group_out - k);
                    const float* d = dy + k * out_plane + (z * op.out[1] + first) * pixels.dy_row;
                    for (int tap = 0; tap < weights; tap += taps) {
                        const int count = weights - tap < taps ? weights - tap : taps;
                        const int channel = tap / op.kernel_count();
                        int offsets[most_taps];
                        for (int t = 0, c = channel, i = tap % op.kernel_count(); t < taps; ++t) {
                            offsets[t] = t < count ? static_cast<int>((c - channel) * in_plane) + offset_of[i]
                                                   : offsets[t - 1];
                            if (++i == op.kernel_count()) i = 0, ++c;
                        }
                        rows[size](&pixels, offsets, d, in + channel * in_plane, sums);
                        blocks.reduce(sums, size * taps, totals);
                        for (int r = 0; r < size; ++r)
                            for (int t = 0; t < count; ++t)
                                dw[static_cast<std::ptrdiff_t>(k + r) * weights + tap + t] += totals[r * taps + t];
                    }
                    k += size;
                }
            }
        }
}

/// db[k] += the sum over the `count` pixels of channel k, and over the lanes, of dy.
template <class Isa>
void convolution_bias_gradient(int channels, int count, const float* dy, float* db) {
    constexpr std::ptrdiff_t unit = Isa::lanes;
    for (int k = 0; k < channels; ++k) db[k] += sum_values<Isa>(dy + k * count * unit, unit, count);
}

}  // namespace tenet::cpu
