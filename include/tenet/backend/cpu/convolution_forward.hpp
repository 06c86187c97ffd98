#pragma once

#include <cstddef>
#include <cstdint>

#include <tenet/backend/cpu/correlation.hpp>
#include <tenet/backend/cpu/pad.hpp>
#include <tenet/operations/convolution.hpp>

namespace TENET_NAMESPACE::cpu {
namespace detail {

/// Values of scratch that hold `taps` taps, for the narrowest values.
constexpr std::int64_t tap_scratch(int taps) {
    return (taps * static_cast<std::int64_t>(sizeof(Tap)) + 15) / 16;
}

/// Cuts `floats` floats off the front of scratch memory.
template <class Element>
Element* take_scratch(float*& scratch, std::int64_t floats) {
    Element* taken = reinterpret_cast<Element*>(scratch);
    scratch += floats;
    return taken;
}

/// Whether the border of an input has to be stored: zeros are left out of the sums instead.
constexpr bool stores_border(const operations::Convolution& op) {
    return op.has_padding() && op.padding_mode != operations::PaddingMode::zeros;
}

}  // namespace detail

/// Values of scratch for `convolution_forward`.
constexpr std::int64_t convolution_forward_scratch(const operations::Convolution& op) {
    return detail::tap_scratch(2 * op.kernel_count()) +
           (detail::stores_border(op) ? static_cast<std::int64_t>(op.in_channels) * op.padded_count() : 0);
}

/// y = bias + the convolution of x with w, then the epilogue, for the samples in the lanes: x[in_channels][in],
/// y[out_channels][out], weights as PyTorch has them; `bias` may be null.
TENET_NOINLINE inline void convolution_forward(const CorrelationBlocks& blocks, const operations::Convolution& op,
                                               const float* x, const float* w, const float* bias, float* y,
                                               float* scratch, const Epilogue& epilogue) {
    const int unit = blocks.lanes;
    Tap* const all_taps = detail::take_scratch<Tap>(scratch, detail::tap_scratch(2 * op.kernel_count()) * unit);
    const bool border = detail::stores_border(op);
    if (border) {
        pad(Padded::input_of(op), unit, x, scratch);
        x = scratch;
    }
    TapTable taps;
    taps.all = all_taps;
    taps.selected = all_taps + op.kernel_count();
    PixelGrid grid;
    std::ptrdiff_t in_step[3], in_plane = unit, out_plane = unit;
    for (int axis = 2; axis >= 0; --axis) {
        const int extent = border ? op.padded(axis) : op.in[axis];
        taps.axes[axis] = {op.kernel[axis], op.stride[axis], border ? 0 : -op.padding[axis], op.dilation[axis], extent};
        in_step[axis] = in_plane;
        grid.extent[axis] = op.out[axis];
        grid.input[axis] = in_plane * op.stride[axis];
        grid.output[axis] = out_plane;
        in_plane *= extent;
        out_plane *= op.out[axis];
    }
    fill_taps(taps, in_step, all_taps);
    const int group_in = op.group_in_channels(), group_out = op.group_out_channels();
    Correlation c;
    c.channels = group_in;
    c.channel_input = in_plane;
    c.channel_weight = op.kernel_count();
    c.row_weight = static_cast<std::ptrdiff_t>(group_in) * op.kernel_count();
    c.row_output = out_plane;
    for (int g = 0; g < op.groups; ++g) {
        const int first = g * group_out;
        correlate(blocks, c, grid, taps, group_out, x + g * group_in * in_plane, w + first * c.row_weight,
                  bias ? bias + first : bias, y + first * out_plane, epilogue.behind(first * out_plane));
    }
}

}  // namespace tenet::cpu
