#pragma once

#include <cstddef>
#include <cstdint>

#include <tenet/backend/cpu/correlation.hpp>
#include <tenet/backend/cpu/pad.hpp>
#include <tenet/operations/convolution.hpp>

namespace tenet::cpu {
namespace detail {

/// Values of scratch that hold `taps` taps, for the narrowest values.
constexpr std::int64_t tap_scratch(int taps) {
    return (static_cast<std::int64_t>(taps) * sizeof(Tap) + 15) / 16;
}

/// Cuts `floats` floats off the front of scratch memory.
template <class Element>
Element* take_scratch(float*& scratch, std::int64_t floats) {
    Element* taken = reinterpret_cast<Element*>(scratch);
    scratch += floats;
    return taken;
}

/// All taps of a kernel over an input plane of `height` x `width` values of `unit` floats.
TENET_NOINLINE inline void fill_taps(const operations::Convolution& op, int height, int width, int unit, Tap* taps) {
    for (int z = 0, i = 0; z < op.kernel[0]; ++z)
        for (int y = 0; y < op.kernel[1]; ++y)
            for (int x = 0; x < op.kernel[2]; ++x, ++i)
                taps[i] = {i, ((z * op.dilation[0] * height + y * op.dilation[1]) * width + x * op.dilation[2]) * unit};
}

/// The taps of a convolution, in scratch; and `x` with its padding, if it has one, behind them.
inline Tap* take_taps_and_pad(const operations::Convolution& op, int unit, const float*& x, float* scratch) {
    Tap* taps = take_scratch<Tap>(scratch, tap_scratch(2 * op.kernel_count()) * unit);
    fill_taps(op, op.padded(1), op.padded(2), unit, taps);
    if (op.has_padding()) {
        pad(Padded::input_of(op), unit, x, scratch);
        x = scratch;
    }
    return taps;
}

}  // namespace detail

/// Values of scratch for `convolution_forward`.
constexpr std::int64_t convolution_forward_scratch(const operations::Convolution& op) {
    return detail::tap_scratch(2 * op.kernel_count()) +
           (op.has_padding() ? static_cast<std::int64_t>(op.in_channels) * op.padded_count() : 0);
}

/// y = bias + the convolution of x with w, then the epilogue, for the samples in the lanes: x[in_channels][in],
/// y[out_channels][out], weights as PyTorch has them; `bias` may be null.
TENET_NOINLINE inline void convolution_forward(const CorrelationBlocks& blocks, const operations::Convolution& op,
                                               const float* x, const float* w, const float* bias, float* y,
                                               float* scratch, const Epilogue& epilogue) {
    const int unit = blocks.lanes, height = op.padded(1), width = op.padded(2);
    Tap* taps = detail::take_taps_and_pad(op, unit, x, scratch);

    const std::ptrdiff_t in_plane = op.padded_count() * std::ptrdiff_t{unit};
    const std::ptrdiff_t out_plane = op.out_count() * std::ptrdiff_t{unit};
    const int group_in = op.group_in_channels(), group_out = op.group_out_channels();
    Correlation c;
    c.channels = group_in;
    c.channel_input = in_plane;
    c.channel_weight = op.kernel_count();
    c.row_weight = static_cast<std::ptrdiff_t>(group_in) * op.kernel_count();
    c.row_output = out_plane;
    c.taps = taps;
    c.tap_count = op.kernel_count();
    PixelGrid grid;
    for (int axis = 0; axis < 3; ++axis) {
        const std::ptrdiff_t in_step = axis == 0 ? height * width : axis == 1 ? width : 1;
        const std::ptrdiff_t out_step = axis == 0 ? op.out[1] * op.out[2] : axis == 1 ? op.out[2] : 1;
        grid.extent[axis] = op.out[axis];
        grid.input[axis] = in_step * op.stride[axis] * unit;
        grid.output[axis] = out_step * unit;
    }
    TapBorder border;
    if (op.padding_mode == operations::PaddingMode::zeros && op.has_padding()) {
        const auto along = [&](int axis) {
            return TapAxis{op.kernel[axis],   op.stride[axis],  0,
                           op.dilation[axis], op.padding[axis], op.padding[axis] + op.in[axis]};
        };
        border.axis = op.kernel[0] > 1 ? 0 : 1;
        border.rows = along(border.axis);
        border.columns = along(2);
        border.row_size = op.kernel_count() / op.kernel[border.axis];
        border.selected = taps + op.kernel_count();
    }
    for (int g = 0; g < op.groups; ++g) {
        const int first = g * group_out;
        correlate(blocks, c, grid, border, group_out, x + g * group_in * in_plane, w + first * c.row_weight,
                  bias ? bias + first : bias, y + first * out_plane, epilogue.behind(first * out_plane));
    }
}

}  // namespace tenet::cpu
