#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include <tenet/backend/cpu/transpose.hpp>
#include <tenet/backend/cpu/winograd.hpp>
#include <tenet/backend/cpu/winograd_tiles.hpp>
#include <tenet/backend/cpu/winograd_weights.hpp>
#include <tenet/core/array_bound.hpp>

/// The gradient of Winograd's convolution by its weights is G^T [sum over tiles of (A dy A^T) * (B^T x B)] G: again 16
/// multiplications for a tile and a pair of channels instead of 36.
namespace TENET_NAMESPACE::cpu {
namespace detail {

/// Neighbouring tiles and one row of their transforms: column by column first + factor * second.
struct WinogradRow {
    PlaneRow first, second;
    float factor = 1;
    int channels = 0, width = 0;  // of the planes
    int column = 0, tiles = 0;    // the first tile's first column may lie outside
    std::ptrdiff_t block_values = 0, point_values = 0;
};

// Values[point][block of channels][tile][channel of the block] of the four points of a row; of x, whose tiles have four
// columns and share two with their neighbours, or of dy, whose tiles have two.
template <int Channels, bool Shared>
struct WinogradRowTransform {
    template <class T>
    static TENET_INLINE void run(const WinogradRow* row, float* values) {
        constexpr int unit = lanes_of<T>;
        const WinogradRow w = *row;
        const float *first = w.first.at, *second = w.second.at;
        Vector<T> zero;  // out here: nvcc 13 dies of such a constant in a lambda
        zero = Vector<T>{};
        // Into a variable: clang warns of functions that return vectors.
        const auto column = [&](int at, Vector<T>& result) TENET_INLINE_LAMBDA {
            result = at < 0 || at >= w.width ? zero
                                             : vector_at<T>(first + at * w.first.column_step) +
                                                   w.factor * vector_at<T>(second + at * w.second.column_step);
        };
        for (int c = 0; c < w.channels; ++c, first += w.first.channel_step, second += w.second.channel_step) {
            float* v = values + c / Channels * w.block_values + c % Channels * unit;
            Vector<T> d0{}, d1{};
            if constexpr (Shared) {
                column(w.column, d0);
                column(w.column + 1, d1);
            }
            for (int t = 0; t < w.tiles; ++t, v += Channels * unit) {
                const int at = w.column + 2 * t;
                if constexpr (Shared) {
                    Vector<T> d2, d3;
                    column(at + 2, d2);
                    column(at + 3, d3);
                    vector_at<T>(v) = d0 - d2;
                    vector_at<T>(v + w.point_values) = d1 + d2;
                    vector_at<T>(v + 2 * w.point_values) = d2 - d1;
                    vector_at<T>(v + 3 * w.point_values) = d1 - d3;
                    d0 = d2;
                    d1 = d3;
                } else {
                    Vector<T> left, right;
                    column(at, left);
                    column(at + 1, right);
                    vector_at<T>(v) = left;
                    vector_at<T>(v + w.point_values) = left + right;
                    vector_at<T>(v + 2 * w.point_values) = left - right;
                    vector_at<T>(v + 3 * w.point_values) = right;
                }
            }
        }
    }
};

/// Sums over tiles and lanes at one point, for all pairs of blocks of channels.
struct WinogradSums {
    int tiles = 0, in_blocks = 0, out_blocks = 0;
};

// sums[input block][output block][input channel][output channel] += gradients * values.
template <int Channels>
struct WinogradGradientProducts {
    template <class T>
    static TENET_INLINE void run(const WinogradSums* extents, const float* values, const float* gradients,
                                 float* sums) {
        constexpr int unit = lanes_of<T>, rows = winograd_rows, count = rows * Channels;
        const WinogradSums e = *extents;
        for (int in = 0; in < e.in_blocks; ++in, values += e.tiles * Channels * unit) {
            const float* gradient = gradients;
            for (int out = 0; out < e.out_blocks; ++out, sums += count) {
                Vector<T> sum[array_bound(count)];
                TENET_UNROLL
                for (int i = 0; i < count; ++i) sum[i] = Vector<T>{};
                const float* value = values;
                for (int t = 0; t < e.tiles; ++t, value += Channels * unit, gradient += rows * unit) {
                    Vector<T> v[array_bound(Channels)];
                    TENET_UNROLL
                    for (int c = 0; c < Channels; ++c) v[c] = vector_at<T>(value + c * unit);
                    TENET_UNROLL
                    for (int r = 0; r < rows; ++r) {
                        const Vector<T> g = vector_at<T>(gradient + r * unit);
                        TENET_UNROLL
                        for (int c = 0; c < Channels; ++c) sum[c * rows + r] += g * v[c];
                    }
                }
                TENET_UNROLL
                for (int i = 0; i < count; i += unit) {
                    Vector<T> part[array_bound(unit)];
                    TENET_UNROLL
                    for (int k = 0; k < unit; ++k) part[k] = sum[i + k];
                    reduce_lanes<T>(part);
                    vector_at<T>(sums + i) += part[0];
                }
            }
        }
    }
};

}  // namespace detail

/// The functions of `winograd_weight_gradient` for one instruction set.
struct WinogradGradientBlocks {
    using Transform = void(const detail::WinogradRow*, float* values);
    using Products = void(const detail::WinogradSums*, const float* values, const float* gradients, float* sums);

