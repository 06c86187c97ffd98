#pragma once

#include <cstdint>

#include <tenet/operations/convolution.hpp>

namespace TENET_NAMESPACE::operations {

/// y = b + the data gradient at x of a convolution, as PyTorch's ConvTranspose1d and ConvTranspose2d
/// (https://pytorch.org/docs/stable/generated/torch.nn.ConvTranspose2d.html): y[k][i * stride + t * dilation - padding]
/// += w[c][k][t] x[c][i]. Of that convolution y is the input and x the output, so that its weights,
/// [x's channels][y's channels / groups][kernel], are those of PyTorch; it has no bias of its own.
struct ConvolutionTranspose {
    TENET_LOCAL static constexpr bool takes_epilogue = true;
    TENET_LOCAL static constexpr bool saves_input = true, saves_output = false;

    Convolution adjoint;
    bool bias = true;

    constexpr int in_channels() const { return adjoint.out_channels; }
    constexpr int out_channels() const { return adjoint.in_channels; }
    constexpr int out_count() const { return adjoint.in_count(); }

    constexpr std::int64_t forward_flops() const { return adjoint.forward_flops(); }
    constexpr std::int64_t backward_flops() const { return adjoint.backward_flops(); }
};

}  // namespace tenet::operations
