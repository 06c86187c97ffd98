#pragma once

#include <cstddef>

#include <tenet/backend/cpu/block_table.hpp>
#include <tenet/operations/convolution.hpp>

namespace TENET_NAMESPACE::cpu {

/// Whether each channel is convolved by itself, along two axes or one, with zeros around and neighbouring taps along the
/// width: what the kernel for one sample computes.
constexpr bool takes_depthwise_single(const operations::Convolution& op) {
    return op.groups == op.in_channels && op.groups == op.out_channels && op.in[0] == 1 && op.kernel[0] == 1 &&
           op.padding[0] == 0 && op.dilation[2] == 1 &&
           (!op.has_padding() || op.padding_mode == operations::PaddingMode::zeros);
}

/// Whether the kernels for one channel of many samples at a time compute this convolution: along the width 3 or 5 taps
/// and steps of 1 or 2; anything along the height.
constexpr bool takes_depthwise(const operations::Convolution& op) {
    return takes_depthwise_single(op) && (op.kernel[2] == 3 || op.kernel[2] == 5) && op.stride[2] <= 2;
}

namespace detail {

/// How the columns of an image row meet those of another through one row of taps: output t of a segment and the
/// segment's input j meet at tap `tap(t, j)`, if that is one. A gradient by the input of a convolution with steps of 2
/// has the roles exchanged: its segments begin where a step does.
template <int Outputs, int Taps, int Step, bool Exchanged = false>
struct DepthwiseColumns {
    static_assert(!Exchanged || (Step == 2 && Outputs % 2 == 0));
    TENET_LOCAL static constexpr int taps = Taps, outputs = Outputs;
    TENET_LOCAL static constexpr int inputs =
        Exchanged ? Taps / 2 + (outputs - 1) / 2 + 1 : (outputs - 1) * Step + Taps;
    TENET_LOCAL static constexpr int advance =
        Exchanged ? outputs / Step : outputs * Step;  // inputs from segment to segment

    static constexpr int tap(int output, int input) {
        return Exchanged ? output + 2 * (Taps / 2 - input) : input - output * Step;
    }
    // Whether that is one; by bounds of the output: from bounds of the tap, g++ 12 at -O3 infers a wrong range where it
    // does not unroll the loops, as it does not after nvcc.
    static constexpr bool meet(int output, int input) { return output >= first(input) && output < end(input); }

  private:
    static constexpr int first(int input) {
        return Exchanged ? 2 * (input - Taps / 2) : input < Taps ? 0 : (input - Taps) / Step + 1;
    }
    static constexpr int end(int input) { return Exchanged ? first(input) + Taps : input / Step + 1; }
};

/// The first segment of a row: where it begins in the output and in the input; both may lie outside.
struct DepthwiseStart {
    int output = 0, input = 0;

    /// Of a convolution's output; or of the gradient of its input, which a row of taps meets in reverse where the step
    /// is 1.
    static constexpr DepthwiseStart forward(const operations::Convolution& op) { return {0, -op.padding[2]}; }
    static constexpr DepthwiseStart data_gradient(const operations::Convolution& op) {
        const int padding = op.padding[2], taps = op.kernel[2];
        if (op.stride[2] == 1) return {0, padding - (taps - 1)};
        return {-(padding % 2), padding / 2 - taps / 2};
    }
};

}  // namespace detail

}  // namespace tenet::cpu
