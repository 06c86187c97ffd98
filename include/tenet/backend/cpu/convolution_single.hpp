#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include <tenet/backend/cpu/convolution_forward.hpp>
#include <tenet/backend/cpu/correlation.hpp>
#include <tenet/backend/cpu/pad.hpp>
#include <tenet/math/identity.hpp>

namespace tenet::cpu {
namespace detail {

/// One sample's input, so arranged that neighbouring outputs of a slice read neighbouring numbers for every tap: for each
/// channel and tap column a copy of all padded rows with only the columns that this tap meets, rows sorted by their
/// remainder by the stride. 1 x 1 kernels with stride 1 read the input as it is.
struct TapColumns {
    int rows = 0, width = 0;      // rows of a slice, and numbers of each
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
    template <class T>
    static TENET_INLINE void run(const operations::Convolution* convolution, const float* x, float* row, float* columns) {
        const operations::Convolution& op = *convolution;
        constexpr int unit = lanes_of<T>;
        const TapColumns t = TapColumns::of(op);
        const Padded padded = Padded::input_of(op);
        const int before = padded.before[2], width = padded.extent[2], wide = padded.padded[2], stride = op.stride[2];
        for (int c = 0; c < op.in_channels; ++c, x += op.in_count(), columns += t.channel)
            for (int z = 0; z < padded.padded[0]; ++z)
                for (int y = 0; y < padded.padded[1]; ++y) {
                    const int from_z = padded.source(0, z), from_y = padded.source(1, y);
                    if (from_z < 0 || from_y < 0) {
                        for (int i = 0; i < wide; ++i) row[i] = 0.f;
                    } else {
                        const float* from = x + (from_z * op.in[1] + from_y) * static_cast<std::ptrdiff_t>(width);
                        int i = 0;
                        for (; i + unit <= width; i += unit) store(row + before + i, load<T>(from + i));
                        for (; i < width; ++i) row[before + i] = from[i];
                        for (int p = 0; p < before; ++p) {
                            const int left = padded.source(2, p), right = padded.source(2, before + width + p);
                            row[p] = left < 0 ? 0.f : from[left];
                            row[before + width + p] = right < 0 ? 0.f : from[right];
                        }
                    }
                    float* to = columns + z * t.slice + static_cast<std::ptrdiff_t>(TapColumns::place(op, y)) * t.width;
                    for (int k = 0; k < op.kernel[2]; ++k, to += t.slice * padded.padded[0]) {
                        const float* from = row + k * op.dilation[2];
                        if (stride > 1)
                            for (int i = 0; i < t.width; ++i) to[i] = from[i * stride];
                        else if (t.width >= unit)
                            for (int i = 0; i < t.width; i += unit) {
                                const int at = i + unit <= t.width ? i : t.width - unit;
                                store(to + at, load<T>(from + at));
                            }
                        else
                            for (int i = 0; i < t.width; ++i) to[i] = from[i];
                    }
                }
    }
};

struct SingleSums {
    // Blocks of Rows output channels x Pixels vectors of neighbouring outputs.
    template <int Rows, int Pixels, class T>
    static TENET_INLINE void run(const Correlation& c, int count, int rows, const float* x, const float* w, const float* bias,
                                 float* y) {
        constexpr int unit = lanes_of<T>;
        for (int done = 0; done < count; done += Pixels * unit) {
            PixelTile tile;
            for (int p = 0; p < Pixels; ++p) {
                const int at = done + p * unit, last = count > unit ? count - unit : 0;
                tile.input[p] = tile.output[p] = at < last ? at : last;
            }
            for (int row = 0; row < rows;) {
                const int size = rows >= Rows ? Rows : 1;
                const int first = row + size <= rows ? row : rows - size;
                const auto block = [&]<int Size>() TENET_INLINE_LAMBDA {
                    call_block<T, CorrelationBlock<Size, Pixels>>(&c, static_cast<const PixelTile*>(&tile), x,
                                                                  w + first * c.row_weight, bias ? bias + first : bias,
                                                                  y + first * c.row_output);
                };
                if (size == Rows)
                    block.template operator()<Rows>();
                else
                    block.template operator()<1>();
                row = first + size;
            }
        }
    }

    // The tile that wastes least behind the last output.
    template <class T>
    static TENET_INLINE void choose(const Correlation& c, int count, int rows, const float* x, const float* w,
                                    const float* bias, float* y) {
        const int vectors = (count + lanes_of<T> - 1) / lanes_of<T>;
        const auto slots = [&](int pixels) TENET_INLINE_LAMBDA { return (vectors + pixels - 1) / pixels * pixels; };
        constexpr bool many = register_count<T> == 32;
        if (slots(4) < slots(6) && (!many || slots(4) < slots(7)))
            run<many ? 6 : 3, 4, T>(c, count, rows, x, w, bias, y);
        else if (many && slots(7) < slots(6))
            run<many ? 3 : 2, many ? 7 : 6, T>(c, count, rows, x, w, bias, y);
        else
            run<many ? 4 : 2, 6, T>(c, count, rows, x, w, bias, y);
    }
};

}  // namespace detail

/// y = Formula(bias + the convolution of x with w) for one sample of plain floats: pixels in the lanes. `bias` may be null.
/// Needs `scratch_size(op)` floats of scratch.
template <class Formula>
struct ConvolutionSingle {
    static constexpr int widest = 16;

    static constexpr std::int64_t scratch_size(const operations::Convolution& op) {
        const detail::TapColumns t = detail::TapColumns::of(op);
        return 2 * op.kernel_count() + op.padded(2) + op.in_channels * t.channel + widest +
               (op.out[1] * op.out[2] < widest ? op.out_channels * widest : 0);
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
                    taps[i] = {i, static_cast<int>((static_cast<std::int64_t>(s) * op.padded(0) + a * op.dilation[0]) * t.slice +
                                                   detail::TapColumns::place(op, b * op.dilation[1]) * t.width)};
        float* row = scratch + 2 * op.kernel_count();
        float* columns = row + op.padded(2);
        float* spare = columns + op.in_channels * t.channel + widest;
        const int count = op.out[1] * op.out[2];
        const bool small = count < lanes_of<T>;  // a vector of sums would not fit behind y's last slice
        if (t.copied || small) {
            call_block<T, detail::FillTapColumns>(&op, x, row, columns);
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
                detail::SingleSums::choose<T>(c, count, group_out, x + g * group_in * t.channel + z * op.stride[0] * t.slice,
                                              w + first * c.row_weight, bias ? bias + first : bias,
                                              small ? spare + first * lanes_of<T>
                                                    : y + static_cast<std::ptrdiff_t>(first) * op.out_count() + z * count);
            }
            for (int k = 0; small && k < op.out_channels; ++k)
                for (int i = 0; i < count; ++i)
                    y[static_cast<std::ptrdiff_t>(k) * op.out_count() + z * count + i] = spare[k * lanes_of<T> + i];
        }
        if constexpr (!std::is_same_v<Formula, math::Identity>) {
            const int all = op.out_channels * op.out_count();
            int i = 0;
            for (; i + lanes_of<T> <= all; i += lanes_of<T>) store(y + i, Formula::value(load<T>(y + i)));
            for (; i < all; ++i) y[i] = Formula::value(y[i]);
        }
    }
};

}  // namespace tenet::cpu
