#pragma once

#include <cstdint>

#include <tenet/backend/cpu/depthwise_columns.hpp>

namespace TENET_NAMESPACE::cpu {

/// Whether a channel of one sample has so few outputs that arranging it for vectors costs more than its sums.
constexpr bool has_few_outputs(const operations::Convolution& op) {
    return op.out_count() <= 16;
}

namespace detail {
/// An input that meets an output at a tap.
struct Meeting {
    int input, tap;
};
}  // namespace detail

/// Floats of scratch for `depthwise_single_few`.
constexpr std::int64_t depthwise_single_few_scratch(const operations::Convolution& op) {
    return op.out_count() * (2 * op.kernel_count() + 1);
}

/// y = bias + the convolution of each channel of one sample of plain floats with its own taps: number by number, from a
/// table of what meets, which all channels share. `bias` may be null. Requires `takes_depthwise_single(op)`.
TENET_NOINLINE inline void depthwise_single_few(const operations::Convolution& op, const float* x, const float* w,
                                                const float* bias, float* y, float* scratch) {
    const int outputs = op.out_count(), taps = op.kernel_count();
    int* const ends = reinterpret_cast<int*>(scratch);
    detail::Meeting* const meetings = reinterpret_cast<detail::Meeting*>(scratch + outputs);
    for (int o = 0, count = 0; o < outputs; ++o) {
        const int top = o / op.out[2] * op.stride[1] - op.padding[1],
                  left = o % op.out[2] * op.stride[2] - op.padding[2];
        for (int tap = 0; tap < taps; ++tap) {
            const int row = top + tap / op.kernel[2] * op.dilation[1], column = left + tap % op.kernel[2];
            if (row >= 0 && row < op.in[1] && column >= 0 && column < op.in[2])
                meetings[count++] = {row * op.in[2] + column, tap};
        }
        ends[o] = count;
    }
    for (int c = 0; c < op.groups; ++c, x += op.in_count(), w += taps, y += outputs)
        for (int o = 0, i = 0; o < outputs; ++o) {
            float sum = bias ? bias[c] : 0.0f;
            for (; i < ends[o]; ++i) sum += w[meetings[i].tap] * x[meetings[i].input];
            y[o] = sum;
        }
}

}  // namespace tenet::cpu
