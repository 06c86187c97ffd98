#pragma once

#include <cstddef>

#include <tenet/backend/cpu/block_table.hpp>
#include <tenet/backend/cpu/epilogue.hpp>
#include <tenet/backend/cpu/tile.hpp>
#include <tenet/core/array_bound.hpp>

namespace TENET_NAMESPACE::cpu {

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
    TENET_LOCAL static constexpr int size = 5;
#else
    TENET_LOCAL static constexpr int size = 6;
#endif
    TENET_LOCAL static constexpr int capacity = 7;
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
        Vector<T> sum[array_bound(Rows)][array_bound(Pixels)];
        TENET_UNROLL
        for (int r = 0; r < Rows; ++r) {
            TENET_UNROLL
            for (int p = 0; p < Pixels; ++p) sum[r][p] = Vector<T>{};
        }
        std::ptrdiff_t row = c.row_weight, offset[array_bound(Pixels)];
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
                float factor[array_bound(Rows)];
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

/// The taps along one axis: tap i at position p reads input position p * step + first + i * delta. Outside [0, extent)
/// there are zeros, which are not stored.
struct TapAxis {
    int count = 1, step = 1, first = 0, delta = 0, extent = 1;

    struct Range {
        int begin = 0, end = 0;
        bool operator==(const Range&) const = default;
        int size() const { return end - begin; }
    };
    /// The taps that meet the input from position p.
    Range meeting(int p) const {
        const auto outside = [&](int tap) {
            const int at = p * step + first + tap * delta;
            return at < 0 || at >= extent;
        };
        Range taps{0, count};
        while (taps.begin < taps.end && outside(taps.begin)) ++taps.begin;
        while (taps.begin < taps.end && outside(taps.end - 1)) --taps.end;
        return taps;
    }
};

/// A correlation's taps: a table over three axes, and memory for as many taps again.
struct TapTable {
    TapAxis axes[3];
    const Tap* all = nullptr;
    Tap* selected = nullptr;

    int count() const { return axes[0].count * axes[1].count * axes[2].count; }
};

/// The taps of a table of a whole kernel: weights in its order, input positions `step` floats apart.
TENET_NOINLINE inline void fill_taps(const TapTable& table, const std::ptrdiff_t (&step)[3], Tap* taps) {
    const TapAxis* const axes = table.axes;
    const auto at = [&](int axis, int tap) { return (axes[axis].first + tap * axes[axis].delta) * step[axis]; };
    for (int a = 0, i = 0; a < axes[0].count; ++a)
        for (int b = 0; b < axes[1].count; ++b)
            for (int c = 0; c < axes[2].count; ++c, ++i) taps[i] = {i, static_cast<int>(at(0, a) + at(1, b) + at(2, c))};
}

/// Walks over a grid of pixels in tiles of at most `size`, all of one region: pixels from which the same taps meet the
/// input, so that no product with a border's zero is taken. A 7 x 7 image in a border of 1 has 9 regions, and 18 % of
/// the products of its 3 x 3 taps are with zeros; with 2 x 2 pixels 56 % are.
class TileWalk {
  public:
    TileWalk(int size, const Correlation& all, const PixelGrid& grid, const TapTable& taps)
        : part(all), grid_(grid), taps_(taps), size_(size) {
        for (int axis = 0; axis < 3; ++axis) find_segment(axis, 0);
        enter_region();
    }

    PixelTile tile;
    Correlation part;

    bool next() {
        if (left_ == 0 && !next_region()) return false;
        tile.count = left_ < size_ ? left_ : size_;
        left_ -= tile.count;
        for (int i = 0; i < tile.count; ++i) {
            tile.input[i] = tile.output[i] = 0;
            for (int axis = 0; axis < 3; ++axis) {
                tile.input[i] += at_[axis] * grid_.input[axis];
                tile.output[i] += at_[axis] * grid_.output[axis];
            }
            for (int axis = 2; axis >= 0 && ++at_[axis] == segments_[axis].end && axis > 0; --axis)
                at_[axis] = segments_[axis].begin;
        }
        for (int i = tile.count; i < PixelTile::size; ++i) {
            tile.input[i] = tile.input[tile.count - 1];
            tile.output[i] = tile.output[tile.count - 1];
        }
        return true;
    }

  private:
    /// Positions of one axis that the same taps meet.
    struct Segment {
        int begin = 0, end = 0;
        TapAxis::Range taps;
    };