    int lanes, channels;  // input channels of a block
    Transform *inputs, *gradients;
    Products* products;
};
namespace detail {
template <class Isa>
constexpr WinogradGradientBlocks make_winograd_gradient_blocks() {
    using Transform = WinogradGradientBlocks::Transform;
    constexpr int channels = register_count<Value<Isa>> == 32 ? 4 : 2;
    return {Isa::lanes, channels, block_entry<Isa, WinogradRowTransform<channels, true>, Transform>,
            block_entry<Isa, WinogradRowTransform<winograd_rows, false>, Transform>,
            block_entry<Isa, WinogradGradientProducts<channels>, WinogradGradientBlocks::Products>};
}
}  // namespace detail
template <class Isa>
TENET_LOCAL inline constexpr WinogradGradientBlocks winograd_gradient_blocks =
    detail::make_winograd_gradient_blocks<Isa>();

/// How `winograd_weight_gradient` divides its work.
struct WinogradGradientPlan {
    int panel = 0;        // output channels whose sums lie in memory at once
    int in_channels = 0;  // filled up to whole blocks
    // At a time: both factors of a product stay in the second-level cache, and the more tiles, the fewer sums over
    // lanes.
    int tiles = 0;
    std::ptrdiff_t point_sums = 0;  // floats

    static constexpr WinogradGradientPlan of(const operations::Convolution& op) {
        const WinogradCorrelation c = WinogradCorrelation::forward(op);
        const auto filled = [](int channels) { return (channels + 3) / 4 * 4; };
        WinogradGradientPlan plan;
        plan.panel = filled(c.panel());
        plan.in_channels = filled(c.channels);
        const int all = c.tiles(0) * c.tiles(1);
        const int most = std::clamp(8192 / (plan.panel + plan.in_channels), 16, 32);
        const int chunks = (all + most - 1) / most;
        plan.tiles = (all + chunks - 1) / chunks;
        plan.point_sums = std::ptrdiff_t{plan.panel} * plan.in_channels + detail::WinogradWeights::gap;
        return plan;
    }
    /// Values of scratch.
    constexpr std::int64_t scratch() const {
        return std::int64_t{4} * (panel + in_channels) * tiles + detail::winograd_points * point_sums / 4;
    }
};

/// dw += the sum over pixels and lanes of dy times x, by Winograd's transforms; dw as PyTorch has it.
TENET_NOINLINE inline void winograd_weight_gradient(const WinogradGradientBlocks& blocks,
                                                    const operations::Convolution& op, const float* x, const float* dy,
                                                    float* dw, float* scratch) {
    const WinogradCorrelation c = WinogradCorrelation::forward(op);
    const WinogradGradientPlan plan = WinogradGradientPlan::of(op);
    const int unit = blocks.lanes, across = c.tiles(1), all = c.tiles(0) * across;
    const std::ptrdiff_t value_points = std::ptrdiff_t{plan.in_channels} * plan.tiles * unit;
    const std::ptrdiff_t gradient_points = std::ptrdiff_t{plan.panel} * plan.tiles * unit;
    const std::ptrdiff_t out_plane = std::ptrdiff_t{op.out_count()} * unit;
    float* const values = scratch;
    float* const gradients = values + 4 * value_points;
    float* const sums = gradients + 4 * gradient_points;
    // Channels that fill up a block are zeros.
    const auto clear = [](float* at, std::ptrdiff_t count) {
        std::memset(at, 0, static_cast<std::size_t>(count) * sizeof(float));
    };
    if (plan.in_channels > op.in_channels || op.out_channels % 4 > 0)
        clear(values, 4 * (value_points + gradient_points));
    // Row i of B^T x, and of A dy but for the sign of the last, as sums of two of a tile's rows.
    constexpr struct {
        int first;
        float factor;
        int second;
    } input_rows[4]{{0, -1, 2}, {1, 1, 2}, {2, -1, 1}, {1, -1, 3}},
        gradient_rows[4]{{0, 0, 1}, {0, 1, 1}, {0, -1, 1}, {1, 0, 0}};
    const auto transform = [&](auto* block, int block_channels, const TiledPlanes& planes, const float* from,
                               const auto& sum, int first, int count, std::ptrdiff_t point_values, float* to) {
        detail::WinogradRow row;
        row.factor = sum.factor;
        row.channels = planes.channels;
        row.width = planes.extent[1];
        row.block_values = std::ptrdiff_t{count} * block_channels * unit;
        row.point_values = point_values;
        planes.for_each_run(first, count, [&](int done, int tiles, int row_begin, int column) {
            row.first = planes.row(from, row_begin + sum.first);
            row.second = planes.row(from, row_begin + sum.second);
            row.column = column;
            row.tiles = tiles;
            block(&row, to + std::ptrdiff_t{done} * block_channels * unit);
        });
    };

    for (int panel = 0; panel < op.out_channels; panel += plan.panel) {
        const int rows = std::min(plan.panel, op.out_channels - panel);
        const TiledPlanes outputs{unit, rows, {c.out[0], c.out[1]}, {0, 0}, across};
        detail::WinogradSums extents;
        extents.in_blocks = (op.in_channels + blocks.channels - 1) / blocks.channels;
        extents.out_blocks = (rows + 3) / 4;
        clear(sums, detail::winograd_points * plan.point_sums);
        for (int first = 0; first < all; first += plan.tiles) {
            extents.tiles = std::min(plan.tiles, all - first);
            for (int i = 0; i < 4; ++i) {
                transform(blocks.inputs, blocks.channels, c.planes(unit), x, input_rows[i], first, extents.tiles,
                          value_points, values);
                transform(blocks.gradients, detail::winograd_rows, outputs, dy + panel * out_plane, gradient_rows[i],
                          first, extents.tiles, gradient_points, gradients);
                for (int j = 0; j < 4; ++j)
                    blocks.products(&extents, values + j * value_points, gradients + j * gradient_points,
                                    sums + (4 * i + j) * plan.point_sums);
            }
        }
        detail::winograd_add_weights({sums, plan.point_sums, extents.out_blocks, blocks.channels}, op.in_channels, rows,
                                     dw + panel * std::ptrdiff_t{9} * op.in_channels);
    }
}

}  // namespace tenet::cpu
