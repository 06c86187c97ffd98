#pragma once

#include <cstddef>

#include <tenet/backend/cpu/block_table.hpp>
#include <tenet/backend/cpu/tile.hpp>
#include <tenet/backend/cpu/winograd_tiles.hpp>
#include <tenet/core/array_bound.hpp>

/// The register blocks of Winograd's convolution F(2x2, 3x3) (Lavin and Gray, 2015, https://arxiv.org/abs/1509.09308):
/// a tile of 2 x 2 outputs is A^T [sum over channels of (G g G^T) * (B^T d B)] A, where d are the tile's 4 x 4 inputs
/// and * multiplies point by point. That is 16 multiplications for each pair of channels instead of 36. Strides are in
/// floats.
namespace TENET_NAMESPACE::cpu {
namespace detail {

TENET_LOCAL inline constexpr int winograd_points = 16;
TENET_LOCAL inline constexpr int winograd_rows = 4;  // output channels of a register block

/// Neighbouring tiles: their four rows of the input, and where the transforms go.
struct WinogradStrip {
    PlaneRow rows[4];
    int channels = 0, width = 0;  // of the input
    int column = 0, tiles = 0;    // the first tile's first column may lie outside
    std::ptrdiff_t channel_values = 0, point_values = 0;
};

// Four inputs d become v = B^T d.
template <class T>
TENET_INLINE void winograd_input(const Vector<T> (&d)[4], Vector<T> (&v)[4]) {
    v[0] = d[0] - d[2];
    v[1] = d[1] + d[2];
    v[2] = d[2] - d[1];
    v[3] = d[1] - d[3];
}

// V[point][channel][tile] = B^T d B. Neighbours share two columns, which are transformed once.
struct WinogradInputs {
    template <class T>
    static TENET_INLINE void run(const WinogradStrip* strip, float* values) {
        constexpr int unit = lanes_of<T>;
        const WinogradStrip s = *strip;
        const float* rows[4]{s.rows[0].at, s.rows[1].at, s.rows[2].at, s.rows[3].at};
        Vector<T> zero;  // out here: nvcc 13 dies of such a constant in a lambda
        zero = Vector<T>{};
        const auto column = [&](int at, Vector<T>(&result)[4]) TENET_INLINE_LAMBDA {
            Vector<T> d[4];
            TENET_UNROLL
            for (int r = 0; r < 4; ++r)
                d[r] = at >= 0 && at < s.width ? vector_at<T>(rows[r] + at * s.rows[r].column_step) : zero;
            winograd_input<T>(d, result);
        };
        for (int c = 0; c < s.channels; ++c, values += s.channel_values) {
            Vector<T> columns[4][4];
            column(s.column, columns[0]);
            column(s.column + 1, columns[1]);
            float* v = values;
            for (int t = 0; t < s.tiles; ++t, v += unit) {
                column(s.column + 2 * t + 2, columns[2]);
                column(s.column + 2 * t + 3, columns[3]);
                TENET_UNROLL
                for (int i = 0; i < 4; ++i) {
                    const Vector<T> d[4]{columns[0][i], columns[1][i], columns[2][i], columns[3][i]};
                    Vector<T> row[4];
                    winograd_input<T>(d, row);
                    TENET_UNROLL
                    for (int j = 0; j < 4; ++j) vector_at<T>(v + (4 * i + j) * s.point_values) = row[j];
                    columns[0][i] = columns[2][i];
                    columns[1][i] = columns[3][i];
                }
            }
            TENET_UNROLL
            for (int r = 0; r < 4; ++r) rows[r] += s.rows[r].channel_step;
        }
    }
};

/// Transformed weights of a band of output channels: U[point][block][channel][4]. The gap between points is a cache
/// line, without which they would all lie in the same set of a cache.
struct WinogradWeights {
    TENET_LOCAL static constexpr int gap = 16;
    int channels = 0, blocks = 0;

