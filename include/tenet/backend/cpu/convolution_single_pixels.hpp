#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include <tenet/backend/cpu/convolution_forward.hpp>
#include <tenet/backend/cpu/correlation.hpp>
#include <tenet/backend/cpu/pad.hpp>

namespace TENET_NAMESPACE::cpu {
namespace detail {

/// One sample's input, so arranged that neighbouring outputs of a slice read neighbouring numbers for every tap: for
/// each channel and tap column a copy of all padded rows with only the columns that this tap meets, rows sorted by
/// their remainder by the stride. 1 x 1 kernels with stride 1 read the input as it is.
struct TapColumns {
    int rows = 0, width = 0;  // rows of a slice, and numbers of each
    std::int64_t slice = 0, channel = 0;
    bool copied = true;

    static constexpr TapColumns of(const operations::Convolution& op) {
        TapColumns t;
        t.rows = op.padded(1);
        t.width = op.out[2];
        t.slice = static_cast<std::int64_t>(t.rows) * t.width;
        t.channel = t.slice * op.padded(0) * op.kernel[2];
        t.copied = op.has_padding() || op.kernel[2] > 1 || op.stride[1] > 1 || op.stride[2] > 1;
        return t;
    }

    /// The place of a row among the rows of a slice.
    static constexpr int place(const operations::Convolution& op, int row) {
        const int remainder = row % op.stride[1], rows = op.padded(1);
        int before = 0;
        for (int r = 0; r < remainder; ++r) before += (rows - r + op.stride[1] - 1) / op.stride[1];
        return before + row / op.stride[1];
    }
};

// Rows of `width` numbers, `wide` apart, one behind the other. Narrow ones are written as whole vectors, whose rest the
// next row overwrites.
struct CopyRows {
    template <class T>
    static TENET_INLINE void run(const float* from, std::ptrdiff_t wide, float* to, int width, int rows) {
        constexpr int unit = lanes_of<T>;
        if (width <= unit) {
            for (int y = 0; y < rows; ++y, from += wide, to += width) vector_at<T>(to) = vector_at<T>(from);
            return;
        }
        for (int y = 0; y < rows; ++y, from += wide, to += width) {
            for (int i = 0; i < width - unit; i += unit) vector_at<T>(to + i) = vector_at<T>(from + i);
            vector_at<T>(to + width - unit) = vector_at<T>(from + width - unit);
        }
    }
};

}  // namespace detail

/// The functions of `convolution_single_pixels` for one instruction set: blocks of output channels x vectors of
/// neighbouring outputs, the widest first that is to be preferred.
struct PixelLaneBlocks {
    struct Tile {
        int pixels = 0;  // vectors
        SizedBlocks<CorrelationFunction> rows{};
        int rounded_up(int vectors) const { return (vectors + pixels - 1) / pixels * pixels; }
        /// Not all instruction sets have all tiles, and the narrower ones have no block for single rows.
        bool suits(int vectors, int row_count) const {
            return rows.whole > 0 && is_for(pixels, vectors) && (rows.one_block || row_count >= rows.half);
        }
        /// The narrowest tiles are for images that have no more pixels: between theirs, products are few.
        static constexpr bool is_for(int pixels, int vectors) { return pixels >= 3 || vectors <= pixels; }
    };

    int lanes;
    void (*copy_rows)(const float* from, std::ptrdiff_t wide, float* to, int width, int rows);
    Tile tiles[6]{};

