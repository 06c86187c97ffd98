#pragma once

#include <tenet/layers/layer.hpp>
#include <tenet/layers/spatial.hpp>
#include <tenet/operations/convolution.hpp>

namespace TENET_NAMESPACE {

namespace detail {

/// What convolutions of all kinds read from their options: extents, channels and groups of a convolution of `in` with
/// `out` channels, without its output's extents.
constexpr operations::Convolution read_convolution(const Options& options, int rank, int out, const Shape& in,
                                                   Diagnosis& why) {
    operations::Convolution op;
    check_extents(why, why::kernel, options.kernel, rank, 1);
    check_extents(why, why::stride, options.stride, rank, 1);
    check_extents(why, why::padding, options.padding, rank, 0);
    check_extents(why, why::dilation, options.dilation, rank, 1);
    if (!why.empty()) return op;
    if (options.kernel.rank == 0) {
        why.mark(why::kernel, 0).name("Kernel<...>") << why::is_missing;
    } else if (out < 1) {
        why << why::output_channels << why::must_be_positive << why::but_is << out;
    } else if (in.rank != rank + 1) {
        why << needs_rank(rank) << in;
    } else if (options.groups < 1 || in[0] % options.groups != 0 || out % options.groups != 0) {
        why << options.groups << why::groups_do_not_divide << in[0] << why::input_channels_and << out
            << why::output_channels;
    } else {
        op.in_channels = in[0];
        op.out_channels = out;
        op.groups = options.groups;
        op.bias = options.bias;
        op.padding_mode = options.padding_mode;
        op.direct = options.direct;
        place_extents(op.in, spatial_extents(in));
        place_extents(op.kernel, Options::spread(options.kernel, rank, 1));
        place_extents(op.stride, Options::spread(options.stride, rank, 1));
        place_extents(op.padding, Options::spread(options.padding, rank, 0));
        place_extents(op.dilation, Options::spread(options.dilation, rank, 1));
    }
    return op;
}

/// The weight and the bias of a layer with the weights of a convolution whose bias has `biases` numbers. Fans are counted as
/// PyTorch counts them.
constexpr ParameterList convolution_parameters(const operations::Convolution& op, int rank, int biases, bool has_bias) {
    Shape shape{op.out_channels, op.group_in_channels()};
    for (int axis = 3 - rank; axis < 3; ++axis) shape.append(op.kernel[axis]);
    const int fan_in = op.group_in_channels() * op.kernel_count(), fan_out = op.out_channels * op.kernel_count();
    const ParameterSpec weight{"weight", shape, InitialValue::torch_weight(), fan_in, fan_out};
    const ParameterSpec bias{"bias", Shape{biases}, InitialValue::torch_bias(), fan_in, fan_out};
    return has_bias ? ParameterList{weight, bias} : ParameterList{weight};
}

template <int Rank, int Out, class... Option>
struct ConvolutionLayer {
    static constexpr Inferred infer(const Shape& in) {
        Inferred result;
        const operations::Convolution op = describe(in, result.why);
        if (!result.ok()) return result;
        result.output = Shape{Out};
        for (int axis = 3 - Rank; axis < 3; ++axis) result.output.append(op.out[axis]);
        return result;
    }

    static constexpr ParameterList parameters(const Shape& in) {
        const operations::Convolution op = operation(in);
        return convolution_parameters(op, Rank, Out, op.bias);
    }

    static constexpr auto operation(const Shape& in) {
        Diagnosis ignored;
        if constexpr (by_depth())
            return operations::DepthwiseConvolution{describe(in, ignored)};
        else
            return describe(in, ignored);
    }

  private:
    static constexpr Options read(Diagnosis& why) {
        return read_options<Option...>(
            why, extent_options | groups_option | no_bias_option | padding_mode_option | direct_option);
    }
    static constexpr bool by_depth() {
        Diagnosis ignored;
        return Out > 1 && read(ignored).groups == Out;
    }

    static constexpr operations::Convolution describe(const Shape& in, Diagnosis& why) {
        const Options options = read(why);
        operations::Convolution op = read_convolution(options, Rank, Out, in, why);
        if (why.empty()) check_fit(op, in, options, why);
        return op;
    }

    static constexpr void check_fit(operations::Convolution& op, const Shape& in, const Options& options, Diagnosis& why) {
        for (int axis = 3 - Rank; axis < 3 && why.empty(); ++axis) {
            const int reach = op.dilation[axis] * (op.kernel[axis] - 1) + 1;
            if (op.padded(axis) < reach) {
                why << why::kernel << Options::spread(options.kernel, Rank, 1) << why::does_not_fit << why::input << in;
                if (op.has_padding()) why << why::padded_by << Options::spread(options.padding, Rank, 0);
            } else if (op.padding[axis] > op.greatest_padding(axis)) {
                const bool mirrored = op.padding_mode == operations::PaddingMode::reflect;
                why << why::padding << Options::spread(options.padding, Rank, 0)
                    << (mirrored ? why::must_be_smaller_than_the : why::must_not_exceed_the) << why::input << in;
            } else {
                op.out[axis] = op.out_extent(axis);
            }
        }
    }
};

}  // namespace detail

/// Convolution over [C, L] -> [Out, L'], L' = floor((L + 2 padding - dilation (kernel - 1) - 1) / stride) + 1. Takes
/// Kernel, Stride, Padding, Dilation, Groups, NoBias, PaddingMode and Direct; weight [Out, C / groups, kernel], bias
/// [Out]. https://pytorch.org/docs/stable/generated/torch.nn.Conv1d.html
template <int Out, class... KernelAndOptions>
struct Conv1d : detail::ConvolutionLayer<1, Out, KernelAndOptions...> {};

/// As Conv1d over [C, H, W]: `Conv2d<32, Kernel<3, 5>, Stride<2>, Padding<1, 2>>`.
template <int Out, class... KernelAndOptions>
struct Conv2d : detail::ConvolutionLayer<2, Out, KernelAndOptions...> {};

/// As Conv1d over [C, D, H, W].
template <int Out, class... KernelAndOptions>
struct Conv3d : detail::ConvolutionLayer<3, Out, KernelAndOptions...> {};

}  // namespace tenet