    void find_segment(int axis, int begin) {
        Segment& segment = segments_[axis];
        segment.begin = segment.end = begin;
        segment.taps = taps_.axes[axis].meeting(begin);
        while (segment.end < grid_.extent[axis] && taps_.axes[axis].meeting(segment.end) == segment.taps) ++segment.end;
    }
    bool next_region() {
        int axis = 2;
        while (axis >= 0 && segments_[axis].end == grid_.extent[axis]) find_segment(axis--, 0);
        if (axis < 0) return false;
        find_segment(axis, segments_[axis].end);
        enter_region();
        return true;
    }
    void enter_region() {
        left_ = 1;
        part.tap_count = 1;
        for (int axis = 0; axis < 3; ++axis) {
            at_[axis] = segments_[axis].begin;
            left_ *= segments_[axis].end - segments_[axis].begin;
            part.tap_count *= segments_[axis].taps.size();
        }
        part.taps = taps_.all;
        if (part.tap_count == taps_.count()) return;
        Tap* next = taps_.selected;
        for (int a = segments_[0].taps.begin; a < segments_[0].taps.end; ++a)
            for (int b = segments_[1].taps.begin; b < segments_[1].taps.end; ++b)
                for (int c = segments_[2].taps.begin; c < segments_[2].taps.end; ++c)
                    *next++ = taps_.all[(a * taps_.axes[1].count + b) * taps_.axes[2].count + c];
        part.taps = taps_.selected;
    }

    const PixelGrid& grid_;
    const TapTable& taps_;
    Segment segments_[3];
    int size_, left_ = 0, at_[3]{};
};

using CorrelationFunction = void(const Correlation*, const PixelTile*, const float* x, const float* w,
                                 const float* bias, float* y);

/// The register blocks of correlations with samples in the lanes: for tiles of 1, 2, 3 and 4 pixels with more rows, or
/// there are none, and for all that are wider.
struct CorrelationBlocks {
    TENET_LOCAL static constexpr int narrowest = 4;

    int lanes;
    SizedBlocks<CorrelationFunction> wide, narrow[narrowest];
};

namespace detail {
template <int Rows>
using TileCorrelation = CorrelationBlock<Rows>;

// Without a block for single rows: a tile of all pixels does.
template <class Isa, int Pixels>
constexpr SizedBlocks<CorrelationFunction> narrow_blocks() {
    constexpr int most = accumulator_count<Value<Isa>> / Pixels, rows = most < 8 ? most : 8, half = rows / 2;
    if constexpr (runs_seldom<Isa>)
        return {};
    else
        return {rows, half, block_entry<Isa, CorrelationBlock<rows, Pixels>, CorrelationFunction>,
                block_entry<Isa, CorrelationBlock<half, Pixels>, CorrelationFunction>, nullptr};
}

template <class Isa>
constexpr CorrelationBlocks make_correlation_blocks() {
    return {Isa::lanes,
            sized_blocks<Isa, TileCorrelation, accumulator_count<Value<Isa>> / PixelTile::size, CorrelationFunction>(),
            {narrow_blocks<Isa, 1>(), narrow_blocks<Isa, 2>(), narrow_blocks<Isa, 3>(), narrow_blocks<Isa, 4>()}};
}
}  // namespace detail
template <class Isa>
TENET_LOCAL inline constexpr CorrelationBlocks correlation_blocks = detail::make_correlation_blocks<Isa>();

/// All rows (output channels) and pixels of a correlation; `epilogue` follows each block. Tiles go outermost: a tile's
/// input stays in the first two caches while the weights stream past; but only the weights of a few rows, as many as
/// the second-level cache holds beside it.
TENET_NOINLINE inline void correlate(const CorrelationBlocks& blocks, const Correlation& all, const PixelGrid& grid,
                                     const TapTable& taps, int rows, const float* x, const float* w, const float* bias,
                                     float* y, const Epilogue& epilogue) {
    if (grid.count() == 0) return;
    // Fewer pixels are more tiles, and each costs something.
    const bool sixes = blocks.narrow[3].whole == 6 && rows % 6 == 0 && rows % blocks.wide.whole != 0 &&
                       all.channels * taps.count() > 64;
    constexpr std::ptrdiff_t cached_weights = 1 << 16;
    const std::ptrdiff_t fitting = cached_weights / (std::ptrdiff_t{all.channels} * taps.count() + 1);
    const int panel = fitting < 24 ? 24 : fitting < rows ? static_cast<int>(fitting / 24 * 24) : rows;
    for (int first = 0; first < rows; first += panel) {
        const int last = first + panel < rows ? first + panel : rows;
        for (TileWalk walk(sixes ? 4 : PixelTile::size, all, grid, taps); walk.next();) {
            const int pixels = walk.tile.count;
            const SizedBlocks<CorrelationFunction>* sized = &blocks.wide;
            if (pixels < 4 || (pixels == 4 && sixes)) {
                const SizedBlocks<CorrelationFunction>& narrow = blocks.narrow[pixels - 1];
                if (narrow.whole > 0 && last >= narrow.half) sized = &narrow;
            }
            for (int row = first; row < last;) {
                const BlockRange block = sized->next(row, last);
                const std::ptrdiff_t out = block.begin * all.row_output;
                (*sized)[block.size](&walk.part, &walk.tile, x, w + block.begin * all.row_weight,
                                     bias ? bias + block.begin : no_bias, y + out);
                epilogue.run({block.size, all.row_output, pixels, walk.tile.output}, y, out);
                row = block.end();
            }
        }
    }
}

}  // namespace tenet::cpu