    constexpr std::ptrdiff_t block_size() const { return std::ptrdiff_t{winograd_rows} * channels; }
    constexpr std::ptrdiff_t point_size() const { return blocks * block_size() + gap; }
    constexpr std::ptrdiff_t size() const { return winograd_points * point_size(); }
};

// M[point][row][tile] = the sum over channels of U V. The values, of which there are fewer, are loaded first: with the
// factors first, 16 registers would be too few.
template <int Tiles>
struct WinogradProducts {
    template <class T>
    static TENET_INLINE void run(const WinogradWeights* weights, const float* u, const float* values,
                                 std::ptrdiff_t point_values, float* sums, std::ptrdiff_t point_sums) {
        constexpr int unit = lanes_of<T>, rows = winograd_rows;
        const WinogradWeights w = *weights;
        for (int p = 0; p < winograd_points; ++p, u += w.gap, values += point_values, sums += point_sums) {
            float* m = sums;
            for (int block = 0; block < w.blocks; ++block, m += rows * Tiles * unit) {
                Vector<T> sum[array_bound(rows)][array_bound(Tiles)];
                TENET_UNROLL
                for (int r = 0; r < rows; ++r) {
                    TENET_UNROLL
                    for (int t = 0; t < Tiles; ++t) sum[r][t] = Vector<T>{};
                }
                const float* v = values;
                for (int c = 0; c < w.channels; ++c, v += Tiles * unit, u += rows) {
                    Vector<T> value[array_bound(Tiles)];
                    TENET_UNROLL
                    for (int t = 0; t < Tiles; ++t) value[t] = vector_at<T>(v + t * unit);
                    TENET_UNROLL
                    for (int r = 0; r < rows; ++r) {
                        const float factor = u[r];
                        TENET_UNROLL
                        for (int t = 0; t < Tiles; ++t) sum[r][t] += factor * value[t];
                    }
                }
                TENET_UNROLL
                for (int r = 0; r < rows; ++r) {
                    TENET_UNROLL
                    for (int t = 0; t < Tiles; ++t) vector_at<T>(m + (r * Tiles + t) * unit) = sum[r][t];
                }
            }
        }
    }
};

/// As many tiles as a register block has, and where their outputs go. At the end of an odd extent a tile has one row
/// or one column only.
struct WinogradTiles {
    TENET_LOCAL static constexpr int capacity = 4;
    struct Tile {
        std::ptrdiff_t output = 0;  // its first pixel
        bool right = true, below = true;
    };
    Tile tile[capacity];
    int count = 0, rows = 0;  // rows: output channels
    std::ptrdiff_t row_sums = 0, point_sums = 0;
    std::ptrdiff_t row_output = 0, line = 0;  // line: to the pixel below
};

// y = A^T M A + bias.
struct WinogradOutputs {
    template <class T>
    static TENET_INLINE void run(const WinogradTiles* tiles, const float* sums, const float* bias, float* y) {
        constexpr int unit = lanes_of<T>;
        const std::ptrdiff_t point = tiles->point_sums, line = tiles->line;
        for (int r = 0; r < tiles->rows; ++r, sums += tiles->row_sums, y += tiles->row_output) {
            const float b = bias ? bias[r] : 0.f;
            for (int t = 0; t < tiles->count; ++t) {
                const float* const m = sums + t * unit;
                Vector<T> half[2][4];
                TENET_UNROLL
                for (int j = 0; j < 4; ++j) {
                    Vector<T> column[4];
                    TENET_UNROLL
                    for (int i = 0; i < 4; ++i) column[i] = vector_at<T>(m + (4 * i + j) * point);
                    half[0][j] = column[0] + column[1] + column[2];
                    half[1][j] = column[1] - column[2] - column[3];
                }
                const WinogradTiles::Tile tile = tiles->tile[t];
                float* const at = y + tile.output;
                const auto write = [&](int i) TENET_INLINE_LAMBDA {
                    const Vector<T>(&h)[4] = half[i];
                    vector_at<T>(at + i * line) = h[0] + h[1] + h[2] + b;
                    if (tile.right) vector_at<T>(at + i * line + unit) = h[1] - h[2] - h[3] + b;
                };
                write(0);
                if (tile.below) write(1);
            }
        }
    }
};

}  // namespace detail

/// The functions of Winograd's convolution for one instruction set.
struct WinogradBlocks {
    using Inputs = void(const detail::WinogradStrip*, float* values);
    using Products = void(const detail::WinogradWeights*, const float* u, const float* values,
                          std::ptrdiff_t point_values, float* sums, std::ptrdiff_t point_sums);
    using Outputs = void(const detail::WinogradTiles*, const float* sums, const float* bias, float* y);

    int lanes, tiles;  // at a time
    Inputs* inputs;
    Products* products;
    Outputs* outputs;
};
namespace detail {
template <class Isa>
constexpr WinogradBlocks make_winograd_blocks() {
    // 4 x 4 sums hide all latencies, and few images have a number of tiles that four leave much over of. Into 16
    // registers 4 x 3 would just fit, but clang takes one more.
    constexpr int tiles = register_count<Value<Isa>> == 32 ? 4 : 2;
    return {Isa::lanes, tiles, block_entry<Isa, WinogradInputs, WinogradBlocks::Inputs>,
            block_entry<Isa, WinogradProducts<tiles>, WinogradBlocks::Products>,
            block_entry<Isa, WinogradOutputs, WinogradBlocks::Outputs>};
}
}  // namespace detail
template <class Isa>
TENET_LOCAL inline constexpr WinogradBlocks winograd_blocks = detail::make_winograd_blocks<Isa>();

}  // namespace tenet::cpu
