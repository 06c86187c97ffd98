#pragma once

#include <cstddef>
#include <cstdint>
#include <tenet/backend/cpu/convolution_forward.hpp>
#include <tenet/backend/cpu/correlation.hpp>
#include <tenet/backend/cpu/pad.hpp>
#include <type_traits>

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

}  // namespace detail

/// dx = (the gradient of the convolution's input) * Formula's derivative at x, with samples in the lanes of T; `x` is
/// the layer's saved input, that is Formula's output, and read only if Formula is not `math::Identity`. Overwrites dx.
/// With strides, the positions of each remainder are a correlation of their own, so that no inserted zero is
/// multiplied. Needs `scratch_size(op)` values of scratch.
template <class Formula>
struct ConvolutionDataGradient {
    static_assert(Formula::derivative_from_output, "the layer's input is its producer's output, not the argument of f");

    static constexpr std::int64_t scratch_size(const operations::Convolution& op) {
        const Padded dy = detail::GradientGeometry::of(op).dy;
        return detail::tap_scratch(2 * op.kernel_count()) +
               (dy.same() ? 0 : static_cast<std::int64_t>(op.out_channels) * dy.padded_count()) +
               (folds(op) ? static_cast<std::int64_t>(op.in_channels) * op.padded_count() : 0);
    }

    template <class T>
    static TENET_INLINE void run(const operations::Convolution* convolution, const T* dy, const float* w, const T* x,
                                 T* dx, T* scratch) {
        const operations::Convolution& op = *convolution;
        const detail::GradientGeometry geometry = detail::GradientGeometry::of(op);
        const Padded& border = geometry.dy;
        Tap* taps = detail::take_scratch<Tap>(scratch, detail::tap_scratch(2 * op.kernel_count()));
        if (!border.same()) {
            T* padded =
                detail::take_scratch<T>(scratch, static_cast<std::int64_t>(op.out_channels) * border.padded_count());
            call_block<T, Pad>(&border, dy, padded);
            dy = padded;
        }
        T* target = folds(op) ? scratch : dx;
        for (int z = 0; z < op.stride[0]; ++z)
            for (int y = 0; y < op.stride[1]; ++y)
                for (int s = 0; s < op.stride[2]; ++s) {
                    const detail::ResidueAxis axes[3]{geometry.residue(op, 0, z), geometry.residue(op, 1, y),
                                                      geometry.residue(op, 2, s)};
                    call_block<T, Residue>(&op, &geometry, &axes[0], dy, w, x, target, taps);
                }
        if (!folds(op)) return;
        const Padded input = Padded::input_of(op);
        call_block<T, PadGradient>(&input, static_cast<const T*>(target), dx);
        if constexpr (!std::is_same_v<Formula, math::Identity>)
            for (int i = 0; i < op.in_channels * op.in_count(); ++i) dx[i] *= Formula::derivative(T(0.f), x[i]);
    }

  private:
    static constexpr bool folds(const operations::Convolution& op) {
        return op.has_padding() && op.padding_mode != operations::PaddingMode::zeros;
    }

    struct Residue {
        template <class T>
        static TENET_INLINE void run(const operations::Convolution* convolution,
                                     const detail::GradientGeometry* geometry, const detail::ResidueAxis* axes,
                                     const T* dy, const float* w, const T* x, T* dx, Tap* taps) {
            const operations::Convolution& op = *convolution;
            constexpr int unit = lanes_of<T>;
            const Padded& border = geometry->dy;
            const std::ptrdiff_t in_step[3]{std::ptrdiff_t{border.padded[1]} * border.padded[2], border.padded[2], 1};
            const std::ptrdiff_t out_step[3]{std::ptrdiff_t{geometry->extent[1]} * geometry->extent[2],
                                             geometry->extent[2], 1};
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
            const std::ptrdiff_t dx_plane = out_step[0] * geometry->extent[0] * unit;
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
                const auto along = [&](int axis) TENET_INLINE_LAMBDA {
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
                float* out = reinterpret_cast<float*>(dx) + first;
                const float* saved = reinterpret_cast<const float*>(x) + first;
                correlate<T>(c, grid, zeros, group_in, reinterpret_cast<const float*>(dy) + g * group_out * dy_plane,
                             w + g * group_out * c.channel_weight, nullptr, out,
                             [&](BlockRange block, const PixelTile& tile) TENET_INLINE_LAMBDA {
                                 if constexpr (!std::is_same_v<Formula, math::Identity>) {
                                     if (folds(op)) return;
                                     for (int k = block.begin; k < block.end(); ++k)
                                         for (int p = 0; p < tile.count; ++p) {
                                             const std::ptrdiff_t at = k * dx_plane + tile.output[p];
                                             store(out + at, load<T>(out + at) *
                                                                 Formula::derivative(T(0.f), load<T>(saved + at)));
                                         }
                                 }
                             });
            }
        }
    };
};

}  // namespace tenet::cpu
