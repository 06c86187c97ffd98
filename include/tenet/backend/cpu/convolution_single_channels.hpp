#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include <tenet/backend/cpu/block_table.hpp>
#include <tenet/backend/cpu/pad.hpp>
#include <tenet/backend/cpu/samples.hpp>
#include <tenet/backend/cpu/tile.hpp>
#include <tenet/core/array_bound.hpp>

namespace TENET_NAMESPACE::cpu {

/// Sums over channels and taps for neighbouring pixels of a row, whose output channels are the lanes. Strides are in
/// floats.
struct ChannelSum {
    int channels = 0;  ///< to sum over
    std::ptrdiff_t channel_input = 0, pixel_input = 0;
    const int* taps = nullptr;  ///< offsets from a pixel of a channel
    int tap_count = 0;
};

namespace detail {

// w has a vector for each channel and tap; y and bias are vectors too.
template <int Pixels>
struct ChannelBlock {
    template <class T>
    static TENET_INLINE void run(const ChannelSum* sum_of, const float* x, const float* w, const float* bias,
                                 float* y) {
        constexpr int width = lanes_of<T>;
        const ChannelSum s = *sum_of;
        std::ptrdiff_t step = s.pixel_input;
        opaque(step);
        Vector<T> sum[array_bound(Pixels)];
        TENET_UNROLL
        for (int p = 0; p < Pixels; ++p) sum[p] = vector_at<T>(bias);
        const int* const last = s.taps + s.tap_count;
        for (int channel = 0; channel < s.channels; ++channel, x += s.channel_input)
            for (const int* tap = s.taps; tap != last; ++tap, w += width) {
                const float* input = x + *tap;
                const Vector<T> weight = vector_at<T>(w);
                TENET_UNROLL
                for (int p = 0; p < Pixels; ++p) sum[p] += input[p * step] * weight;
            }
        TENET_UNROLL
        for (int p = 0; p < Pixels; ++p) vector_at<T>(y + p * width) = sum[p];
    }
};

}  // namespace detail

/// The functions of `convolution_single_channels` for one instruction set: blocks of neighbouring pixels, and what
/// turns rows of weights and of outputs into lanes and back.
struct ChannelLaneBlocks {
    /// Pixels of the blocks: enough sums to hide the latency of a multiply-add, and one.
    TENET_LOCAL static constexpr int whole = 10, half = 5;
    using Function = void(const ChannelSum*, const float* x, const float* w, const float* bias, float* y);

    int lanes;
    SizedBlocks<Function> pixels;
    void (*read)(const Samples& rows, std::int64_t first, int count, int n, float* x);
    WriteSamplesCode write;
};
template <class Isa>
TENET_LOCAL inline constexpr ChannelLaneBlocks channel_lane_blocks{
    Isa::lanes, sized_blocks<Isa, detail::ChannelBlock, ChannelLaneBlocks::whole, ChannelLaneBlocks::Function>(),
    detail::read_strided<Isa>, detail::write_strided<Isa>};

/// Whether output channels fill vectors of so many lanes.
constexpr bool channels_fill_lanes(const operations::Convolution& op, int lanes) {
    return op.group_out_channels() % lanes == 0;
}

/// About how long `convolution_single_channels` takes, in multiply-adds of vectors.
constexpr std::int64_t convolution_single_channels_cost(const operations::Convolution& op, int lanes) {
    constexpr int latency = 4, transpose = 6;  // of one multiply-add; for one vector
    int row = 0;
    for (int left = op.out[2]; left > 0;) {
        const bool is_whole = left > ChannelLaneBlocks::half && op.out[2] >= ChannelLaneBlocks::whole;
        const int size = is_whole                               ? ChannelLaneBlocks::whole
                         : op.out[2] >= ChannelLaneBlocks::half ? ChannelLaneBlocks::half
                                                                : 1;
        row += std::max(size, latency);
        left -= size;
    }
    return (std::int64_t{row} * op.out[0] * op.out[1] + transpose) * (op.weight_count() / lanes) +
           transpose * (op.out_channels * op.out_count() / lanes);
}

/// Floats of scratch for `convolution_single_channels`.
constexpr std::int64_t convolution_single_channels_scratch(const operations::Convolution& op, int lanes) {
    return op.kernel_count() + (op.has_padding() ? op.in_channels * op.padded_count() : 0) +
           lanes * (op.group_in_channels() * op.kernel_count() + op.out_count());
}

/// y = bias + the convolution of x with w for one sample of plain floats: output channels in the lanes, and numbers of
/// the input, where they lie, as factors. `bias` may be null. Requires channels_fill_lanes(op, blocks.lanes).
TENET_NOINLINE inline void convolution_single_channels(const ChannelLaneBlocks& blocks,
                                                       const operations::Convolution& op, const float* x,
                                                       const float* w, const float* bias, float* y, float* scratch) {
    const int lanes = blocks.lanes, group_in = op.group_in_channels(), group_out = op.group_out_channels();
    const int row_weight = group_in * op.kernel_count();
    // Vectors first: as far as the scratch is aligned, they are.
    float* const weights = scratch;
    float* const sums = weights + lanes * row_weight;
    float* const padded = sums + lanes * op.out_count();
    int* const taps = reinterpret_cast<int*>(padded + (op.has_padding() ? op.in_channels * op.padded_count() : 0));
    const int wide = op.padded(2), slice = op.padded(1) * wide;
    for (int a = 0, i = 0; a < op.kernel[0]; ++a)
        for (int b = 0; b < op.kernel[1]; ++b)
            for (int s = 0; s < op.kernel[2]; ++s, ++i)
                taps[i] = a * op.dilation[0] * slice + b * op.dilation[1] * wide + s * op.dilation[2];
    if (op.has_padding()) {
        pad(Padded::input_of(op), 1, x, padded);
        x = padded;
    }
    ChannelSum sum;
    sum.channels = group_in;
    sum.channel_input = op.padded_count();
    sum.pixel_input = op.stride[2];
    sum.taps = taps;
    sum.tap_count = op.kernel_count();
    for (int k = 0; k < op.out_channels; k += lanes) {
        blocks.read({w, 1.0f, 0.0f, nullptr}, k, lanes, row_weight, weights);
        const float* group = x + std::ptrdiff_t{k / group_out * group_in} * sum.channel_input;
        float* to = sums;
        for (int z = 0; z < op.out[0]; ++z)
            for (int h = 0; h < op.out[1]; ++h, to += op.out[2] * lanes) {
                const float* row = group + z * op.stride[0] * slice + h * op.stride[1] * wide;
                for (int done = 0; done < op.out[2];) {
                    const BlockRange block = blocks.pixels.next(done, op.out[2]);
                    blocks.pixels[block.size](&sum, row + block.begin * op.stride[2], weights,
                                              bias ? bias + k : no_bias, to + block.begin * lanes);
                    done = block.end();
                }
            }
        blocks.write(op.out_count(), lanes, sums, {y + std::ptrdiff_t{k} * op.out_count(), op.out_count()});
    }
}

}  // namespace tenet::cpu
