#pragma once

#include <cstddef>
#include <cstdint>

#include <tenet/backend/cpu/convolution_forward.hpp>
#include <tenet/backend/cpu/correlation.hpp>
#include <tenet/backend/cpu/pad.hpp>

namespace tenet::cpu {
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

struct FillTapColumns {
    // `x` is the input with its border. Every copy is a whole number of vectors: what it writes too much, a later one
    // overwrites (rows come in order, and `widest` floats follow the last). Only behind x's last row nothing may be
    // read.
    template <class T>
    static TENET_INLINE void run(const operations::Convolution* convolution, const float* x, float* columns) {
        const operations::Convolution& op = *convolution;
        constexpr int unit = lanes_of<T>;
        const TapColumns t = TapColumns::of(op);
        const int wide = op.padded(2), rows = op.in_channels * op.padded(0) * t.rows;
        const bool plain = op.stride[1] == 1 && op.stride[2] == 1;
        const int safe_rows = plain ? rows - (unit + wide - 1) / wide : 0;
        for (int c = 0, row = 0; c < op.in_channels; ++c) {
            const int first_row = row;
            for (int k = 0; k < op.kernel[2]; ++k) {
                row = first_row;
                for (int z = 0; z < op.padded(0); ++z, columns += t.slice) {
                    const float* from = x + static_cast<std::ptrdiff_t>(row) * wide + k * op.dilation[2];
                    const int safe = safe_rows - row < t.rows ? safe_rows - row : t.rows;
                    float* to = columns;
                    int y = 0;
                    if (t.width <= unit)
                        for (; y < safe; ++y, from += wide, to += t.width) vector_at<T>(to) = vector_at<T>(from);
                    else
                        for (; y < safe; ++y, from += wide, to += t.width) {
                            for (int i = 0; i < t.width - unit; i += unit)
                                vector_at<T>(to + i) = vector_at<T>(from + i);
                            vector_at<T>(to + t.width - unit) = vector_at<T>(from + t.width - unit);
                        }
                    for (; y < t.rows; ++y, from += wide) {
                        to = columns + static_cast<std::ptrdiff_t>(plain ? y : TapColumns::place(op, y)) * t.width;
                        for (int i = 0; i < t.width; ++i) to[i] = from[i * op.stride[2]];
                    }
                    row += t.rows;
                }
            }
        }
    }
};

struct SingleSums {
    // Blocks of Rows output channels x Pixels vectors of neighbouring outputs.
    template <int Rows, int Pixels, class T>
    static TENET_INLINE void run(const Correlation& c, int count, int rows, const float* x, const float* w,
                                 const float* bias, float* y) {
        constexpr int unit = lanes_of<T>;
        for (int done = 0; done < count; done += Pixels * unit) {
            PixelTile tile;
            for (int p = 0; p < Pixels; ++p) {
                const int at = done + p * unit, last = count > unit ? count - unit : 0;
                tile.input[p] = tile.output[p] = at < last ? at : last;
            }
            for (int row = 0; row < rows;) {
                const BlockRange block = next_block(Rows, row, rows);
                for_block_size<Rows>(block.size, [&]<int Size>() TENET_INLINE_LAMBDA {
                    call_block<T, CorrelationBlock<Size, Pixels>>(
                        &c, static_cast<const PixelTile*>(&tile), x, w + block.begin * c.row_weight,
                        bias ? bias + block.begin : no_bias, y + block.begin * c.row_output);
                });
                row = block.end();
            }
        }
    }

