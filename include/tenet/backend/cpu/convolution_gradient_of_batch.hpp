#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include <tenet/backend/cpu/convolution_weight_gradient.hpp>
#include <tenet/backend/cpu/kept_for_batch.hpp>

namespace TENET_NAMESPACE::cpu {

/// The deferred weight gradient of a convolution of two axes: dw[k][c][t] = the sum over all samples and pixels of
/// dy[k] times x[c], some rows k of it, which are overwritten. x[group][channels][in] and dy[group][channels][out] are
/// kept with samples in the lanes, dy with zeros beyond the last sample; of a border only zeros are known.
///
/// All channels that a block takes share one tap, so that it meets the input in one rectangle of pixels and no product
/// with a border's zero is taken. Lanes are added up once for many groups of samples.
TENET_NOINLINE inline void convolution_gradient_of_batch(const ConvolutionGradientBlocks& blocks,
                                                         const operations::Convolution& op, const GradientRows& part) {
    constexpr int most_columns = 6, most_rows = 4, most_lanes = 16;
    const int unit = blocks.lanes;
    const std::ptrdiff_t in_plane = op.in_count() * std::ptrdiff_t{unit};
    const std::ptrdiff_t out_plane = op.out_count() * std::ptrdiff_t{unit};
    const int taps = op.kernel_count(), channels = op.in_channels, groups = (part.samples + unit - 1) / unit;
    const bool few = 32 * blocks.few.rounded_up(channels) < 31 * blocks.many.rounded_up(channels);
    const ConvolutionGradientBlocks::Taps& columns = few ? blocks.few : blocks.many;
    detail::PixelRows pixels;
    pixels.dy_group = op.out_channels * out_plane;
    pixels.dy_row = std::ptrdiff_t{op.out[2]} * unit;
    pixels.dy_channel = out_plane;
    pixels.x_group = channels * in_plane;
    pixels.x_row = std::ptrdiff_t{op.stride[1]} * op.in[2] * unit;
    pixels.x_pixel = std::ptrdiff_t{op.stride[2]} * unit;
    // The outputs along an axis from which a tap meets the input.
    struct Range {
        int begin, end, input;  // input: where the first one reads it
    };
    const auto meeting = [&](int axis, int tap) {
        const int shift = tap * op.dilation[axis] - op.padding[axis], stride = op.stride[axis];
        const int begin = shift < 0 ? (stride - 1 - shift) / stride : 0;
        const int end = op.in[axis] > shift ? std::min((op.in[axis] - 1 - shift) / stride + 1, op.out[axis]) : 0;
        return Range{begin, std::max(begin, end), begin * stride + shift};
    };
    // The last vectors reduced at once may be what an earlier block has left.
    constexpr int room = (most_rows * most_columns + most_lanes - 1) / most_lanes * most_lanes;
    alignas(64) float sums[room * most_lanes]{}, totals[room]{}, more[room]{};
    for (int c = 0; c < channels; c += columns.count) {
        const int count = std::min(columns.count, channels - c);
        int offsets[most_columns];
        for (int i = 0; i < columns.count; ++i) offsets[i] = static_cast<int>(std::min(i, count - 1) * in_plane);
        for (int tap = 0; tap < taps; ++tap) {
            const Range down = meeting(1, tap / op.kernel[2]), across = meeting(2, tap % op.kernel[2]);
            pixels.rows = down.end - down.begin;
            pixels.width = across.end - across.begin;
            const std::ptrdiff_t from_x = (std::ptrdiff_t{down.input} * op.in[2] + across.input) * unit;
            const std::ptrdiff_t from_dy = (std::ptrdiff_t{down.begin} * op.out[2] + across.begin) * unit;
            const bool meets = pixels.rows > 0 && pixels.width > 0;
            // So many pixels at a time: in one long row of additions the sum would lose the digits of what is added.
            constexpr int most_pixels = 2048;
            const int groups_at_once = meets ? std::max(1, most_pixels / (pixels.rows * pixels.width)) : groups;
            if (!meets) std::fill_n(totals, room, 0.0f);
            for (int k = part.first; k < part.last;) {
                const int size = columns.rows.fitting(part.last - k);
                for (int g = 0; meets && g < groups; g += groups_at_once) {
                    pixels.groups = std::min(groups_at_once, groups - g);
                    columns.rows[size](&pixels, offsets,
                                       part.kept.output_gradients + k * out_plane + from_dy + g * pixels.dy_group,
                                       part.kept.input + c * in_plane + from_x + g * pixels.x_group, sums);
                    blocks.reduce(sums, size * columns.count, g == 0 ? totals : more);
                    if (g > 0)
                        for (int i = 0; i < size * columns.count; ++i) totals[i] += more[i];
                }
                float* weights = part.weight + (std::ptrdiff_t{k} * channels + c) * taps + tap;
                for (int r = 0; r < size; ++r, weights += std::ptrdiff_t{channels} * taps)
                    for (int i = 0; i < count; ++i) weights[std::ptrdiff_t{i} * taps] = totals[r * columns.count + i];
                k += size;
            }
        }
    }
}

}  // namespace TENET_NAMESPACE::cpu
