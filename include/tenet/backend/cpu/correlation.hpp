#pragma once

#include <cstddef>

#include <tenet/backend/cpu/block_table.hpp>
#include <tenet/backend/cpu/epilogue.hpp>
#include <tenet/backend/cpu/tile.hpp>

namespace tenet::cpu {

/// One tap of a correlation's kernel: offsets in floats from a channel's weights, and from a pixel of a channel.
struct Tap {
    int weight, input;
};

/// Sums over channels and taps of weight times input: what is common to all directions of all convolutions. Strides are
/// in floats.
struct Correlation {
    int channels = 0;  ///< to sum over
    std::ptrdiff_t channel_input = 0, channel_weight = 0;
    std::ptrdiff_t row_weight = 0, row_output = 0;  ///< between neighbouring sums of one pixel (output channels)
    const Tap* taps = nullptr;
    int tap_count = 0;
};

/// As many pixels as a register block has: each one's offsets in a channel of the input and of the output, in floats.
/// Behind the first `count`, the last one is repeated.
struct PixelTile {
    /// With samples in the lanes: 4 x 6 or 2 x 6 sums. clang loads all pixels of a step first: with 6 it would run out
    /// of registers.
#if defined(__clang__)
    static constexpr int size = 5;
#else
    static constexpr int size = 6;
#endif
    static constexpr int capacity = 7;
    int count = size;
    std::ptrdiff_t input[capacity], output[capacity];
};

/// Rows x Pixels sums in registers. Any kernel, stride, dilation and number of axes is a matter of its tables: a
/// tap costs two additions and one load more than with constant offsets, next to 24 multiply-adds.
template <int Rows, int Pixels = PixelTile::size>
struct CorrelationBlock {
    template <class T>
    static TENET_INLINE void run(const Correlation* correlation, const PixelTile* tile, const float* x, const float* w,
                                 const float* bias, float* y) {
        const Correlation& c = *correlation;
        Vector<T> sum[Rows][Pixels];
        TENET_UNROLL
        for (int r = 0; r < Rows; ++r) {
            TENET_UNROLL
            for (int p = 0; p < Pixels; ++p) sum[r][p] = Vector<T>{};
        }
        std::ptrdiff_t row = c.row_weight, offset[Pixels];
        opaque(row);
        x += tile->input[0];
        offset[0] = 0;
        TENET_UNROLL
        for (int p = 1; p < Pixels; ++p) {
            offset[p] = tile->input[p] - tile->input[0];
            opaque(offset[p]);
        }
        const Tap* const last = c.taps + c.tap_count;
        for (int channel = 0; channel < c.channels; ++channel, x += c.channel_input, w += c.channel_weight) {
            // A data gradient's weights of the next channel lie in another page, where no hardware prefetches them: 80
            // instead of 30 % of the peak with 512 channels.
            TENET_UNROLL
            for (int r = 0; r < Rows; ++r) __builtin_prefetch(w + 4 * c.channel_weight + r * row);
            for (const Tap* tap = c.taps; tap != last; ++tap) {
                const float* input = x + tap->input;
                const float* weight = w + tap->weight;
                float factor[Rows];
                TENET_UNROLL
                for (int r = 0; r < Rows; ++r) factor[r] = weight[r * row];
                TENET_UNROLL
                for (int p = 0; p < Pixels; ++p) {
                    const Vector<T> value = vector_at<T>(input + offset[p]);
                    TENET_UNROLL
                    for (int r = 0; r < Rows; ++r) sum[r][p] += factor[r] * value;
                }
            }
        }
        TENET_UNROLL
        for (int r = 0; r < Rows; ++r) {
            TENET_UNROLL
            for (int p = 0; p < Pixels; ++p) vector_at<T>(y + tile->output[p]) = sum[r][p] + bias[r];
            y += c.row_output;
        }
    }
};

/// Pixels to compute: `extent` along three axes, each step along an axis `input` and `output` floats further.
struct PixelGrid {
    int extent[3]{1, 1, 1};
    std::ptrdiff_t input[3]{}, output[3]{};

    constexpr int count() const { return extent[0] * extent[1] * extent[2]; }
};

/// The taps along one axis, where some may meet nothing but a border of zeros: tap i at a pixel's position p reads
/// input position p * step + first + i * delta, and positions outside [begin, end) are zeros.
struct TapAxis {
    int count = 0, step = 1, first = 0, delta = 0;
    int begin = 0, end = 0;

    bool zeros(int tap, int first_position, int last_position) const {
        const int offset = first + tap * delta;
        return last_position * step + offset < begin || first_position * step + offset >= end;
    }
};

/// Which taps a tile may leave out: the table is a matrix of rows along axis `axis` (0, or 1 if the kernel has one
/// slice) and `row_size` taps each, which for axis 1 lie along axis 2 as `columns` says. No rows: all taps are used.
struct TapBorder {
    int axis = 1, row_size = 0;
    TapAxis rows, columns;
    Tap* selected = nullptr;  ///< memory for as many taps as the table has
};

/// Walks over a grid in tiles of `size` pixels; leaves out taps that meet nothing but zeros. Tiles are runs of pixels
/// in row-major order, or two rows high if the border is so wide that such a tile loses whole columns of taps.
class TileWalk {
  public:
    TileWalk(int size, const Correlation& all, const PixelGrid& grid, const TapBorder& border)
        : part(all), all_(all), grid_(grid), border_(border), size_(size), left_(grid.count()) {
        block_height_ = size % 2 == 0 ? 2 : 1;
        block_width_ = size / block_height_;
        blocks_ = border.axis == 1 && border.rows.count > 3 && border.columns.count > 3 && border.columns.begin > 2 &&
                  grid.extent[0] == 1 && grid.extent[1] >= block_height_ && grid.extent[2] >= block_width_;
    }

