#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include <tenet/backend/cpu/linear_single.hpp>
#include <tenet/backend/cpu/pad.hpp>
#include <tenet/core/array_bound.hpp>
#include <tenet/operations/convolution.hpp>

namespace TENET_NAMESPACE::cpu {

namespace detail {

// y[r][p] = bias[r] + the sum over all terms of row r of w times pixel p's row of x, for as many rows and pixels as
// make lanes_of<T> sums: each vector that is loaded is a factor of several products.
struct PixelSumsBlock {
    TENET_LOCAL static constexpr int pixels = 4;

    template <class T>
    static TENET_INLINE void run(int terms, const float* x, const float* w, const float* bias, float* y,
                                 std::ptrdiff_t row_output) {
        constexpr int width = lanes_of<T>, rows = width / pixels;
        std::ptrdiff_t offset[array_bound(rows)], row = terms;
        opaque(row);
        TENET_UNROLL
        for (int r = 0; r < rows; ++r) offset[r] = r * row;
        Vector<T> sum[array_bound(width)];
        TENET_UNROLL
        for (int i = 0; i < width; ++i) sum[i] = Vector<T>{};
        add_products<T, rows, pixels>(terms, w, offset, x, row, sum);
        reduce_lanes<T>(sum);
        float total[array_bound(width)];
        vector_at<T>(&total[0]) = sum[0];
        TENET_UNROLL
        for (int r = 0; r < rows; ++r) {
            TENET_UNROLL
            for (int p = 0; p < pixels; ++p) y[r * row_output + p] = total[r * pixels + p] + bias[r];
        }
    }
};

}  // namespace detail

/// The register blocks of `convolution_single_sums` for one instruction set: of one pixel, and of `pixels` with fewer
/// rows.
struct SumLaneBlocks {
    TENET_LOCAL static constexpr int pixels = detail::PixelSumsBlock::pixels;
    using Block = void(int terms, const float* x, const float* w, const float* bias, float* y,
                       std::ptrdiff_t row_output);

    const LinearSingleBlocks* one_pixel;
    Block* block;

    int rows() const { return one_pixel->lanes / pixels; }
};
template <class Isa>
TENET_LOCAL inline constexpr SumLaneBlocks sum_lane_blocks{
    &linear_single_blocks<Isa>, block_entry<Isa, detail::PixelSumsBlock, SumLaneBlocks::Block>};

/// Whether there are as many pixels, output channels and terms of a sum as make a block of several pixels. With 4 lanes
/// its 4 sums would not hide the latency of a multiply-add.
constexpr bool sums_share_loads(const operations::Convolution& op, int lanes) {
    return lanes > SumLaneBlocks::pixels && op.out_count() >= SumLaneBlocks::pixels &&
           op.group_out_channels() * SumLaneBlocks::pixels >= lanes &&
           op.group_in_channels() * op.kernel_count() >= lanes;
}

/// About how long `convolution_single_sums` takes, in multiply-adds of vectors.
constexpr std::int64_t convolution_single_sums_cost(const operations::Convolution& op, int lanes) {
    constexpr int pixels = SumLaneBlocks::pixels;
    const int terms = op.group_in_channels() * op.kernel_count();
    const bool shared = sums_share_loads(op, lanes);
    // In eighths: to copy a number; a product with its loads; to reduce a sum's lanes. Measured with 16 lanes.
    const int copy = 20, product = shared ? 9 : 16, reduce = shared ? 24 : 32;
    const int columns = shared ? (op.out_count() + pixels - 1) / pixels * pixels : op.out_count();
    return (std::int64_t{copy} * op.out_count() * op.groups * terms +
            std::int64_t{columns} * op.out_channels * (product * std::int64_t{terms} / lanes + reduce)) /
           8;
}

/// Floats of scratch for `convolution_single_sums`.
constexpr std::int64_t convolution_single_sums_scratch(const operations::Convolution& op) {
    return std::int64_t{op.out_count()} * op.group_in_channels() * op.kernel_count() +
           std::max(op.group_out_channels(), op.kernel_count());
}

namespace detail {

// What every output pixel of a group sees of its input: terms in the order of the weights.
TENET_NOINLINE inline void fill_terms(const operations::Convolution& op, const float* x, int* sources, float* terms) {
    const Padded input = Padded::input_of(op);
    for (int z = 0; z < op.out[0]; ++z)
        for (int h = 0; h < op.out[1]; ++h)
            for (int v = 0; v < op.out[2]; ++v) {
                int* source = sources;
                for (int a = 0; a < op.kernel[0]; ++a)
                    for (int b = 0; b < op.kernel[1]; ++b)
                        for (int s = 0; s < op.kernel[2]; ++s) {
                            const int from_z = input.source(0, z * op.stride[0] + a * op.dilation[0]);
                            const int from_h = input.source(1, h * op.stride[1] + b * op.dilation[1]);
                            const int from_v = input.source(2, v * op.stride[2] + s * op.dilation[2]);
                            const bool inside = from_z >= 0 && from_h >= 0 && from_v >= 0;
                            *source++ = inside ? (from_z * op.in[1] + from_h) * op.in[2] + from_v : -1;
                        }
                const float* channel = x;
                for (int c = 0; c < op.group_in_channels(); ++c, channel += op.in_count())
                    for (const int* from = sources; from != source; ++from)
                        *terms++ = *from < 0 ? 0.0f : channel[*from];
            }
}

}  // namespace detail

/// y = bias + the convolution of x with w for one sample of plain floats: as Linear, with what a sum runs over in the
/// lanes, of each output pixel's part of the input. Weights are read once, in their order: what counts where they are
/// many and the pixels few. `bias` may be null.
TENET_NOINLINE inline void convolution_single_sums(const SumLaneBlocks& blocks, const operations::Convolution& op,
                                                   const float* x, const float* w, const float* bias, float* y,
                                                   float* scratch) {
    const int group_in = op.group_in_channels(), group_out = op.group_out_channels();
    const int terms = group_in * op.kernel_count(), pixels = op.out_count(), lanes = blocks.one_pixel->lanes;
    float* const behind = scratch + std::ptrdiff_t{pixels} * terms;
    const bool several = sums_share_loads(op, lanes);
    const int at_a_time = several ? blocks.rows() : lanes;
    for (int g = 0; g < op.groups; ++g, x += group_in * op.in_count()) {
        detail::fill_terms(op, x, reinterpret_cast<int*>(behind), scratch);
        // The weights of a few rows stay in the cache for all pixels.
        for (int next = 0; next < group_out; next += at_a_time) {
            const int rows = std::min(at_a_time, group_out);
            const int k = g * group_out + std::min(next, group_out - rows);
            const float* weights = w + std::ptrdiff_t{k} * terms;
            const float* biases = bias ? bias + k : no_bias;
            float* to = y + std::ptrdiff_t{k} * pixels;
            if (several) {
                for (int done = 0; done < pixels; done += SumLaneBlocks::pixels) {
                    const int p = std::min(done, pixels - SumLaneBlocks::pixels);
                    blocks.block(terms, scratch + std::ptrdiff_t{p} * terms, weights, biases, to + p, pixels);
                }
                continue;
            }
            for (int p = 0; p < pixels; ++p) {
                linear_single(*blocks.one_pixel, terms, rows, scratch + std::ptrdiff_t{p} * terms, weights, biases,
                              behind);
                for (int r = 0; r < rows; ++r) to[std::ptrdiff_t{r} * pixels + p] = behind[r];
            }
        }
    }
}

}  // namespace tenet::cpu
