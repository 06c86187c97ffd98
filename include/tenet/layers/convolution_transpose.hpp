#pragma once

#include <tenet/layers/convolution.hpp>
#include <tenet/operations/convolution_transpose.hpp>

namespace TENET_NAMESPACE {

namespace detail {

template <int Rank, int Out, class... Option>
struct ConvolutionTransposeLayer {
    static constexpr Inferred infer(const Shape& in) {
        Inferred result;
        const operations::ConvolutionTranspose op = describe(in, result.why);
        if (!result.ok()) return result;
        result.output = Shape{Out};
        for (int axis = 3 - Rank; axis < 3; ++axis) result.output.append(op.adjoint.in[axis]);
        return result;
    }

    static constexpr ParameterList parameters(const Shape& in) {
        const operations::ConvolutionTranspose op = operation(in);
        return convolution_parameters(op.adjoint, Rank, Out, op.bias);
    }

    static constexpr operations::ConvolutionTranspose operation(const Shape& in) {
        Diagnosis ignored;
        return describe(in, ignored);
    }

  private:
    static constexpr operations::ConvolutionTranspose describe(const Shape& in, Diagnosis& why) {
        const Options options =
            read_options<Option...>(why, extent_options | output_padding_option | groups_option | no_bias_option);
        check_extents(why, why::output_padding, options.output_padding, Rank, 0);
        operations::Convolution op = read_convolution(options, Rank, Out, in, why);
        if (!why.empty()) return {};
        const Extents more = Options::spread(options.output_padding, Rank, 0);
        int end[3]{0, 0, 0};
        place_extents(end, more);
        op.in_channels = Out;
        op.out_channels = in[0];
        op.bias = false;
        for (int axis = 3 - Rank; axis < 3 && why.empty(); ++axis) {
            op.out[axis] = op.in[axis];
            op.in[axis] = (op.out[axis] - 1) * op.stride[axis] - 2 * op.padding[axis] +
                          op.dilation[axis] * (op.kernel[axis] - 1) + end[axis] + 1;
            if (end[axis] >= op.stride[axis] && end[axis] >= op.dilation[axis])
                why << why::output_padding << more << why::must_be_smaller_than_stride_or_dilation;
            else if (op.in[axis] < 1)
                why << why::padding << Options::spread(options.padding, Rank, 0)
                    << why::leaves_nothing_of_the_output_for << why::input << in;
        }
        return {op, options.bias};
    }
};

}  // namespace detail

/// The convolution that goes the other way: [C, L] -> [Out, L'], L' = (L - 1) stride - 2 padding + dilation (kernel -
/// 1)
/// + output padding + 1. Takes Kernel, Stride, Padding, OutputPadding, Dilation, Groups and NoBias; weight
/// [C, Out / groups, kernel], bias [Out]. https://pytorch.org/docs/stable/generated/torch.nn.ConvTranspose1d.html
template <int Out, class... KernelAndOptions>
struct ConvTranspose1d : detail::ConvolutionTransposeLayer<1, Out, KernelAndOptions...> {};

/// As ConvTranspose1d over [C, H, W]: `ConvTranspose2d<64, Kernel<2>, Stride<2>>` doubles an image.
template <int Out, class... KernelAndOptions>
struct ConvTranspose2d : detail::ConvolutionTransposeLayer<2, Out, KernelAndOptions...> {};

}  // namespace tenet
