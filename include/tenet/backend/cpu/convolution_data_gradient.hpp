#pragma once

#include <cstddef>
#include <cstdint>

#include <tenet/backend/cpu/convolution_forward.hpp>
#include <tenet/backend/cpu/correlation.hpp>
#include <tenet/backend/cpu/pad.hpp>

namespace TENET_NAMESPACE::cpu {
namespace detail {

/// The positions of one axis of dx with one remainder by the stride: only every so manieth tap reaches them.
struct ResidueAxis {
    int first = 0, count = 0;             // the first such position, and how many follow, a stride apart
    int tap = 0, taps = 0, tap_step = 1;  // the taps that reach them
    int output = 0, output_step = 0;      // where the first tap reads dy for the first position; the change per tap
};

/// A convolution's data gradient as correlations of dy: which part of dx.
struct GradientGeometry {
    int from[3]{}, extent[3]{1, 1, 1};  // positions of the padded input that are computed

    static constexpr GradientGeometry of(const operations::Convolution& op) {
        GradientGeometry g;
        const bool inside = op.padding_mode == operations::PaddingMode::zeros;  // nobody asks for a border of zeros
        for (int axis = 0; axis < 3; ++axis) {
            g.from[axis] = inside ? op.padding[axis] : 0;
            g.extent[axis] = inside ? op.in[axis] : op.padded(axis);
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
        r.output = (first - r.tap * dilation) / stride;
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
    const std::ptrdiff_t in_step[3]{std::ptrdiff_t{op.out[1]} * op.out[2] * unit, std::ptrdiff_t{op.out[2]} * unit, unit};
    const std::ptrdiff_t out_step[3]{std::ptrdiff_t{geometry.extent[1]} * geometry.extent[2] * unit,
                                     std::ptrdiff_t{geometry.extent[2]} * unit, unit};
    PixelGrid grid;
    TapTable table;
    std::ptrdiff_t start = 0;
    for (int axis = 0; axis < 3; ++axis) {
        grid.extent[axis] = axes[axis].count;
        grid.input[axis] = in_step[axis];
        grid.output[axis] = out_step[axis] * op.stride[axis];
        start += axes[axis].first * out_step[axis];
        table.axes[axis] = {axes[axis].taps, 1, axes[axis].output, axes[axis].output_step, op.out[axis]};
    }
    table.all = taps;
    table.selected = taps + op.kernel_count();
    fill_taps(table, in_step, taps);
    Tap* tap = taps;
    for (int a = 0; a < axes[0].taps; ++a)
        for (int b = 0; b < axes[1].taps; ++b)
            for (int c = 0; c < axes[2].taps; ++c) {
                const int t[3]{a, b, c};
                int weight = 0;
                for (int axis = 0; axis < 3; ++axis)
                    weight = weight * op.kernel[axis] + axes[axis].tap + t[axis] * axes[axis].tap_step;
                tap++->weight = weight;
            }

    const std::ptrdiff_t dy_plane = in_step[0] * op.out[0], dx_plane = out_step[0] * geometry.extent[0];
    const int group_in = op.group_in_channels(), group_out = op.group_out_channels();
    Correlation c;
    c.channels = group_out;
    c.channel_input = dy_plane;
    c.channel_weight = static_cast<std::ptrdiff_t>(group_in) * op.kernel_count();
    c.row_weight = op.kernel_count();
    c.row_output = dx_plane;
    for (int g = 0; g < op.groups; ++g) {
        const std::ptrdiff_t first = g * group_in * dx_plane + start;
        correlate(blocks, c, grid, table, group_in, dy + g * group_out * dy_plane, w + g * group_out * c.channel_weight,
                  bias ? bias + g * group_in : bias, dx + first, epilogue.behind(first));
    }
}

}  // namespace detail

/// Values of scratch for `convolution_data_gradient`.
constexpr std::int64_t convolution_data_gradient_scratch(const operations::Convolution& op) {
    return detail::tap_scratch(2 * op.kernel_count()) +
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
    const std::int64_t unit = blocks.lanes;
    const bool folds = detail::folds(op);
    Tap* taps = detail::take_scratch<Tap>(scratch, detail::tap_scratch(2 * op.kernel_count()) * unit);
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
