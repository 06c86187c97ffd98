#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <utility>

#include <tenet/backend/cpu/epilogue.hpp>
#include <tenet/backend/cpu/winograd_blocks.hpp>
#include <tenet/backend/cpu/winograd_tiles.hpp>
#include <tenet/backend/cpu/winograd_weights.hpp>
#include <tenet/operations/convolution.hpp>

namespace TENET_NAMESPACE::cpu {

/// Whether Winograd's convolution can compute this one: two axes, 3 x 3 weights, no steps, no groups, zeros around.
constexpr bool winograd_applies(const operations::Convolution& op) {
    for (int axis = 0; axis < 3; ++axis)
        if (op.kernel[axis] != (axis == 0 ? 1 : 3) || op.stride[axis] != 1 || op.dilation[axis] != 1) return false;
    return !op.direct && op.groups == 1 && op.in[0] == 1 && op.padding[0] == 0 &&
           (!op.has_padding() || op.padding_mode == operations::PaddingMode::zeros);
}

/// A correlation of planes with 3 x 3 kernels: a convolution's forward pass, or its data gradient.
struct WinogradCorrelation {
    /// Output channels whose products lie in memory at once, 64 KB: what the first-level cache does not hold, the
    /// second does.
    TENET_LOCAL static constexpr int band = 16;

    int channels = 0, rows = 0;          // of the input, of the output
    int in[2]{}, out[2]{}, before[2]{};  // before: zeros in front of the input; may be negative
    std::ptrdiff_t row_weight = 0, channel_weight = 0;
    bool flipped = false;

    static constexpr WinogradCorrelation forward(const operations::Convolution& op) {
        WinogradCorrelation c;
        c.channels = op.in_channels;
        c.rows = op.out_channels;
        for (int axis = 0; axis < 2; ++axis) {
            c.in[axis] = op.in[axis + 1];
            c.out[axis] = op.out[axis + 1];
            c.before[axis] = op.padding[axis + 1];
        }
        c.row_weight = std::ptrdiff_t{9} * op.in_channels;
        c.channel_weight = 9;
        return c;
    }
    static constexpr WinogradCorrelation data_gradient(const operations::Convolution& op) {
        WinogradCorrelation c = forward(op);
        std::swap(c.channels, c.rows);
        std::swap(c.row_weight, c.channel_weight);
        std::swap(c.in, c.out);
        for (int& zeros : c.before) zeros = 2 - zeros;
        c.flipped = true;
        return c;
    }

    constexpr int tiles(int axis) const { return (out[axis] + 1) / 2; }
    constexpr TiledPlanes planes(int lanes) const {
        return {lanes, channels, {in[0], in[1]}, {before[0], before[1]}, tiles(1)};
    }
    /// Roughly the time that one group of lanes takes, in multiply-adds: the products of whole blocks of tiles with
    /// what they lose, and the transforms. Measured with 16 lanes.
    constexpr std::int64_t cost() const {
        constexpr int block = detail::WinogradTiles::capacity;
        const std::int64_t all = std::int64_t{tiles(0)} * tiles(1), filled = (all + block - 1) / block * block;
        return filled * 18 * channels * rows + all * 50 * (channels + rows);
    }
    /// Output channels whose transformed weights lie in memory at once, about a megabyte: whole bands, or all.
    constexpr int panel() const {
        const int fitting = (1 << 18) / (detail::winograd_points * channels) / band * band;
        return std::min(rows, std::max(fitting, +band));
    }
    constexpr detail::WinogradWeights weights(int count) const {
        return {channels, (count + detail::winograd_rows - 1) / detail::winograd_rows};
    }
    /// Vectors between the points of transformed values: an odd number, for else they would all lie in the same set of
    /// a cache.
    static constexpr std::ptrdiff_t point_stride(int rows, int tiles) { return std::ptrdiff_t{rows} * tiles | 1; }

