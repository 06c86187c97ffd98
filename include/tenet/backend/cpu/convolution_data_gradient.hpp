#pragma once

#include <cstddef>
#include <cstdint>

#include <tenet/backend/cpu/convolution_forward.hpp>
#include <tenet/backend/cpu/correlation.hpp>
#include <tenet/backend/cpu/pad.hpp>

namespace tenet::cpu {
namespace detail {

/// The positions of one axis of dx with one remainder by the stride: only every so manieth tap reaches them.
struct ResidueAxis {
    int first = 0, count = 0;             // the first such position, and how many follow, a stride apart
    int tap = 0, taps = 0, tap_step = 1;  // the taps that reach them
    int output = 0, output_step = 0;      // where the first tap reads dy for the first position; the change per tap
};

/// A convolution's data gradient as correlations of dy: which part of dx, and the border of zeros that dy needs.
struct GradientGeometry {
    int from[3]{}, extent[3]{1, 1, 1};  // positions of the padded input that are computed
    Padded dy;

    static constexpr GradientGeometry of(const operations::Convolution& op) {
        GradientGeometry g;
        const bool inside = op.padding_mode == operations::PaddingMode::zeros;  // nobody asks for a border of zeros
        g.dy.channels = op.out_channels;
        for (int axis = 0; axis < 3; ++axis) {
            g.from[axis] = inside ? op.padding[axis] : 0;
            g.extent[axis] = inside ? op.in[axis] : op.padded(axis);
            const int reach = op.dilation[axis] * (op.kernel[axis] - 1) - g.from[axis];
            const int last = (g.from[axis] + g.extent[axis] - 1) / op.stride[axis];
            g.dy.extent[axis] = op.out[axis];
            g.dy.before[axis] = reach > 0 ? reach / op.stride[axis] : 0;
            g.dy.padded[axis] = g.dy.before[axis] + (last < op.out[axis] ? op.out[axis] : last + 1);
        }
        return g;
    }

