#pragma once

#include <algorithm>
#include <cstddef>

#include <tenet/backend/cpu/block_table.hpp>
#include <tenet/backend/cpu/sum_values.hpp>
#include <tenet/backend/cpu/tile.hpp>
#include <tenet/core/array_bound.hpp>

namespace TENET_NAMESPACE::cpu {

/// Extents of a linear layer's weight gradient: its rows first_output to last_output - 1 (a tile of a parallel region),
/// summed over all `samples`, which lie `lanes_of<T>` to a group.
struct LinearGradientExtents {
    int inputs = 0, outputs = 0;
    int samples = 0;
    int first_output = 0, last_output = 0;
    std::ptrdiff_t row_stride = 0;  ///< floats between two samples in x_rows, at least a vector of them
    std::ptrdiff_t dw_stride = 0;   ///< floats between two rows of dw: more than `inputs` where those are a panel of it
};

namespace detail {

// Rows x Columns values of dw: Columns * lanes_of<T> inputs in the lanes, the outer product of two vectors per sample.
template <int Rows, int Columns>
struct LinearWeightGradientBlock {
    template <class T>
    static TENET_INLINE void run(const LinearGradientExtents* extents, const float* x, const float* dy, float* dw,
                                 std::ptrdiff_t dw_stride) {
        const LinearGradientExtents& e = *extents;
        constexpr int width = lanes_of<T>, lanes = width;
        Vector<T> sum[array_bound(Rows)][array_bound(Columns)];
        TENET_UNROLL
        for (int r = 0; r < Rows; ++r) {
            TENET_UNROLL
            for (int c = 0; c < Columns; ++c) sum[r][c] = Vector<T>{};
        }
        const std::ptrdiff_t row_stride = e.row_stride, group_stride = static_cast<std::ptrdiff_t>(e.outputs) * lanes;
        for (int left = e.samples; left > 0; left -= lanes, dy += group_stride) {
            const float* d = dy;
            int count = left < lanes ? left : lanes;
            opaque(count);  // else g++ unrolls the loop as many times as there are lanes
            for (int n = 0; n < count; ++n, ++d, x += row_stride) {
                Vector<T> value[array_bound(Columns)];
                TENET_UNROLL
                for (int c = 0; c < Columns; ++c) value[c] = vector_at<T>(x + c * width);
                TENET_UNROLL
                for (int r = 0; r < Rows; ++r) {
                    const float gradient = d[r * lanes];
                    TENET_UNROLL
                    for (int c = 0; c < Columns; ++c) sum[r][c] += gradient * value[c];
                }
            }
        }
        TENET_UNROLL
        for (int r = 0; r < Rows; ++r) {
            TENET_UNROLL
            for (int c = 0; c < Columns; ++c) vector_at<T>(dw + r * dw_stride + c * width) = sum[r][c];
        }
    }
};

}  // namespace detail

/// The functions of `linear_weight_gradient` for one instruction set.
struct LinearGradientBlocks {
    using Block = void(const LinearGradientExtents*, const float* x, const float* dy, float* dw,
                       std::ptrdiff_t dw_stride);

    // Two sizes along each axis, whole or one: every further size is a function more for the compiler, in each
    // instruction set, and pays only below `rows` outputs or `columns` values of inputs.
    int lanes, rows, columns;
    Block *whole, *one_column, *one_row, *one;
    SumFunction* sum;
};
namespace detail {
template <class Isa, int Rows, int Columns>
constexpr LinearGradientBlocks make_linear_gradient_blocks() {
    using Block = LinearGradientBlocks::Block;
    return {Isa::lanes,
            Rows,
            Columns,
            block_entry<Isa, LinearWeightGradientBlock<Rows, Columns>, Block>,
            block_entry<Isa, LinearWeightGradientBlock<Rows, 1>, Block>,
            block_entry<Isa, LinearWeightGradientBlock<1, Columns>, Block>,
            block_entry<Isa, LinearWeightGradientBlock<1, 1>, Block>,
            sum_values<Isa>};
}
}  // namespace detail
template <class Isa>
TENET_LOCAL inline constexpr LinearGradientBlocks linear_gradient_blocks =
    detail::make_linear_gradient_blocks<Isa, 4, accumulator_count<Value<Isa>> == 24 ? 4 : 3>();

/// dw[o][i] = sum over n of dy[n][o] x[n][i] and db[o] = sum over n of dy[n][o] for the rows o of a tile, over all
/// samples of a batch; the rows are overwritten, the others left alone. Inputs are in the lanes: x_rows holds the
/// layer's input sample by sample (see `WriteSamples`), each row readable to the end of a vector whatever stands there;
/// dy[group][outputs] the output's gradient with samples in the lanes, zeros beyond the last sample. `db` may be null.
/// `dw` and `db` point to the whole parameter.
TENET_NOINLINE inline void linear_weight_gradient(const LinearGradientBlocks& blocks, const LinearGradientExtents& e,
                                                  const float* x_rows, const float* dy, float* dw, float* db) {
    const int lanes = blocks.lanes, count = e.last_output - e.first_output;
    const bool narrow = e.inputs < lanes, wide = e.inputs >= blocks.columns * lanes, high = count >= blocks.rows;
    const int width = (wide ? blocks.columns : 1) * lanes, height = high ? blocks.rows : 1;
    LinearGradientBlocks::Block* const block =
        wide ? (high ? blocks.whole : blocks.one_row) : (high ? blocks.one_column : blocks.one);
    // So many samples at a time: in one long row of additions the sum would lose the digits of what is added.
    constexpr int most_samples = 2048;
    LinearGradientExtents part = e;
    part.samples = std::min(e.samples, most_samples);
    const int parts = (e.samples + most_samples - 1) / most_samples;
    const std::ptrdiff_t x_part = most_samples * e.row_stride;
    const std::ptrdiff_t dy_part = most_samples * static_cast<std::ptrdiff_t>(e.outputs);
    // The last blocks are moved back to end at the last row or input; a vector wider than a row is cut after the fact.
    for (int i = 0; i < e.inputs; i += width) {
        const int begin = narrow || i + width <= e.inputs ? i : e.inputs - width;
        for (int o = 0; o < count; o += height) {
            const std::ptrdiff_t first = e.first_output + (o + height <= count ? o : count - height);
            const float* d = dy + first * lanes;
            float* to = dw + first * e.dw_stride + begin;
            if (!narrow && parts <= 1) {
                block(&part, x_rows + begin, d, to, e.dw_stride);
                continue;
            }
            float rows[4 * 4 * 16];
            const int inputs = narrow ? e.inputs : width;
            for (int p = 0; p < std::max(parts, 1); ++p) {
                part.samples = std::min(e.samples - p * most_samples, most_samples);
                block(&part, x_rows + begin + p * x_part, d + p * dy_part, rows, width);
                for (int r = 0; r < height; ++r)
                    for (int k = 0; k < inputs; ++k) {
                        float& sum = to[r * e.dw_stride + k];
                        sum = p > 0 ? sum + rows[r * width + k] : rows[r * width + k];
                    }
            }
        }
    }
    if (!db) return;
    const int groups = (e.samples + lanes - 1) / lanes;
    for (std::ptrdiff_t o = e.first_output; o < e.last_output; ++o)
        db[o] = blocks.sum(dy + o * lanes, static_cast<std::ptrdiff_t>(e.outputs) * lanes, groups);
}

}  // namespace tenet::cpu
