#pragma once

#include <cstdint>

#include <tenet/operations/padding_mode.hpp>

namespace TENET_NAMESPACE::operations {

/// y[k][o] = b[k] + sum over c, t of w[k][c][t] x[c][o * stride + t * dilation - padding], as PyTorch's Conv1d, Conv2d
/// and Conv3d (https://pytorch.org/docs/stable/generated/torch.nn.Conv2d.html). Extents are depth, height, width; lower
/// ranks have leading extents 1. Weights are [out_channels][in_channels / groups][kernel]; `out` is given, see
/// `out_extent`.
struct Convolution {
    TENET_LOCAL static constexpr bool takes_epilogue = true, takes_addition = true;
    TENET_LOCAL static constexpr bool saves_input = true, saves_output = false;

    int in_channels = 0, out_channels = 0, groups = 1;
    int in[3]{1, 1, 1}, out[3]{1, 1, 1};
    int kernel[3]{1, 1, 1}, stride[3]{1, 1, 1}, padding[3]{0, 0, 0}, dilation[3]{1, 1, 1};
    PaddingMode padding_mode = PaddingMode::zeros;
    bool bias = true;
    bool direct = false;  // no transforms, which are no sums where numbers are infinite

    /// floor((in + 2 padding - dilation (kernel - 1) - 1) / stride) + 1.
    constexpr int out_extent(int axis) const {
        return (padded(axis) - dilation[axis] * (kernel[axis] - 1) - 1) / stride[axis] + 1;
    }
    constexpr int padded(int axis) const { return in[axis] + 2 * padding[axis]; }
    constexpr int greatest_padding(int axis) const { return operations::greatest_padding(padding_mode, in[axis]); }
    constexpr bool has_padding() const { return padding[0] > 0 || padding[1] > 0 || padding[2] > 0; }

    constexpr int in_count() const { return in[0] * in[1] * in[2]; }
    constexpr int padded_count() const { return padded(0) * padded(1) * padded(2); }
    constexpr int out_count() const { return out[0] * out[1] * out[2]; }
    constexpr int kernel_count() const { return kernel[0] * kernel[1] * kernel[2]; }
    constexpr int group_in_channels() const { return in_channels / groups; }
    constexpr int group_out_channels() const { return out_channels / groups; }
    constexpr int weight_count() const { return out_channels * group_in_channels() * kernel_count(); }

    /// For small images, where adding to the weights costs as much as the few products. Measured: from 7 x 7 pixels on it
    /// pays no more, and for 3 x 3 kernels from 4 x 4 on, if Winograd's tiles of 2 x 2 pixels fill the image.
    constexpr bool defers_weight_gradient() const {
        const bool plain = groups == 1 && kernel[0] == 1 && out[0] == 1;
        const bool only_zeros_around = !has_padding() || padding_mode == PaddingMode::zeros;
        bool tiled = !direct && in_channels >= 16 && out_channels >= 16;
        for (int axis = 1; axis < 3; ++axis)
            tiled = tiled && kernel[axis] == 3 && stride[axis] == 1 && out[axis] % 2 == 0 && out[axis] >= 4;
        return plain && only_zeros_around && in_channels >= 8 && out_count() <= 36 && !tiled;
    }
    constexpr std::int64_t forward_flops() const { return 2LL * weight_count() * out_count(); }
    constexpr std::int64_t backward_flops() const { return 2 * forward_flops(); }
};

/// A convolution with as many groups as output channels, so that each of these sees one channel or a few. A kind of its
/// own, as its kernels are: a network without one does not pay for compiling them.
struct DepthwiseConvolution : Convolution {};

}  // namespace tenet::operations
