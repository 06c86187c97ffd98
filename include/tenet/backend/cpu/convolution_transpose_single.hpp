#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include <tenet/backend/cpu/convolution_data_gradient.hpp>
#include <tenet/backend/cpu/convolution_single.hpp>
#include <tenet/operations/convolution_transpose.hpp>

namespace TENET_NAMESPACE::cpu {
namespace detail {

/// The outputs of a transposed convolution with one remainder by the stride along each axis: an ordinary convolution of
/// a window of its input, with the taps that reach them, in reverse.
struct TransposePart {
    operations::Convolution op;
    int window[3]{};                       // where the window begins in the input; outside of that it is 0
    int output[3]{}, step[3]{};            // the first output, and the distance of its neighbours
    int tap[3]{}, tap_step[3]{};           // the last tap that reaches the outputs, and from it to the others
    bool reached = true, in_place = true;  // by any tap; all outputs are of this part

    static constexpr TransposePart of(const operations::Convolution& adjoint, const int (&remainders)[3]) {
        const GradientGeometry geometry = GradientGeometry::of(adjoint);
        TransposePart part;
        part.op.in_channels = adjoint.out_channels;
        part.op.out_channels = adjoint.in_channels;
        part.op.groups = adjoint.groups;
        for (int axis = 0; axis < 3; ++axis) {
            const ResidueAxis r = geometry.residue(adjoint, axis, remainders[axis]);
            const int dilation = r.taps > 1 ? -r.output_step : 1, others = std::max(r.taps - 1, 0);
            part.window[axis] = r.output - others * dilation;
            part.output[axis] = r.first;
            part.step[axis] = adjoint.stride[axis];
            part.tap[axis] = r.tap + others * r.tap_step;
            part.tap_step[axis] = -r.tap_step;
            part.op.kernel[axis] = r.taps;
            part.op.dilation[axis] = dilation;
            part.op.out[axis] = r.count;
            part.op.in[axis] = r.count + others * dilation;
            part.reached = part.reached && r.taps > 0;
            part.in_place = part.in_place && adjoint.stride[axis] == 1;
        }
        return part;
    }

    constexpr bool has_window(const operations::Convolution& adjoint) const {
        for (int axis = 0; axis < 3; ++axis)
            if (window[axis] != 0 || op.in[axis] != adjoint.out[axis]) return true;
        return false;
    }
    constexpr std::int64_t window_size() const { return static_cast<std::int64_t>(op.in_channels) * op.in_count(); }
    constexpr std::int64_t output_size() const { return static_cast<std::int64_t>(op.out_channels) * op.out_count(); }
    constexpr std::int64_t scratch() const {
        return reached ? window_size() + op.weight_count() + output_size() + convolution_single_scratch(op) : 0;
    }
};

template <class Visit>
constexpr void for_each_part(const operations::Convolution& adjoint, const Visit& visit) {
    int remainders[3]{};
    for (int& z = remainders[0]; z < adjoint.stride[0]; ++z)
        for (int& y = remainders[1] = 0; y < adjoint.stride[1]; ++y)
            for (int& x = remainders[2] = 0; x < adjoint.stride[2]; ++x)
                if (const TransposePart part = TransposePart::of(adjoint, remainders); part.op.out_count() > 0)
                    visit(part);
}

inline void copy_window(const TransposePart& part, const operations::Convolution& adjoint, const float* x,
                        float* window) {
    const int *extent = adjoint.out, *begin = part.window;
    for (int c = 0; c < part.op.in_channels; ++c, x += adjoint.out_count())
        for (int z = begin[0]; z < begin[0] + part.op.in[0]; ++z)
            for (int y = begin[1]; y < begin[1] + part.op.in[1]; ++y) {
                const bool inside = z >= 0 && z < extent[0] && y >= 0 && y < extent[1];
                const float* row = x + (z * extent[1] + y) * std::ptrdiff_t{extent[2]};
                for (int i = begin[2]; i < begin[2] + part.op.in[2]; ++i)
                    *window++ = inside && i >= 0 && i < extent[2] ? row[i] : 0.0f;
            }
}

/// The part's weights, as an ordinary convolution has them.
inline void copy_weights(const TransposePart& part, const operations::Convolution& adjoint, const float* w, float* to) {
    const int taps = adjoint.kernel_count(), outputs = adjoint.group_in_channels();
    for (int k = 0; k < part.op.out_channels; ++k)
        for (int c = 0; c < part.op.group_in_channels(); ++c) {
            const int channel = k / outputs * part.op.group_in_channels() + c;
            const float* kernel = w + (static_cast<std::ptrdiff_t>(channel) * outputs + k % outputs) * taps;
            const auto tap = [&](int axis, int i) { return part.tap[axis] + i * part.tap_step[axis]; };
            for (int a = 0; a < part.op.kernel[0]; ++a)
                for (int b = 0; b < part.op.kernel[1]; ++b)
                    for (int s = 0; s < part.op.kernel[2]; ++s)
                        *to++ = kernel[(tap(0, a) * adjoint.kernel[1] + tap(1, b)) * adjoint.kernel[2] + tap(2, s)];
        }
}

/// Puts a part's outputs, or for outputs that no tap reaches the biases, in their places.
inline void place_outputs(const TransposePart& part, const operations::Convolution& adjoint, const float* from,
                          const float* bias, float* y) {
    for (int k = 0; k < part.op.out_channels; ++k, y += adjoint.in_count())
        for (int a = 0; a < part.op.out[0]; ++a)
            for (int b = 0; b < part.op.out[1]; ++b) {
                const int z = part.output[0] + a * part.step[0], line = part.output[1] + b * part.step[1];
                float* row = y + (z * adjoint.in[1] + line) * std::ptrdiff_t{adjoint.in[2]} + part.output[2];
                for (int i = 0; i < part.op.out[2]; ++i) row[i * part.step[2]] = from ? *from++ : bias ? bias[k] : 0.0f;
            }
}

}  // namespace detail

/// Floats of scratch for `convolution_transpose_single`.
constexpr std::int64_t convolution_transpose_single_scratch(const operations::ConvolutionTranspose& op) {
    std::int64_t most = 0;
    detail::for_each_part(op.adjoint,
                          [&](const detail::TransposePart& part) { most = std::max(most, part.scratch()); });
    return most;
}

/// y = bias + the transposed convolution of x with w for one sample of plain floats; `bias` may be null. No inserted
/// zero is multiplied: with strides, the outputs of each remainder are a convolution of their own.
TENET_NOINLINE inline void convolution_transpose_single(const ConvolutionSingleBlocks& blocks,
                                                        const operations::ConvolutionTranspose& op, const float* x,
                                                        const float* w, const float* bias, float* y, float* scratch) {
    detail::for_each_part(op.adjoint, [&](const detail::TransposePart& part) {
        if (!part.reached) return detail::place_outputs(part, op.adjoint, nullptr, bias, y);
        float* const window = scratch;
        float* const weights = window + part.window_size();
        float* const outputs = weights + part.op.weight_count();
        detail::copy_weights(part, op.adjoint, w, weights);
        const bool copied = part.has_window(op.adjoint);
        if (copied) detail::copy_window(part, op.adjoint, x, window);
        convolution_single(blocks, part.op, copied ? window : x, weights, bias, part.in_place ? y : outputs,
                           outputs + part.output_size());
        if (!part.in_place) detail::place_outputs(part, op.adjoint, outputs, nullptr, y);
    });
}

}  // namespace tenet::cpu