    /// The tile that wastes least behind the last output.
    const Tile& tile(int vectors, int rows) const {
        const Tile* best = &tiles[0];
        for (const Tile& t : tiles)
            if (t.suits(vectors, rows) && t.rounded_up(vectors) < best->rounded_up(vectors)) best = &t;
        return *best;
    }
};

namespace detail {

template <int Rows>
using FourVectors = CorrelationBlock<Rows, 4>;
template <int Rows>
using SevenVectors = CorrelationBlock<Rows, 7>;

template <class Isa>
constexpr PixelLaneBlocks make_pixel_lane_blocks() {
    constexpr int rows = accumulator_count<Value<Isa>> / PixelTile::size;
    PixelLaneBlocks blocks{Isa::lanes,
                           block_entry<Isa, CopyRows, void(const float*, std::ptrdiff_t, float*, int, int)>,
                           {{PixelTile::size, sized_blocks<Isa, TileCorrelation, rows, CorrelationFunction>()}}};
    constexpr bool many = register_count<Value<Isa>> == 32;
    if constexpr (many) {  // for 8 factors and 8 or more sums
        blocks.tiles[3] = {3, narrow_blocks<Isa, 3>()};
        blocks.tiles[4] = {2, narrow_blocks<Isa, 2>()};
        blocks.tiles[5] = {1, narrow_blocks<Isa, 1>()};
    }
#if defined(__clang__)  // see PixelTile::size
    if constexpr (!runs_seldom<Isa>) blocks.tiles[1] = {4, sized_blocks<Isa, FourVectors, rows, CorrelationFunction>()};
#else
    constexpr int four_rows = many ? 6 : 3;
    if constexpr (many) blocks.tiles[1] = {7, sized_blocks<Isa, SevenVectors, rows, CorrelationFunction>()};
    if constexpr (!runs_seldom<Isa>)
        blocks.tiles[2] = {4, sized_blocks<Isa, FourVectors, four_rows, CorrelationFunction>()};
#endif
    return blocks;
}

// `x` is the input with its border. What `copy_rows` writes too much, a later copy overwrites (rows come in order, and
// `widest_single` floats follow the last); only behind x's last row nothing may be read.
TENET_NOINLINE inline void fill_tap_columns(const PixelLaneBlocks& blocks, const operations::Convolution& op,
                                            const float* x, float* columns) {
    const TapColumns t = TapColumns::of(op);
    const int wide = op.padded(2), rows = op.in_channels * op.padded(0) * t.rows;
    const bool plain = op.stride[1] == 1 && op.stride[2] == 1;
    const int safe_rows = plain ? rows - (blocks.lanes + wide - 1) / wide : 0;
    for (int c = 0, first_row = 0; c < op.in_channels; ++c, first_row += op.padded(0) * t.rows)
        for (int k = 0; k < op.kernel[2]; ++k)
            for (int z = 0, row = first_row; z < op.padded(0); ++z, row += t.rows, columns += t.slice) {
                const float* from = x + static_cast<std::ptrdiff_t>(row) * wide + k * op.dilation[2];
                const int left = safe_rows - row < t.rows ? safe_rows - row : t.rows, safe = left > 0 ? left : 0;
                if (safe > 0) blocks.copy_rows(from, wide, columns, t.width, safe);
                for (int y = safe; y < t.rows; ++y) {
                    float* to = columns + std::ptrdiff_t{plain ? y : TapColumns::place(op, y)} * t.width;
                    const float* numbers = from + static_cast<std::ptrdiff_t>(y) * wide;
                    for (int i = 0; i < t.width; ++i) to[i] = numbers[i * op.stride[2]];
                }
            }
}

// Columns of outputs that lie as the input does are the whole input, shifted: what a shift brings from a neighbouring
// row belongs to the border.
constexpr bool columns_are_shifts(const operations::Convolution& op) {
    return op.stride[1] == 1 && op.stride[2] == 1 && op.out[2] == op.in[2] && op.padding[2] < op.in[2] &&
           op.padding_mode == operations::PaddingMode::zeros;
}

TENET_NOINLINE inline void fill_shifted_columns(const operations::Convolution& op, const float* x, float* columns) {
    const int width = op.in[2], plane = op.in[1] * width, border = op.padding[1] * width;
    for (int c = 0; c < op.in_channels; ++c, x += op.in_count())
        for (int k = 0; k < op.kernel[2]; ++k) {
            const int shift = k * op.dilation[2] - op.padding[2], gap = shift < 0 ? -shift : shift;
            for (int z = 0; z < op.padded(0); ++z, columns += plane + 2 * border) {
                const int from = z - op.padding[0];
                if (from < 0 || from >= op.in[0]) {
                    std::fill_n(columns, plane + 2 * border, 0.0f);
                    continue;
                }
                const float* numbers = x + from * plane;
                float* to = columns + border;
                std::fill_n(columns, border, 0.0f);
                if (shift < 0)
                    std::copy_n(numbers, plane - gap, to + gap);
                else
                    std::copy_n(numbers + gap, plane - gap, to);
                float* edge = shift < 0 ? to : to + width - gap;
                for (int i = 0; i < gap; ++i)  // in this order no call for a row's few numbers
                    for (int row = 0; row < op.in[1]; ++row) edge[row * width + i] = 0.0f;
                std::fill_n(to + plane, border, 0.0f);
            }
        }
}

// All channels and outputs of one slice.
TENET_NOINLINE inline void sum_single(const PixelLaneBlocks& blocks, const Correlation& c, int count, int rows,
                                      const float* x, const float* w, const float* bias, float* y) {
    const int unit = blocks.lanes, last = count > unit ? count - unit : 0;
    const PixelLaneBlocks::Tile& tile = blocks.tile((count + unit - 1) / unit, rows);
    for (int done = 0; done < count; done += tile.pixels * unit) {
        PixelTile pixels;
        for (int p = 0; p < tile.pixels; ++p) {
            const int at = done + p * unit;
            pixels.input[p] = pixels.output[p] = at < last ? at : last;
        }
        for (int row = 0; row < rows;) {
            const BlockRange block = tile.rows.next(row, rows);
            tile.rows[block.size](&c, &pixels, x, w + block.begin * c.row_weight, bias ? bias + block.begin : no_bias,
                                  y + block.begin * c.row_output);
            row = block.end();
        }
    }
}

TENET_LOCAL inline constexpr int widest_single = 16;

}  // namespace detail

template <class Isa>
TENET_LOCAL inline constexpr PixelLaneBlocks pixel_lane_blocks = detail::make_pixel_lane_blocks<Isa>();

/// Floats of scratch for `convolution_single_pixels`.
constexpr std::int64_t convolution_single_pixels_scratch(const operations::Convolution& op) {
    constexpr int widest = detail::widest_single;
    const detail::TapColumns t = detail::TapColumns::of(op);
    return 2 * op.kernel_count() + op.in_channels * ((op.has_padding() ? op.padded_count() : 0) + t.channel) + widest +
           (op.out[1] * op.out[2] < widest ? op.out_channels * widest : 0);
}

/// Vectors of neighbouring outputs that its tiles compute for so many.
constexpr int convolution_single_slots(int vectors, int lanes) {
    const bool many_registers = lanes == 16 || register_count<Lanes<4>> == 32;
    int places = (vectors + 5) / 6 * 6;
    for (const int pixels : {7, 4, 3, 2, 1})
        if (PixelLaneBlocks::Tile::is_for(pixels, vectors) && (many_registers || (pixels == 4 && lanes == 8)))
            places = std::min(places, (vectors + pixels - 1) / pixels * pixels);
    return places;
}

/// About how long `convolution_single_pixels` takes with so many lanes, in multiply-adds of vectors.
constexpr std::int64_t convolution_single_pixels_cost(const operations::Convolution& op, int lanes) {
    constexpr int copy = 2, stepped_copy = 12;  // of a vector; of a row, and one for each of its numbers
    const detail::TapColumns t = detail::TapColumns::of(op);
    const int vectors = (op.out[1] * op.out[2] + lanes - 1) / lanes;
    const int places = convolution_single_slots(vectors, lanes);
    const int start = places == 1 ? 12 : 4;  // of the next channel for 8 output channels
    const std::int64_t starts = op.weight_count() / op.kernel_count() / 8;
    const bool stepped = op.stride[1] > 1 || op.stride[2] > 1;
    const std::int64_t copied_rows = t.copied ? op.in_channels * t.channel / op.out[2] : 0;
    const std::int64_t copies =
        copied_rows * (stepped ? stepped_copy + op.out[2] : copy * ((op.out[2] + lanes - 1) / lanes));
    return op.out[0] * (std::int64_t{places} * op.weight_count() + start * starts) + copies;
}

/// y = bias + the convolution of x with w for one sample of plain floats: pixels in the lanes. `bias` may be null.
TENET_NOINLINE inline void convolution_single_pixels(const PixelLaneBlocks& blocks, const operations::Convolution& op,
                                                     const float* x, const float* w, const float* bias, float* y,
                                                     float* scratch) {
    const detail::TapColumns t = detail::TapColumns::of(op);
    Tap* taps = reinterpret_cast<Tap*>(scratch);
    for (int a = 0, i = 0; a < op.kernel[0]; ++a)
        for (int b = 0; b < op.kernel[1]; ++b)
            for (int s = 0; s < op.kernel[2]; ++s, ++i)
                taps[i] = {
                    i, static_cast<int>((static_cast<std::int64_t>(s) * op.padded(0) + a * op.dilation[0]) * t.slice +
                                        detail::TapColumns::place(op, b * op.dilation[1]) * t.width)};
    float* bordered = scratch + 2 * op.kernel_count();
    float* columns = bordered + (op.has_padding() ? op.in_channels * op.padded_count() : 0);
    float* spare = columns + op.in_channels * t.channel + detail::widest_single;
    const int count = op.out[1] * op.out[2];
    const bool few = count < blocks.lanes;  // a vector of sums would not fit behind y's last slice
    if (t.copied || few) {
        if (detail::columns_are_shifts(op)) {
            detail::fill_shifted_columns(op, x, columns);
        } else {
            if (op.has_padding()) pad(Padded::input_of(op), 1, x, bordered);
            detail::fill_tap_columns(blocks, op, op.has_padding() ? bordered : x, columns);
        }
        x = columns;
    }
    const int group_in = op.group_in_channels(), group_out = op.group_out_channels();
    Correlation c;
    c.channels = group_in;
    c.channel_input = t.channel;
    c.channel_weight = op.kernel_count();
    c.row_weight = static_cast<std::ptrdiff_t>(group_in) * op.kernel_count();
    c.row_output = few ? blocks.lanes : op.out_count();
    c.taps = taps;
    c.tap_count = op.kernel_count();
    for (int z = 0; z < op.out[0]; ++z) {
        for (int g = 0; g < op.groups; ++g) {
            const int first = g * group_out;
            detail::sum_single(blocks, c, count, group_out, x + g * group_in * t.channel + z * op.stride[0] * t.slice,
                               w + first * c.row_weight, bias ? bias + first : bias,
                               few ? spare + first * blocks.lanes
                                   : y + static_cast<std::ptrdiff_t>(first) * op.out_count() + z * count);
        }
        for (int k = 0; few && k < op.out_channels; ++k)
            for (int i = 0; i < count; ++i)
                y[static_cast<std::ptrdiff_t>(k) * op.out_count() + z * count + i] = spare[k * blocks.lanes + i];
    }
}

}  // namespace tenet::cpu
