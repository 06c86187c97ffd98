#pragma once

#include <tenet/network/eval_rewrite.hpp>

namespace TENET_NAMESPACE::detail {

/// A convolution's taps that meet nothing but the border's zeros, wherever it stands, are left out of its weight: of a
/// 3 x 3 kernel on images of 1 x 1 one of nine is left. What one sample costs there is to read the weights.
struct DropBorderTaps {
    template <int N>
    static constexpr void apply(EvalRewrite<N>& rewrite) {
        for (int i = 0; i < N; ++i) {
            const operations::Convolution& op = rewrite.traits[i].convolution;
            if (rewrite.removed[i] || !rewrite.traits[i].convolves || !op.has_padding() ||
                op.padding_mode != operations::PaddingMode::zeros ||
                rewrite.users[rewrite.graph.nodes[i].parameters_of] != 1)
                continue;
            for (int axis = 0; axis < 3; ++axis) narrow(op, axis, rewrite.taps[i]);
        }
    }

  private:
    static constexpr bool meets_input(const operations::Convolution& op, int axis, int tap) {
        for (int o = 0; o < op.out[axis]; ++o) {
            const int at = o * op.stride[axis] + tap * op.dilation[axis] - op.padding[axis];
            if (at >= 0 && at < op.in[axis]) return true;
        }
        return false;
    }
    static constexpr void narrow(const operations::Convolution& op, int axis, TapsLeft& taps) {
        int first = 0, end = op.kernel[axis];
        // The padding shrinks with the first taps; it cannot be less than none.
        while (first + 1 < end && !meets_input(op, axis, first) && (first + 1) * op.dilation[axis] <= op.padding[axis])
            ++first;
        while (end - 1 > first && !meets_input(op, axis, end - 1)) --end;
        taps.first[axis] = first;
        taps.size[axis] = end - first;
    }
};

}  // namespace tenet::detail
