#pragma once

#include <cstddef>

#include <tenet/backend/cpu/isa.hpp>
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
    static constexpr int size = 6;  ///< with samples in the lanes: 4 x 6 or 2 x 6 sums
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
            const float start = bias ? bias[r] : 0.f;
            TENET_UNROLL
            for (int p = 0; p < Pixels; ++p) vector_at<T>(y + tile->output[p]) = sum[r][p] + start;
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

/// Rows of taps that meet nothing but zeros at a tile: tap row r at a pixel's position p along `axis` reads input row
/// p * step + first + r * delta, and rows outside [begin, end) are zeros of a border.
struct TapRows {
    int axis = 1;
    int count = 0, taps_per_row = 0;
    int step = 1, first = 0, delta = 0;
    int begin = 0, end = 0;
};

/// Walks over a grid tile by tile; leaves out the taps that meet nothing but zeros.
class TileWalk {
  public:
    TileWalk(const Correlation& all, const PixelGrid& grid, const TapRows& rows)
        : part(all), all_(all), grid_(grid), rows_(rows), left_(grid.count()) {}

    PixelTile tile;
    Correlation part;

    bool next() {
        if (left_ <= 0) return false;
        tile.count = left_ < PixelTile::size ? left_ : PixelTile::size;
        left_ -= tile.count;
        const int first_row = position_[rows_.axis], outer = position_[0];
        int last_row = first_row;
        bool ordered = true;  // all rows lie between first_row and last_row
        for (int p = 0; p < tile.count; ++p) {
            tile.input[p] = at(grid_.input);
            tile.output[p] = at(grid_.output);
            last_row = position_[rows_.axis];
            ordered = ordered && (rows_.axis == 0 || position_[0] == outer);
            step();
        }
        for (int p = tile.count; p < PixelTile::size; ++p) {
            tile.input[p] = tile.input[tile.count - 1];
            tile.output[p] = tile.output[tile.count - 1];
        }
        int begin = 0, end = rows_.count;
        if (ordered) {
            while (begin < end && all_zeros(begin, first_row, last_row)) ++begin;
            while (begin < end && all_zeros(end - 1, first_row, last_row)) --end;
        }
        if (rows_.count > 0) {
            part.taps = all_.taps + begin * rows_.taps_per_row;
            part.tap_count = (end - begin) * rows_.taps_per_row;
        }
        return true;
    }

  private:
    std::ptrdiff_t at(const std::ptrdiff_t (&step)[3]) const {
        return position_[0] * step[0] + position_[1] * step[1] + position_[2] * step[2];
    }
    void step() {
        if (++position_[2] < grid_.extent[2]) return;
        position_[2] = 0;
        if (++position_[1] < grid_.extent[1]) return;
        position_[1] = 0;
        ++position_[0];
    }
    bool all_zeros(int row, int first, int last) const {
        const int offset = rows_.first + row * rows_.delta;
        return last * rows_.step + offset < rows_.begin || first * rows_.step + offset >= rows_.end;
    }

    const Correlation& all_;
    const PixelGrid& grid_;
    const TapRows& rows_;
    int left_, position_[3]{};
};

/// All rows (output channels) and pixels of a correlation. After a block, `epilogue(rows, tile)` may change what was
/// written. Tiles go outermost: a tile's input stays in the first two caches while the weights stream past.
template <class T, class Epilogue>
TENET_INLINE void correlate(const Correlation& all, const PixelGrid& grid, const TapRows& tap_rows, int rows, const float* x,
                            const float* w, const float* bias, float* y, Epilogue epilogue) {
    constexpr int whole = accumulator_count<T> / PixelTile::size;
    for (TileWalk walk(all, grid, tap_rows); walk.next();)
        for (int row = 0; row < rows;) {
            const BlockRange block = next_block(whole, row, rows);
            for_block_size<whole>(block.size, [&]<int Rows>() TENET_INLINE_LAMBDA {
                call_block<T, CorrelationBlock<Rows>>(static_cast<const Correlation*>(&walk.part),
                                                      static_cast<const PixelTile*>(&walk.tile), x,
                                                      w + block.begin * all.row_weight, bias ? bias + block.begin : bias,
                                                      y + block.begin * all.row_output);
            });
            epilogue(block, walk.tile);
            row = block.end();
        }
}

}  // namespace tenet::cpu