    PixelTile tile;
    Correlation part;

    bool next() {
        if (left_ <= 0) return false;
        if (blocks_)
            next_block();
        else
            next_run();
        left_ -= tile.count;
        for (int p = tile.count; p < size_; ++p) {
            tile.input[p] = tile.input[tile.count - 1];
            tile.output[p] = tile.output[tile.count - 1];
        }
        return true;
    }

  private:
    void next_run() {
        tile.count = left_ < size_ ? left_ : size_;
        const int first = position_[border_.axis], outer = position_[0];
        int last = first;
        bool ordered = true;  // all positions lie between first and last
        for (int p = 0; p < tile.count; ++p) {
            if (p == 0 || position_[2] == 0) {
                place(p, position_[0], position_[1], position_[2]);
                last = position_[border_.axis];
                ordered = ordered && (border_.axis == 0 || position_[0] == outer);
            } else {
                tile.input[p] = tile.input[p - 1] + grid_.input[2];
                tile.output[p] = tile.output[p - 1] + grid_.output[2];
            }
            if (++position_[2] == grid_.extent[2]) {
                position_[2] = 0;
                if (++position_[1] == grid_.extent[1]) position_[1] = 0, ++position_[0];
            }
        }
        int begin = 0, end = border_.rows.count;
        if (ordered) shrink(border_.rows, first, last, begin, end);
        if (end > 0) {
            part.taps = all_.taps + begin * border_.row_size;
            part.tap_count = (end - begin) * border_.row_size;
        }
    }

    void next_block() {
        const int y = position_[1], x = position_[2];
        const int y_end = y + block_height_ < grid_.extent[1] ? y + block_height_ : grid_.extent[1];
        const int x_end = x + block_width_ < grid_.extent[2] ? x + block_width_ : grid_.extent[2];
        tile.count = 0;
        for (int i = y; i < y_end; ++i)
            for (int k = x; k < x_end; ++k) place(tile.count++, 0, i, k);
        int top = 0, bottom = border_.rows.count, left = 0, right = border_.columns.count;
        shrink(border_.rows, y, y_end - 1, top, bottom);
        shrink(border_.columns, x, x_end - 1, left, right);
        part.taps = border_.selected;
        part.tap_count = 0;
        for (int i = top; i < bottom; ++i)
            for (int k = left; k < right; ++k) border_.selected[part.tap_count++] = all_.taps[i * border_.row_size + k];
        position_[2] = x_end;
        if (x_end == grid_.extent[2]) position_[2] = 0, position_[1] = y_end;
    }

    void place(int p, int z, int y, int x) {
        tile.input[p] = z * grid_.input[0] + y * grid_.input[1] + x * grid_.input[2];
        tile.output[p] = z * grid_.output[0] + y * grid_.output[1] + x * grid_.output[2];
    }
    static void shrink(const TapAxis& taps, int first, int last, int& begin, int& end) {
        while (begin < end && taps.zeros(begin, first, last)) ++begin;
        while (begin < end && taps.zeros(end - 1, first, last)) --end;
    }

    const Correlation& all_;
    const PixelGrid& grid_;
    const TapBorder& border_;
    bool blocks_;
    int size_, block_height_, block_width_, left_, position_[3]{};
};

using CorrelationFunction = void(const Correlation*, const PixelTile*, const float* x, const float* w,
                                 const float* bias, float* y);

/// The register blocks of correlations with samples in the lanes.
struct CorrelationBlocks {
    int lanes;
    SizedBlocks<CorrelationFunction> rows;  // x PixelTile::size pixels
    CorrelationFunction* six_rows;          // x 4 pixels; may be null
};
namespace detail {
template <int Rows>
using TileCorrelation = CorrelationBlock<Rows>;
template <class Isa>
constexpr CorrelationFunction* six_rows() {
    if constexpr (accumulator_count<Value<Isa>> == 24)
        return block_entry<Isa, CorrelationBlock<6, 4>, CorrelationFunction>;
    else
        return nullptr;
}
}  // namespace detail
template <class Isa>
inline constexpr CorrelationBlocks correlation_blocks{
    Isa::lanes,
    sized_blocks<Isa, detail::TileCorrelation, accumulator_count<Value<Isa>> / PixelTile::size, CorrelationFunction>(),
    detail::six_rows<Isa>()};

/// All rows (output channels) and pixels of a correlation; `epilogue` follows each block. Tiles go outermost: a tile's
/// input stays in the first two caches while the weights stream past.
TENET_NOINLINE inline void correlate(const CorrelationBlocks& blocks, const Correlation& all, const PixelGrid& grid,
                                     const TapBorder& border, int rows, const float* x, const float* w,
                                     const float* bias, float* y, const Epilogue& epilogue) {
    // Fewer pixels meet fewer zeros of a border, but are more tiles, and each costs something.
    const bool sixes =
        blocks.six_rows && rows % 6 == 0 && rows % blocks.rows.whole != 0 && all.channels * all.tap_count > 64;
    for (TileWalk walk(sixes ? 4 : PixelTile::size, all, grid, border); walk.next();)
        for (int row = 0; row < rows;) {
            const BlockRange block = sixes ? BlockRange{row, 6} : blocks.rows.next(row, rows);
            const std::ptrdiff_t out = block.begin * all.row_output;
            CorrelationFunction* const run = sixes ? blocks.six_rows : blocks.rows[block.size];
            run(&walk.part, &walk.tile, x, w + block.begin * all.row_weight, bias ? bias + block.begin : no_bias,
                y + out);
            epilogue.run({block.size, all.row_output, walk.tile.count, walk.tile.output}, y, out);
            row = block.end();
        }
}

}  // namespace tenet::cpu