    constexpr ResidueAxis residue(const operations::Convolution& op, int axis, int remainder) const {
        const int stride = op.stride[axis], dilation = op.dilation[axis], end = from[axis] + extent[axis];
        ResidueAxis r;
        int first = from[axis];
        while (first % stride != remainder) ++first;
        r.first = first - from[axis];
        r.count = first < end ? (end - 1 - first) / stride + 1 : 0;
        for (int tap = 0; tap < op.kernel[axis]; ++tap)
            if ((first - tap * dilation) % stride == 0) {
                if (r.taps == 0) r.tap = tap;
                if (r.taps == 1) r.tap_step = tap - r.tap;
                ++r.taps;
            }
        r.output = (first - r.tap * dilation) / stride + dy.before[axis];
        r.output_step = -r.tap_step * dilation / stride;
        return r;
    }
};

/// With reflected and like borders, dx is first computed with its border, which is then folded back.
constexpr bool folds(const operations::Convolution& op) {
    return op.has_padding() && op.padding_mode != operations::PaddingMode::zeros;
}

// The positions of dx with one remainder by the stride along each axis.
TENET_NOINLINE inline void data_gradient_residue(const CorrelationBlocks& blocks, const operations::Convolution& op,
                                                 const GradientGeometry& geometry, const ResidueAxis (&axes)[3],
                                                 const float* dy, const float* w, const float* bias, float* dx,
                                                 Tap* taps, const Epilogue& epilogue) {
    const int unit = blocks.lanes;
    const Padded& border = geometry.dy;
    const std::ptrdiff_t in_step[3]{std::ptrdiff_t{border.padded[1]} * border.padded[2], border.padded[2], 1};
    const std::ptrdiff_t out_step[3]{std::ptrdiff_t{geometry.extent[1]} * geometry.extent[2], geometry.extent[2], 1};
    PixelGrid grid;
    std::ptrdiff_t start = 0;
    for (int axis = 0; axis < 3; ++axis) {
        grid.extent[axis] = axes[axis].count;
        grid.input[axis] = in_step[axis] * unit;
        grid.output[axis] = out_step[axis] * op.stride[axis] * unit;
        start += axes[axis].first * out_step[axis] * unit;
    }
    int tap_count = 0;
    for (int a = 0; a < axes[0].taps; ++a)
        for (int b = 0; b < axes[1].taps; ++b)
            for (int c = 0; c < axes[2].taps; ++c) {
                const int t[3]{a, b, c};
                int weight = 0;
                std::ptrdiff_t input = 0;
                for (int axis = 0; axis < 3; ++axis) {
                    weight = weight * op.kernel[axis] + axes[axis].tap + t[axis] * axes[axis].tap_step;
                    input += (axes[axis].output + t[axis] * axes[axis].output_step) * in_step[axis];
                }
                taps[tap_count++] = {weight, static_cast<int>(input * unit)};
            }

    const std::ptrdiff_t dy_plane = border.padded_count() * std::ptrdiff_t{unit};
    const std::ptrdiff_t dx_plane = out_step[0] * geometry.extent[0] * unit;
    const int group_in = op.group_in_channels(), group_out = op.group_out_channels();
    Correlation c;
    c.channels = group_out;
    c.channel_input = dy_plane;
    c.channel_weight = static_cast<std::ptrdiff_t>(group_in) * op.kernel_count();
    c.row_weight = op.kernel_count();
    c.row_output = dx_plane;
    c.taps = taps;
    c.tap_count = tap_count;
    TapBorder zeros;
    if (!border.same() && tap_count > 0) {
        const auto along = [&](int axis) {
            return TapAxis{axes[axis].taps,     1,
                           axes[axis].output,   axes[axis].output_step,
                           border.before[axis], border.before[axis] + border.extent[axis]};
        };
        zeros.axis = op.kernel[0] > 1 ? 0 : 1;
        zeros.rows = along(zeros.axis);
        zeros.columns = along(2);
        zeros.row_size = tap_count / axes[zeros.axis].taps;
        zeros.selected = taps + op.kernel_count();
    }
    for (int g = 0; g < op.groups; ++g) {
        const std::ptrdiff_t first = g * group_in * dx_plane + start;
        correlate(blocks, c, grid, zeros, group_in, dy + g * group_out * dy_plane, w + g * group_out * c.channel_weight,
                  bias ? bias + g * group_in : bias, dx + first, epilogue.behind(first));
    }
}

}  // namespace detail

/// Values of scratch for `convolution_data_gradient`.
constexpr std::int64_t convolution_data_gradient_scratch(const operations::Convolution& op) {
    const Padded dy = detail::GradientGeometry::of(op).dy;
    return detail::tap_scratch(2 * op.kernel_count()) +
           (dy.same() ? 0 : static_cast<std::int64_t>(op.out_channels) * dy.padded_count()) +
           (detail::folds(op) ? static_cast<std::int64_t>(op.in_channels) * op.padded_count() : 0);
}

/// dx = bias + the gradient of the convolution's input, then the epilogue, with samples in the lanes. Overwrites dx;
/// `bias`, a number for each input channel, may be null: only a transposed convolution has one, and no border but
/// zeros. With strides, the positions of each remainder are a correlation of their own, so that no inserted zero is
/// multiplied.
TENET_NOINLINE inline void convolution_data_gradient(const CorrelationBlocks& blocks, const operations::Convolution& op,
                                                     const float* dy, const float* w, const float* bias, float* dx,
                                                     float* scratch, const Epilogue& epilogue) {
    const detail::GradientGeometry geometry = detail::GradientGeometry::of(op);
    const Padded& border = geometry.dy;
    const std::int64_t unit = blocks.lanes;
    const bool folds = detail::folds(op);
    Tap* taps = detail::take_scratch<Tap>(scratch, detail::tap_scratch(2 * op.kernel_count()) * unit);
    if (!border.same()) {
        float* padded = detail::take_scratch<float>(scratch, unit * op.out_channels * border.padded_count());
        pad(border, blocks.lanes, dy, padded);
        dy = padded;
    }
    float* target = folds ? scratch : dx;
    for (int z = 0; z < op.stride[0]; ++z)
        for (int y = 0; y < op.stride[1]; ++y)
            for (int s = 0; s < op.stride[2]; ++s) {
                const detail::ResidueAxis axes[3]{geometry.residue(op, 0, z), geometry.residue(op, 1, y),
                                                  geometry.residue(op, 2, s)};
                detail::data_gradient_residue(blocks, op, geometry, axes, dy, w, bias, target, taps,
                                              folds ? Epilogue{} : epilogue);
            }
    if (!folds) return;
    pad_gradient(Padded::input_of(op), blocks.lanes, target, dx);
    const std::ptrdiff_t offset = 0;
    epilogue.run({op.in_channels * op.in_count(), unit, 1, &offset}, dx, 0);
}

}  // namespace tenet::cpu
