#pragma once

#include <tenet/layers/layer.hpp>
#include <tenet/layers/spatial.hpp>
#include <tenet/operations/window.hpp>

namespace TENET_NAMESPACE {

namespace detail {

template <operations::Pooling Kind, int Rank, int Size, class... Option>
struct PoolLayer {
    using Op = operations::Window<Kind>;

    static constexpr Inferred infer(const Shape& in) {
        Inferred result;
        const Op op = describe(in, result.why);
        if (!result.ok()) return result;
        result.output = Shape{op.channels};
        for (int axis = 3 - Rank; axis < 3; ++axis) result.output.append(op.out[axis]);
        return result;
    }
    static constexpr Op operation(const Shape& in) {
        Diagnosis ignored;
        return describe(in, ignored);
    }

  private:
    static constexpr Op describe(const Shape& in, Diagnosis& why) {
        Op op;
        const Options options =
            read_options<Option...>(why, kernel_option | stride_option | padding_option | ceil_mode_option);
        // MaxPool2d<3> has one extent; MaxPool2d<0, Kernel<3, 2>> names its own.
        const Extents written = options.kernel.rank > 0 ? options.kernel : Extents{1, {Size}};
        check_extents(why, why::window, written, Rank, 1);
        check_extents(why, why::stride, options.stride, Rank, 1);
        check_extents(why, why::padding, options.padding, Rank, 0);
        if (!why.empty()) return op;
        if (in.rank != Rank + 1) {
            why << needs_rank(Rank) << in;
            return op;
        }
        const Extents window = Options::spread(written, Rank, 1);
        const Extents padding = Options::spread(options.padding, Rank, 0);
        op.channels = in[0];
        place_extents(op.in, spatial_extents(in));
        place_extents(op.kernel, window);
        place_extents(op.stride, options.stride.rank > 0 ? Options::spread(options.stride, Rank, 1) : window);
        place_extents(op.padding, padding);
        for (int axis = 3 - Rank; axis < 3 && why.empty(); ++axis) {
            const int room = op.in[axis] + 2 * op.padding[axis] - op.kernel[axis];
            if (2 * op.padding[axis] > op.kernel[axis])
                why << why::padding << padding << why::is_more_than_half_of << why::window << window;
            else if (room + overhang(op, axis, options.ceil_mode) < 0)
                why << why::window << window << why::does_not_fit << why::input << in;
            else
                op.out[axis] = out_extent(op, axis, room, options.ceil_mode);
        }
        return op;
    }

    // With ceil_mode the last window may hang over the edge, but must start inside the input or its left padding.
    static constexpr int overhang(const Op& op, int axis, bool ceil_mode) { return ceil_mode ? op.stride[axis] - 1 : 0; }
    static constexpr int out_extent(const Op& op, int axis, int room, bool ceil_mode) {
        int out = (room + overhang(op, axis, ceil_mode)) / op.stride[axis] + 1;
        if (ceil_mode && (out - 1) * op.stride[axis] >= op.in[axis] + op.padding[axis]) --out;
        return out;
    }
};

/// Windows that share out each axis among the outputs.
template <int... Out>
struct AdaptiveAvgPoolLayer {
    using Op = operations::Window<operations::Pooling::average>;
    TENET_LOCAL static constexpr int rank = sizeof...(Out);
    TENET_LOCAL static constexpr Extents out = extents_of<Out...>();

    static constexpr Inferred infer(const Shape& in) {
        Inferred result;
        check_extents(result.why, why::output_size, out, rank, 1);
        if (!result.ok()) return result;
        if (in.rank != rank + 1) {
            result.why << needs_rank(rank) << in;
            return result;
        }
        result.output = Shape{in[0], Out...};
        return result;
    }
    static constexpr Op operation(const Shape& in) {
        Op op;
        op.channels = in[0];
        place_extents(op.in, spatial_extents(in));
        place_extents(op.out, out);
        for (int axis = 0; axis < 3; ++axis) {
            op.adaptive = op.adaptive || op.in[axis] % op.out[axis] != 0;
            op.kernel[axis] = op.stride[axis] = (op.in[axis] + op.out[axis] - 1) / op.out[axis];
        }
        return op;
    }
};

}  // namespace detail

/// The maximum of every window of `Size` along each axis of [C, ...]; stride defaults to the window. Takes Stride, Padding
/// (at most half the window; it never wins) and CeilMode; `MaxPool2d<0, Kernel<3, 2>>` has another extent for each axis.
/// https://pytorch.org/docs/stable/generated/torch.nn.MaxPool2d.html
template <int Size, class... StrideAndOptions>
struct MaxPool1d : detail::PoolLayer<operations::Pooling::max, 1, Size, StrideAndOptions...> {};
template <int Size, class... StrideAndOptions>
struct MaxPool2d : detail::PoolLayer<operations::Pooling::max, 2, Size, StrideAndOptions...> {};
template <int Size, class... StrideAndOptions>
struct MaxPool3d : detail::PoolLayer<operations::Pooling::max, 3, Size, StrideAndOptions...> {};

/// The average of every window, zeros of the padding included (PyTorch's default); otherwise as MaxPool.
/// https://pytorch.org/docs/stable/generated/torch.nn.AvgPool2d.html
template <int Size, class... StrideAndOptions>
struct AvgPool1d : detail::PoolLayer<operations::Pooling::average, 1, Size, StrideAndOptions...> {};
template <int Size, class... StrideAndOptions>
struct AvgPool2d : detail::PoolLayer<operations::Pooling::average, 2, Size, StrideAndOptions...> {};
template <int Size, class... StrideAndOptions>
struct AvgPool3d : detail::PoolLayer<operations::Pooling::average, 3, Size, StrideAndOptions...> {};

/// The average of windows that share out the L positions of [C, L] among `Out` outputs: output i is that from floor(i L / Out)
/// to before ceil((i + 1) L / Out). https://pytorch.org/docs/stable/generated/torch.nn.AdaptiveAvgPool2d.html
template <int Out>
struct AdaptiveAvgPool1d : detail::AdaptiveAvgPoolLayer<Out> {};

/// As AdaptiveAvgPool1d along both axes of [C, H, W]: `AdaptiveAvgPool2d<7>` gives 7 x 7.
template <int Height, int Width = Height>
struct AdaptiveAvgPool2d : detail::AdaptiveAvgPoolLayer<Height, Width> {};

/// The average over all positions of each channel: [C, ...] -> [C, 1, ...], PyTorch's AdaptiveAvgPool with output size 1.
struct GlobalAvgPool {
    static constexpr Inferred infer(const Shape& in) {
        Inferred result;
        if (in.rank < 2 || in.rank > 4) {
            result.why << why::needs_an_image_but_gets << in;
            return result;
        }
        result.output = Shape{in[0]};
        for (int axis = 1; axis < in.rank; ++axis) result.output.append(1);
        return result;
    }
    static constexpr operations::Window<operations::Pooling::average> operation(const Shape& in) {
        operations::Window<operations::Pooling::average> op;
        op.channels = in[0];
        detail::place_extents(op.in, detail::spatial_extents(in));
        detail::place_extents(op.kernel, detail::spatial_extents(in));
        return op;
    }
};

}  // namespace tenet
