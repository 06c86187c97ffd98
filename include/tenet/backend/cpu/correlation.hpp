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
struct PixelTile {
    static constexpr int size = 6;
    std::ptrdiff_t input[size], output[size];
};

/// Rows x PixelTile::size sums in registers. Any kernel, stride, dilation and number of axes is a matter of its tables: a
/// tap costs two additions and one load more than with constant offsets, next to 24 multiply-adds.
template <int Rows>
struct CorrelationBlock {
    template <class T>
    static TENET_INLINE void run(const Correlation* correlation, const PixelTile* tile, const float* x, const float* w,
                                 const float* bias, float* y, bool accumulate) {
        constexpr int pixels = PixelTile::size;
        const Correlation& c = *correlation;
        Vector<T> sum[Rows][pixels];
        TENET_UNROLL
        for (int r = 0; r < Rows; ++r) {
            TENET_UNROLL
            for (int p = 0; p < pixels; ++p) sum[r][p] = Vector<T>{};
        }
        std::ptrdiff_t row = c.row_weight, offset[pixels];
        opaque(row);
        x += tile->input[0];
        offset[0] = 0;
        TENET_UNROLL
        for (int p = 1; p < pixels; ++p) {
            offset[p] = tile->input[p] - tile->input[0];
            opaque(offset[p]);
        }
        const Tap* const last = c.taps + c.tap_count;
        for (int channel = 0; channel < c.channels; ++channel, x += c.channel_input, w += c.channel_weight) {
            for (const Tap* tap = c.taps; tap != last; ++tap) {
                const float* input = x + tap->input;
                const float* weight = w + tap->weight;
                float factor[Rows];
                TENET_UNROLL
                for (int r = 0; r < Rows; ++r) factor[r] = weight[r * row];
                TENET_UNROLL
                for (int p = 0; p < pixels; ++p) {
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
            for (int p = 0; p < pixels; ++p) {
                Vector<T>& out = vector_at<T>(y + tile->output[p]);
                if (accumulate)
                    out += sum[r][p];
                else
                    out = sum[r][p] + start;
            }
            y += c.row_output;
        }
    }
};

}  // namespace tenet::cpu