    /// Values of scratch.
    constexpr std::int64_t scratch() const {
        constexpr int tiles = detail::WinogradTiles::capacity;
        const std::int64_t floats = (panel() + band - 1) / band * weights(band).size();
        return detail::winograd_points * (point_stride(channels, tiles) + point_stride(band, tiles)) + floats / 4;
    }
};

/// Whether the CPU takes Winograd's convolution where it applies: if forward and data gradient together cost less than
/// direct sums, which leave out most taps that meet nothing but a border of zeros. With few channels the transforms
/// cost more than the products save, and of a small or odd image many tiles lie outside: [64, 5, 5] are better off
/// without, [64, 4, 4] and [64, 7, 7] are not.
constexpr bool takes_winograd(const operations::Convolution& op) {
    if (!winograd_applies(op) || std::min(op.in_channels, op.out_channels) < 8) return false;
    std::int64_t direct = std::int64_t{op.in_channels} * op.out_channels;
    for (int axis = 1; axis < 3; ++axis) {
        int taps = 0;
        for (int first = -op.padding[axis]; first < op.out[axis] - op.padding[axis]; ++first)
            taps += std::max(0, std::min(first + 3, op.in[axis]) - std::max(first, 0));
        direct *= taps;
    }
    return WinogradCorrelation::forward(op).cost() + WinogradCorrelation::data_gradient(op).cost() < 22 * direct / 10;
}

/// y = the correlation of x with w, plus a bias that may be null; `epilogue` follows while the sums are in the cache.
/// A few tiles at a time: their transformed inputs stay in the second-level cache while the weights stream past.
TENET_NOINLINE inline void winograd_correlate(const WinogradBlocks& blocks, const WinogradCorrelation& c,
                                              const float* x, const float* w, const float* bias, float* y,
                                              float* scratch, const Epilogue& epilogue) {
    constexpr int points = detail::winograd_points, band = WinogradCorrelation::band;
    const int unit = blocks.lanes, across = c.tiles(1), all = c.tiles(0) * across;
    const TiledPlanes planes = c.planes(unit);
    detail::WinogradStrip strip;
    strip.channels = c.channels;
    strip.width = c.in[1];
    strip.channel_values = std::ptrdiff_t{blocks.tiles} * unit;
    strip.point_values = c.point_stride(c.channels, blocks.tiles) * unit;
    detail::WinogradTiles tiles;
    tiles.count = std::min(all, blocks.tiles);
    tiles.row_sums = std::ptrdiff_t{blocks.tiles} * unit;
    tiles.point_sums = c.point_stride(band, blocks.tiles) * unit;
    tiles.line = std::ptrdiff_t{c.out[1]} * unit;
    tiles.row_output = c.out[0] * tiles.line;
    float* const values = scratch;
    float* const sums = values + points * strip.point_values;
    float* const weights = sums + points * tiles.point_sums;
    // Products of tiles that are not there go nowhere, but numbers that happen to be denormal would cost time.
    if (tiles.count < blocks.tiles)
        std::memset(values, 0, static_cast<std::size_t>(points * strip.point_values) * sizeof(float));

    for (int panel = 0; panel < c.rows; panel += c.panel()) {
        const int panel_rows = std::min(c.panel(), c.rows - panel);
        float* u = weights;
        for (int row = 0; row < panel_rows; row += band) {
            const int rows = std::min(band, panel_rows - row);
            detail::winograd_weights({w + (panel + row) * c.row_weight, c.row_weight, c.channel_weight, c.flipped},
                                     c.weights(rows), rows, u);
            u += c.weights(rows).size();
        }
        for (int next = 0; next < all; next += tiles.count) {
            // The last tiles overlap those before.
            const int first = std::min(next, all - tiles.count);
            planes.for_each_run(first, tiles.count, [&](int done, int count, int row, int column) {
                for (int r = 0; r < 4; ++r) strip.rows[r] = planes.row(x, row + r);
                strip.column = column;
                strip.tiles = count;
                blocks.inputs(&strip, values + done * unit);
            });
            std::ptrdiff_t pixels[4 * detail::WinogradTiles::capacity];
            int count = 0;
            for (int t = 0; t < tiles.count; ++t) {
                const int oy = 2 * ((first + t) / across), ox = 2 * ((first + t) % across);
                detail::WinogradTiles::Tile& tile = tiles.tile[t];
                tile = {oy * tiles.line + ox * unit, ox + 1 < c.out[1], oy + 1 < c.out[0]};
                for (int i = 0; i <= tile.below; ++i)
                    for (int j = 0; j <= tile.right; ++j) pixels[count++] = tile.output + i * tiles.line + j * unit;
            }
            u = weights;
            for (int row = 0; row < panel_rows; row += band) {
                tiles.rows = std::min(band, panel_rows - row);
                const detail::WinogradWeights layout = c.weights(tiles.rows);
                const std::ptrdiff_t at = (panel + row) * tiles.row_output;
                // The lines that outputs go to arrive while products are computed: 3 % of 32 channels of 28 x 28.
                for (int r = 0; r < tiles.rows; ++r)
                    for (int i = 0; i < count; ++i) __builtin_prefetch(y + at + r * tiles.row_output + pixels[i], 1, 2);
                blocks.products(&layout, u, values, strip.point_values, sums, tiles.point_sums);
                blocks.outputs(&tiles, sums, bias ? bias + panel + row : bias, y + at);
                epilogue.run({tiles.rows, tiles.row_output, count, pixels}, y, at);
                u += layout.size();
            }
        }
    }
}

}  // namespace tenet::cpu