    // The tile that wastes least behind the last output.
    template <class T>
    static TENET_INLINE void choose(const Correlation& c, int count, int rows, const float* x, const float* w,
                                    const float* bias, float* y) {
        const int vectors = (count + lanes_of<T> - 1) / lanes_of<T>;
        const auto slots = [&](int pixels) TENET_INLINE_LAMBDA { return (vectors + pixels - 1) / pixels * pixels; };
        constexpr int channels = accumulator_count<T> / PixelTile::size;
#if defined(__clang__)  // see PixelTile::size
        if (slots(4) < slots(5))
            run<channels, 4, T>(c, count, rows, x, w, bias, y);
        else
            run<channels, 5, T>(c, count, rows, x, w, bias, y);
#else
        constexpr bool many = register_count<T> == 32;
        if (slots(4) < slots(6) && (!many || slots(4) < slots(7)))
            run<many ? 6 : 3, 4, T>(c, count, rows, x, w, bias, y);
        else if (many && slots(7) < slots(6))
            run<channels, many ? 7 : 6, T>(c, count, rows, x, w, bias, y);
        else
            run<channels, 6, T>(c, count, rows, x, w, bias, y);
#endif
    }
};

}  // namespace detail

/// y = bias + the convolution of x with w for one sample of plain floats: pixels in the lanes. `bias` may be
/// null. Needs `scratch_size(op)` floats of scratch.
struct ConvolutionSingle {
    static constexpr int widest = 16;

    static constexpr std::int64_t scratch_size(const operations::Convolution& op) {
        const detail::TapColumns t = detail::TapColumns::of(op);
        return 2 * op.kernel_count() + op.in_channels * ((op.has_padding() ? op.padded_count() : 0) + t.channel) +
               widest + (op.out[1] * op.out[2] < widest ? op.out_channels * widest : 0);
    }

    template <class T>
    static TENET_INLINE void run(const operations::Convolution* convolution, const float* x, const float* w,
                                 const float* bias, float* y, float* scratch) {
        const operations::Convolution& op = *convolution;
        const detail::TapColumns t = detail::TapColumns::of(op);
        Tap* taps = reinterpret_cast<Tap*>(scratch);
        for (int a = 0, i = 0; a < op.kernel[0]; ++a)
            for (int b = 0; b < op.kernel[1]; ++b)
                for (int s = 0; s < op.kernel[2]; ++s, ++i)
                    taps[i] = {i, static_cast<int>((static_cast<std::int64_t>(s) * op.padded(0) + a * op.dilation[0]) *
                                                       t.slice +
                                                   detail::TapColumns::place(op, b * op.dilation[1]) * t.width)};
        float* bordered = scratch + 2 * op.kernel_count();
        float* columns = bordered + (op.has_padding() ? op.in_channels * op.padded_count() : 0);
        float* spare = columns + op.in_channels * t.channel + widest;
        const int count = op.out[1] * op.out[2];
        const bool small = count < lanes_of<T>;  // a vector of sums would not fit behind y's last slice
        if (op.has_padding()) {
            const Padded padded = Padded::input_of(op);
            pad(padded, 1, x, bordered);
            x = bordered;
        }
        if (t.copied || small) {
            call_block<T, detail::FillTapColumns>(&op, x, columns);
            x = columns;
        }
        const int group_in = op.group_in_channels(), group_out = op.group_out_channels();
        Correlation c;
        c.channels = group_in;
        c.channel_input = t.channel;
        c.channel_weight = op.kernel_count();
        c.row_weight = static_cast<std::ptrdiff_t>(group_in) * op.kernel_count();
        c.row_output = small ? lanes_of<T> : op.out_count();
        c.taps = taps;
        c.tap_count = op.kernel_count();
        for (int z = 0; z < op.out[0]; ++z) {
            for (int g = 0; g < op.groups; ++g) {
                const int first = g * group_out;
                detail::SingleSums::choose<T>(
                    c, count, group_out, x + g * group_in * t.channel + z * op.stride[0] * t.slice,
                    w + first * c.row_weight, bias ? bias + first : bias,
                    small ? spare + first * lanes_of<T>
                          : y + static_cast<std::ptrdiff_t>(first) * op.out_count() + z * count);
            }
            for (int k = 0; small && k < op.out_channels; ++k)
                for (int i = 0; i < count; ++i)
                    y[static_cast<std::ptrdiff_t>(k) * op.out_count() + z * count + i] = spare[k * lanes_of<T> + i];
        }
    }
};

}  // namespace tenet::cpu
