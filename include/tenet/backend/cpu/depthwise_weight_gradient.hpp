#pragma once

#include <cstddef>
#include <cstdint>

#include <tenet/backend/cpu/depthwise_columns.hpp>
#include <tenet/core/array_bound.hpp>

namespace TENET_NAMESPACE::cpu {
namespace detail {

/// The planes of one channel's x and dy, and up to so many rows of taps at once. Strides are in floats, extents in
/// pixels.
struct DepthwiseGradientPlane {
    int taps = 0;  // rows of taps
    int first = 0, tap_step = 1,
        step = 1;  // the row of x that the first output row meets; from tap to tap; to the next
    int in_height = 0, in_width = 0, out_height = 0, out_width = 0, start = 0;
};

// The gradients of up to `Rows` rows of taps stay in registers while all pixels pass: 9 or 10 sums and 4 gradients of
// outputs, so that 16 registers suffice.
template <class Columns, int Rows>
struct DepthwiseGradientBlock {
    template <class T>
    static TENET_INLINE void run(const DepthwiseGradientPlane* plane, const float* x, const float* dy, float* dw) {
        constexpr int unit = lanes_of<T>, outputs = Columns::outputs;
        const DepthwiseGradientPlane p = *plane;
        Vector<T> sum[array_bound(Rows)][array_bound(Columns::taps)];
        TENET_UNROLL
        for (int r = 0; r < Rows; ++r) {
            TENET_UNROLL
            for (int s = 0; s < Columns::taps; ++s) sum[r][s] = Vector<T>{};
        }
        for (int row = 0; row < p.out_height; ++row, dy += std::ptrdiff_t{p.out_width} * unit)
            for (int out = 0, in = p.start; out < p.out_width; out += outputs, in += Columns::advance) {
                Vector<T> gradient[array_bound(outputs)];
                TENET_UNROLL
                for (int t = 0; t < outputs; ++t) {
                    gradient[t] = Vector<T>{};
                    if (out + t < p.out_width) gradient[t] = vector_at<T>(dy + (out + t) * unit);
                }
                TENET_UNROLL
                for (int r = 0; r < Rows; ++r) {
                    const int from = p.first + row * p.step + r * p.tap_step;
                    if (r >= p.taps || static_cast<unsigned>(from) >= static_cast<unsigned>(p.in_height)) continue;
                    const float* input = x + (std::ptrdiff_t{from} * p.in_width + in) * unit;
                    TENET_UNROLL
                    for (int j = 0; j < Columns::inputs; ++j) {
                        if (static_cast<unsigned>(in + j) >= static_cast<unsigned>(p.in_width)) continue;
                        const Vector<T> value = vector_at<T>(input + j * unit);
                        TENET_UNROLL
                        for (int t = 0; t < outputs; ++t)
                            if (Columns::meet(t, j)) sum[r][Columns::tap(t, j)] += gradient[t] * value;
                    }
                }
            }
        TENET_UNROLL
        for (int r = 0; r < Rows; ++r) {
            if (r >= p.taps) continue;
            TENET_UNROLL
            for (int s = 0; s < Columns::taps; ++s) {
                T total;
                vector_of(total) = sum[r][s];
                dw[r * Columns::taps + s] += sum_lanes(total);
            }
        }
    }
};

}  // namespace detail

/// The functions of `depthwise_weight_gradient` for one instruction set.
struct DepthwiseGradientBlocks {
    using Block = void(const detail::DepthwiseGradientPlane*, const float* x, const float* dy, float* dw);
    struct Steps {
        int rows;  // of taps at once
        Block *one, *two;
    };

    int lanes;
    Steps three, five;
};
namespace detail {
template <class Isa, int Taps, int Rows>
constexpr DepthwiseGradientBlocks::Steps depthwise_gradient_steps() {
    using Block = DepthwiseGradientBlocks::Block;
    return {Rows, block_entry<Isa, DepthwiseGradientBlock<DepthwiseColumns<4, Taps, 1>, Rows>, Block>,
            block_entry<Isa, DepthwiseGradientBlock<DepthwiseColumns<4, Taps, 2>, Rows>, Block>};
}
}  // namespace detail
template <class Isa>
TENET_LOCAL inline constexpr DepthwiseGradientBlocks depthwise_gradient_blocks{
    Isa::lanes, detail::depthwise_gradient_steps<Isa, 3, 3>(), detail::depthwise_gradient_steps<Isa, 5, 2>()};

/// dw += the sum over pixels and lanes of dy times x, for each channel by itself. Requires `takes_depthwise(op)`.
TENET_NOINLINE inline void depthwise_weight_gradient(const DepthwiseGradientBlocks& blocks,
                                                     const operations::Convolution& op, const float* x, const float* dy,
                                                     float* dw) {
    const std::ptrdiff_t unit = blocks.lanes;
    const DepthwiseGradientBlocks::Steps& steps = op.kernel[2] == 3 ? blocks.three : blocks.five;
    DepthwiseGradientBlocks::Block* const run = op.stride[2] == 1 ? steps.one : steps.two;
    detail::DepthwiseGradientPlane plane{0,
                                         0,
                                         op.dilation[1],
                                         op.stride[1],
                                         op.in[1],
                                         op.in[2],
                                         op.out[1],
                                         op.out[2],
                                         detail::DepthwiseStart::forward(op).input};
    // So many rows at a time: in one long row of additions the sum would lose the digits of what is added.
    constexpr int most_pixels = 4096;
    const int most_rows = op.out[2] < most_pixels ? most_pixels / op.out[2] : 1;
    for (int c = 0; c < op.groups; ++c, x += op.in_count() * unit, dy += op.out_count() * unit)
        for (int tap = 0; tap < op.kernel[1]; tap += plane.taps, dw += plane.taps * op.kernel[2]) {
            plane.taps = op.kernel[1] - tap < steps.rows ? op.kernel[1] - tap : steps.rows;
            for (int row = 0; row < op.out[1]; row += plane.out_height) {
                plane.out_height = op.out[1] - row < most_rows ? op.out[1] - row : most_rows;
                plane.first = tap * op.dilation[1] - op.padding[1] + row * op.stride[1];
                run(&plane, x, dy + row * op.out[2] * unit, dw);
            }
        }
}

}  // namespace tenet::cpu
