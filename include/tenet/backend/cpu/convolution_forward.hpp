#pragma once

#include <cstddef>
#include <cstdint>
#include <tenet/backend/cpu/correlation.hpp>
#include <tenet/backend/cpu/pad.hpp>
#include <tenet/math/identity.hpp>
#include <tenet/operations/convolution.hpp>
#include <type_traits>

namespace tenet::cpu {
namespace detail {

/// Values of scratch that hold `taps` taps, for the narrowest values.
constexpr std::int64_t tap_scratch(int taps) {
    return (static_cast<std::int64_t>(taps) * sizeof(Tap) + 15) / 16;
}

/// Cuts `count` values of one type off the front of scratch memory.
template <class Element, class T>
TENET_INLINE Element* take_scratch(T*& scratch, std::int64_t values) {
    Element* taken = reinterpret_cast<Element*>(scratch);
    scratch += values;
    return taken;
}

/// All taps of a kernel over an input plane of `height` x `width` values of `unit` floats.
TENET_INLINE void fill_taps(const operations::Convolution& op, int height, int width, int unit, Tap* taps) {
    for (int z = 0, i = 0; z < op.kernel[0]; ++z)
        for (int y = 0; y < op.kernel[1]; ++y)
            for (int x = 0; x < op.kernel[2]; ++x, ++i)
                taps[i] = {i, ((z * op.dilation[0] * height + y * op.dilation[1]) * width + x * op.dilation[2]) * unit};
}

}  // namespace detail

/// y = Formula(bias + the convolution of x with w) for the samples in the lanes of T: x[in_channels][in],
/// y[out_channels][out], weights as PyTorch has them; `bias` may be null. Needs `scratch_size(op)` values of scratch.
template <class Formula>
struct ConvolutionForward {
    static constexpr std::int64_t scratch_size(const operations::Convolution& op) {
        return detail::tap_scratch(2 * op.kernel_count()) +
               (op.has_padding() ? static_cast<std::int64_t>(op.in_channels) * op.padded_count() : 0);
    }

    template <class T>
    static TENET_INLINE void run(const operations::Convolution* convolution, const T* x, const float* w,
                                 const float* bias, T* y, T* scratch) {
        const operations::Convolution& op = *convolution;
        constexpr int unit = lanes_of<T>;
        const int height = op.padded(1), width = op.padded(2);
        Tap* taps = detail::take_scratch<Tap>(scratch, detail::tap_scratch(2 * op.kernel_count()));
        detail::fill_taps(op, height, width, unit, taps);
        if (op.has_padding()) {
            const Padded padded = Padded::input_of(op);
            call_block<T, Pad>(&padded, x, scratch);
            x = scratch;
        }

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
            const auto along = [&](int axis) TENET_INLINE_LAMBDA {
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
            float* out = reinterpret_cast<float*>(y) + first * out_plane;
            correlate<T>(c, grid, border, group_out, reinterpret_cast<const float*>(x) + g * group_in * in_plane,
                         w + first * c.row_weight, bias ? bias + first : bias, out,
                         [&](BlockRange block, const PixelTile& tile) TENET_INLINE_LAMBDA {
                             if constexpr (!std::is_same_v<Formula, math::Identity>)
                                 for (int k = block.begin; k < block.end(); ++k)
                                     for (int p = 0; p < tile.count; ++p) {
                                         float* at = out + k * out_plane + tile.output[p];
                                         store(at, Formula::value(load<T>(at)));
                                     }
                         });
        }
    }
};

}  // namespace tenet::cpu
