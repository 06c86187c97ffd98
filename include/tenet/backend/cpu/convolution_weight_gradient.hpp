#pragma once

#include <cstddef>
#include <cstdint>
#include <tenet/backend/cpu/convolution_forward.hpp>
#include <tenet/backend/cpu/pad.hpp>
#include <tenet/backend/cpu/tile.hpp>
#include <tenet/backend/cpu/transpose.hpp>
#include <tenet/operations/convolution.hpp>

namespace tenet::cpu {
namespace detail {

/// A piece of the sum over pixels: `rows` rows of `width` pixels. Strides are in floats.
struct PixelRows {
    int rows = 0, width = 0;
    std::ptrdiff_t dy_row = 0, dy_channel = 0;
    std::ptrdiff_t x_row = 0, x_pixel = 0;
};

// Rows x taps sums over pixels and lanes. A tap is any weight of an output channel: its offset from a pixel's place in
// x.
template <int Rows>
struct ConvolutionWeightGradientBlock {
    static constexpr int taps = 6;

    template <class T>
    static TENET_INLINE void run(const PixelRows* pixels, const int* tap_offsets, const float* dy, const float* x,
                                 float* sums) {
        constexpr int unit = lanes_of<T>;
        Vector<T> sum[Rows][taps];
        TENET_UNROLL
        for (int r = 0; r < Rows; ++r) {
            TENET_UNROLL
            for (int t = 0; t < taps; ++t) sum[r][t] = Vector<T>{};
        }
        std::ptrdiff_t channel = pixels->dy_channel, step = pixels->x_pixel, offset[taps];
        opaque(channel);
        opaque(step);
        TENET_UNROLL
        for (int t = 0; t < taps; ++t) {
            offset[t] = tap_offsets[t];
            opaque(offset[t]);
        }
        for (int row = 0; row < pixels->rows; ++row, x += pixels->x_row, dy += pixels->dy_row) {
            const float *d = dy, *in = x;
            for (int i = 0; i < pixels->width; ++i, d += unit, in += step) {
                Vector<T> gradient[Rows];
                TENET_UNROLL
                for (int r = 0; r < Rows; ++r) gradient[r] = vector_at<T>(d + r * channel);
                TENET_UNROLL
                for (int t = 0; t < taps; ++t) {
                    const Vector<T> value = vector_at<T>(in + offset[t]);
                    TENET_UNROLL
                    for (int r = 0; r < Rows; ++r) sum[r][t] += gradient[r] * value;
                }
            }
        }
        TENET_UNROLL
        for (int r = 0; r < Rows; ++r) {
            TENET_UNROLL
            for (int t = 0; t < taps; ++t) vector_at<T>(sums + (r * taps + t) * unit) = sum[r][t];
        }
    }
};

// sums[i] = the sum over the lanes of values[i], for Count of them.
template <int Count>
struct ReduceLanes {
    template <class T>
    static TENET_INLINE void run(const T* values, float* sums) {
        constexpr int unit = lanes_of<T>;
        for (int i = 0; i < Count; i += unit) {
            Vector<T> block[unit];
            TENET_UNROLL
            for (int k = 0; k < unit; ++k) block[k] = i + k < Count ? vector_of(values[i + k]) : Vector<T>{};
            reduce_lanes<T>(block);
            vector_at<T>(sums + i) = block[0];
        }
    }
};

}  // namespace detail

/// dw += the sum over pixels and lanes of dy times x, db += that of dy; dw as PyTorch has it, `db` may be null. Needs
/// `scratch_size(op)` values of scratch.
struct ConvolutionWeightGradient {
    static constexpr std::int64_t scratch_size(const operations::Convolution& op) {
        return ConvolutionForward<math::Identity>::scratch_size(op);
    }

    template <class T>
    static TENET_INLINE void run(const operations::Convolution* convolution, const T* x, const T* dy, float* dw,
                                 float* db, T* scratch) {
        const operations::Convolution& op = *convolution;
        constexpr int unit = lanes_of<T>, taps = detail::ConvolutionWeightGradientBlock<1>::taps;
        constexpr int whole = accumulator_count<T> / taps;
        const int height = op.padded(1), width = op.padded(2);
        Tap* table = detail::take_scratch<Tap>(scratch, detail::tap_scratch(2 * op.kernel_count()));
        detail::fill_taps(op, height, width, unit, table);
        if (op.has_padding()) {
            const Padded padded = Padded::input_of(op);
            call_block<T, Pad>(&padded, x, scratch);
            x = scratch;
        }
        const std::ptrdiff_t in_plane = op.padded_count() * std::ptrdiff_t{unit};
        const std::ptrdiff_t out_plane = op.out_count() * std::ptrdiff_t{unit};
        const int group_in = op.group_in_channels(), group_out = op.group_out_channels();
        const int weights = group_in * op.kernel_count();
        detail::PixelRows pixels;
        pixels.width = op.out[2];
        pixels.dy_row = std::ptrdiff_t{op.out[2]} * unit;
        pixels.dy_channel = out_plane;
        pixels.x_row = std::ptrdiff_t{op.stride[1]} * width * unit;
        pixels.x_pixel = std::ptrdiff_t{op.stride[2]} * unit;
        // As many rows at a time as let a block's gradients stay in the second-level cache while all taps use them.
        constexpr int cached_pixels = 128 * 1024 / (whole * unit * 4);
        const int chunk = op.out[2] < cached_pixels ? cached_pixels / op.out[2] : 1;
        const float* gradients = reinterpret_cast<const float*>(dy);
        for (int z = 0; z < op.out[0]; ++z)
            for (int first = 0; first < op.out[1]; first += chunk) {
                pixels.rows = op.out[1] - first < chunk ? op.out[1] - first : chunk;
                for (int g = 0; g < op.groups; ++g) {
                    const float* in = reinterpret_cast<const float*>(x) + g * group_in * in_plane +
                                      (z * op.stride[0] * height + first * op.stride[1]) * std::ptrdiff_t{width} * unit;
                    for (int k = g * group_out; k < (g + 1) * group_out;) {
                        const int left = (g + 1) * group_out - k;
                        const int size = left >= whole ? whole : left >= whole / 2 ? whole / 2 : 1;
                        const float* d = gradients + k * out_plane + (z * op.out[1] + first) * pixels.dy_row;
                        for (int tap = 0; tap < weights; tap += taps) {
                            const int count = weights - tap < taps ? weights - tap : taps;
                            const int channel = tap / op.kernel_count();
                            int offsets[taps];
                            for (int t = 0, c = channel, i = tap % op.kernel_count(); t < taps; ++t) {
                                offsets[t] = t < count ? static_cast<int>((c - channel) * in_plane) + table[i].input
                                                       : offsets[t - 1];
                                if (++i == op.kernel_count()) i = 0, ++c;
                            }
                            T sums[whole * taps];
                            float totals[whole * taps + unit];
                            for_block_size<whole>(size, [&]<int Rows>() TENET_INLINE_LAMBDA {
                                call_block<T, detail::ConvolutionWeightGradientBlock<Rows>>(
                                    static_cast<const detail::PixelRows*>(&pixels), static_cast<const int*>(offsets), d,
                                    in + channel * in_plane, reinterpret_cast<float*>(sums));
                                call_block<T, detail::ReduceLanes<Rows * taps>>(static_cast<const T*>(sums),
                                                                                &totals[0]);
                            });
                            for (int r = 0; r < size; ++r)
                                for (int t = 0; t < count; ++t)
                                    dw[static_cast<std::ptrdiff_t>(k + r) * weights + tap + t] += totals[r * taps + t];
                        }
                        k += size;
                    }
                }
            }
        if (!db) return;
        for (int k = 0; k < op.out_channels; ++k) {
            T sum(0.f);
            for (int i = 0; i < op.out_count(); ++i) sum += dy[static_cast<std::ptrdiff_t>(k) * op.out_count() + i];
            db[k] += sum_lanes(sum);
        }
    }
};

}  // namespace tenet::cpu
