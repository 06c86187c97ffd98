"""Writes PyTorch's results into data/*.safetensors, from which the golden tests read (see README.md).

Every tensor is float32 on the CPU except class labels (int64). The same version of PyTorch writes the same bytes.
"""

import argparse
import json
import os
import struct
import zlib

import torch
from safetensors.torch import save
from torch import nn

import d2l
import torchvision_networks

CASES = {}


def case(name, make):
    if name in CASES:
        raise ValueError(f"case '{name}' exists twice")
    CASES[name] = make


def generator_of(name):
    """Each case has its own stream, so that adding one leaves the others' bytes alone."""
    return torch.Generator().manual_seed(zlib.crc32(name.encode()))


def uniform(shape, generator, low=-2.0, high=2.0):
    return torch.rand(shape, generator=generator) * (high - low) + low


def set_parameters(module, generator):
    """Values near PyTorch's own in size, but drawn from the case's generator; slopes of PReLU stay between 0 and 1."""
    with torch.no_grad():
        for layer in module.modules():
            for key, parameter in layer.named_parameters(recurse=False):
                if isinstance(layer, nn.PReLU):
                    parameter.copy_(uniform(parameter.shape, generator, 0.05, 0.6))
                    continue
                fan_in = layer.weight[0].numel()
                parameter.copy_(uniform(parameter.shape, generator, -1.0, 1.0) / fan_in**0.5)


def contiguous(tensors):
    return {key: value.detach().clone().contiguous() for key, value in tensors.items()}


def serialize(tensors, metadata):
    """As the safetensors package writes it, but with the metadata in order, so that the bytes can be reproduced."""
    content = save(tensors, metadata)
    (length,) = struct.unpack_from("<Q", content)
    header = json.loads(content[8:8 + length])
    header["__metadata__"] = dict(sorted(header["__metadata__"].items()))
    text = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + content[8 + length:]


def describe(module, tenet, **more):
    return {"module": repr(module), "tenet": tenet, **more}


def layer(name, tenet, module, *shape, values=None):
    """One layer: output for `input`, and all gradients of sum(output * output_gradient)."""

    def make():
        generator = generator_of(name)
        network = nn.Sequential(module)
        set_parameters(network, generator)
        pixels = uniform(shape, generator) if values is None else values(generator)
        pixels.requires_grad_(True)
        output = network(pixels)
        output_gradient = uniform(output.shape, generator, -1.0, 1.0)
        output.backward(output_gradient)
        tensors = {"input": pixels, "output": output, "output_gradient": output_gradient, "input_gradient": pixels.grad}
        tensors.update(network.state_dict())
        tensors.update({"gradient." + key: value.grad for key, value in network.named_parameters()})
        return contiguous(tensors), describe(network, tenet)

    case(name, make)


def add_linear():
    layer("linear", "Linear<5>", nn.Linear(7, 5), 19, 7)
    layer("linear_no_bias", "Linear<5, NoBias>", nn.Linear(7, 5, bias=False), 3, 7)
    layer("linear_wide", "Linear<33>", nn.Linear(50, 33), 19, 50)
    layer("linear_one_output", "Linear<1>", nn.Linear(3, 1), 19, 3)


def add_convolutions():
    def one(suffix, tenet, module, *shape):
        layer("conv1d_" + suffix, tenet, module, *shape)

    one("basic", "Conv1d<4, Kernel<3>>", nn.Conv1d(3, 4, 3), 19, 3, 11)
    one("stride_padding", "Conv1d<5, Kernel<4>, Stride<2>, Padding<1>>",
        nn.Conv1d(2, 5, 4, stride=2, padding=1), 3, 2, 13)
    one("dilation", "Conv1d<3, Kernel<3>, Padding<2>, Dilation<2>>",
        nn.Conv1d(2, 3, 3, padding=2, dilation=2), 19, 2, 10)
    one("groups_no_bias", "Conv1d<6, Kernel<3>, Groups<2>, NoBias>",
        nn.Conv1d(4, 6, 3, groups=2, bias=False), 3, 4, 9)
    one("1x1", "Conv1d<5, Kernel<1>>", nn.Conv1d(3, 5, 1), 19, 3, 6)
    for mode in ("reflect", "replicate", "circular"):
        one(mode, f"Conv1d<3, Kernel<5>, Padding<2>, PaddingMode<{mode}>>",
            nn.Conv1d(2, 3, 5, padding=2, padding_mode=mode), 3, 2, 8)
    for mode, padding in (("zeros", 5), ("reflect", 2), ("replicate", 5), ("circular", 3)):
        one(mode + "_wide", f"Conv1d<2, Kernel<2>, Padding<{padding}>, PaddingMode<{mode}>>",
            nn.Conv1d(2, 2, 2, padding=padding, padding_mode=mode), 3, 2, 3)

    def two(suffix, tenet, module, *shape):
        layer("conv2d_" + suffix, tenet, module, *shape)

    two("basic", "Conv2d<4, Kernel<3>>", nn.Conv2d(3, 4, 3), 19, 3, 6, 7)
    two("lenet_first", "Conv2d<6, Kernel<5>, Padding<2>>", nn.Conv2d(1, 6, 5, padding=2), 3, 1, 12, 12)
    two("same", "Conv2d<8, Kernel<3>, Padding<1>>", nn.Conv2d(5, 8, 3, padding=1), 19, 5, 4, 5)
    two("nonsquare", "Conv2d<4, Kernel<3, 5>>", nn.Conv2d(2, 4, (3, 5)), 3, 2, 7, 9)
    two("nonsquare_all", "Conv2d<3, Kernel<3, 2>, Stride<2, 1>, Padding<2, 1>, Dilation<1, 3>>",
        nn.Conv2d(2, 3, (3, 2), stride=(2, 1), padding=(2, 1), dilation=(1, 3)), 19, 2, 8, 7)
    two("stride", "Conv2d<4, Kernel<3>, Stride<2>>", nn.Conv2d(3, 4, 3, stride=2), 19, 3, 8, 9)
    two("stride_padding", "Conv2d<4, Kernel<3>, Stride<2>, Padding<1>>",
        nn.Conv2d(3, 4, 3, stride=2, padding=1), 3, 3, 8, 9)
    two("stride_beyond_kernel", "Conv2d<3, Kernel<2>, Stride<3>>", nn.Conv2d(2, 3, 2, stride=3), 3, 2, 9, 10)
    two("dilation", "Conv2d<4, Kernel<3>, Dilation<2>>", nn.Conv2d(2, 4, 3, dilation=2), 3, 2, 8, 9)
    two("dilation_padding_stride", "Conv2d<3, Kernel<3>, Stride<2>, Padding<2>, Dilation<2>>",
        nn.Conv2d(2, 3, 3, stride=2, padding=2, dilation=2), 19, 2, 8, 7)
    two("groups", "Conv2d<6, Kernel<3>, Padding<1>, Groups<2>>",
        nn.Conv2d(4, 6, 3, padding=1, groups=2), 3, 4, 6, 6)
    two("depthwise", "Conv2d<5, Kernel<3>, Padding<1>, Groups<5>>",
        nn.Conv2d(5, 5, 3, padding=1, groups=5), 19, 5, 5, 4)
    two("depthwise_multiplier", "Conv2d<6, Kernel<3>, Stride<2>, Padding<1>, Groups<3>>",
        nn.Conv2d(3, 6, 3, stride=2, padding=1, groups=3), 3, 3, 7, 8)
    two("no_bias", "Conv2d<4, Kernel<3>, NoBias>", nn.Conv2d(2, 4, 3, bias=False), 19, 2, 6, 5)
    two("1x1", "Conv2d<7, Kernel<1>>", nn.Conv2d(5, 7, 1), 19, 5, 4, 5)
    two("1x1_stride", "Conv2d<4, Kernel<1>, Stride<2>>", nn.Conv2d(3, 4, 1, stride=2), 3, 3, 6, 7)
    two("whole_image", "Conv2d<4, Kernel<5, 4>>", nn.Conv2d(3, 4, (5, 4)), 19, 3, 5, 4)
    two("wide", "Conv2d<20, Kernel<3>, Padding<1>>", nn.Conv2d(18, 20, 3, padding=1), 3, 18, 5, 6)
    for mode in ("reflect", "replicate", "circular"):
        two(mode, f"Conv2d<3, Kernel<3, 5>, Padding<1, 2>, PaddingMode<{mode}>>",
            nn.Conv2d(2, 3, (3, 5), padding=(1, 2), padding_mode=mode), 19 if mode == "reflect" else 3, 2, 5, 6)
    two("replicate_wide", "Conv2d<3, Kernel<3>, Stride<2>, Padding<7, 3>, PaddingMode<replicate>>",
        nn.Conv2d(2, 3, 3, stride=2, padding=(7, 3), padding_mode="replicate"), 19, 2, 3, 2)
    two("zeros_wide", "Conv2d<3, Kernel<3>, Padding<5, 4>>", nn.Conv2d(2, 3, 3, padding=(5, 4)), 19, 2, 2, 3)
    two("circular_stride", "Conv2d<3, Kernel<3>, Stride<2>, Padding<1>, PaddingMode<circular>>",
        nn.Conv2d(2, 3, 3, stride=2, padding=1, padding_mode="circular"), 19, 2, 6, 5)

    def three(suffix, tenet, module, *shape):
        layer("conv3d_" + suffix, tenet, module, *shape)

    three("basic", "Conv3d<3, Kernel<2>>", nn.Conv3d(2, 3, 2), 19, 2, 4, 3, 4)
    three("nonsquare", "Conv3d<3, Kernel<3, 1, 2>, Stride<1, 2, 1>, Padding<1, 0, 1>>",
          nn.Conv3d(2, 3, (3, 1, 2), stride=(1, 2, 1), padding=(1, 0, 1)), 3, 2, 4, 5, 4)
    three("dilation", "Conv3d<2, Kernel<2>, Stride<2>, Padding<1>, Dilation<2>>",
          nn.Conv3d(2, 2, 2, stride=2, padding=1, dilation=2), 3, 2, 5, 4, 5)
    three("groups_no_bias", "Conv3d<4, Kernel<2>, Groups<2>, NoBias>",
          nn.Conv3d(4, 4, 2, groups=2, bias=False), 3, 4, 3, 3, 4)
    three("1x1", "Conv3d<4, Kernel<1>>", nn.Conv3d(3, 4, 1), 3, 3, 2, 3, 4)
    for mode in ("reflect", "replicate", "circular"):
        three(mode, f"Conv3d<2, Kernel<3>, Padding<1>, PaddingMode<{mode}>>",
              nn.Conv3d(2, 2, 3, padding=1, padding_mode=mode), 3, 2, 3, 4, 3)


def add_transposed_convolutions():
    def one(suffix, tenet, module, *shape):
        layer("conv_transpose1d" + suffix, f"ConvTranspose1d<{tenet}>", module, *shape)

    one("", "4, Kernel<3>", nn.ConvTranspose1d(3, 4, 3), 19, 3, 7)
    one("_stride", "5, Kernel<4>, Stride<3>, Padding<1>, OutputPadding<2>",
        nn.ConvTranspose1d(2, 5, 4, stride=3, padding=1, output_padding=2), 3, 2, 5)
    one("_dilation", "3, Kernel<3>, Padding<3>, Dilation<2>, OutputPadding<1>",
        nn.ConvTranspose1d(2, 3, 3, padding=3, dilation=2, output_padding=1), 19, 2, 6)
    one("_groups_no_bias", "6, Kernel<3>, Groups<2>, NoBias",
        nn.ConvTranspose1d(4, 6, 3, groups=2, bias=False), 3, 4, 5)

    def two(suffix, tenet, module, *shape):
        layer("conv_transpose2d" + suffix, f"ConvTranspose2d<{tenet}>", module, *shape)

    two("", "4, Kernel<3>", nn.ConvTranspose2d(3, 4, 3), 19, 3, 5, 4)
    two("_doubles", "6, Kernel<2>, Stride<2>", nn.ConvTranspose2d(5, 6, 2, stride=2), 19, 5, 4, 5)
    two("_stride", "4, Kernel<3>, Stride<2>, Padding<1>, OutputPadding<1>",
        nn.ConvTranspose2d(3, 4, 3, stride=2, padding=1, output_padding=1), 3, 3, 4, 5)
    two("_stride_beyond_kernel", "3, Kernel<2>, Stride<3>, OutputPadding<2, 1>",
        nn.ConvTranspose2d(2, 3, 2, stride=3, output_padding=(2, 1)), 3, 2, 3, 4)
    two("_cropped", "3, Kernel<1, 2>, Padding<1, 2>", nn.ConvTranspose2d(2, 3, (1, 2), padding=(1, 2)), 3, 2, 5, 6)
    two("_nonsquare_all", "3, Kernel<3, 2>, Stride<2, 1>, Padding<2, 1>, OutputPadding<1, 2>, Dilation<1, 3>",
        nn.ConvTranspose2d(2, 3, (3, 2), stride=(2, 1), padding=(2, 1), output_padding=(1, 2), dilation=(1, 3)),
        19, 2, 5, 4)
    two("_dilation_stride", "3, Kernel<3>, Stride<2>, Padding<2>, Dilation<3>",
        nn.ConvTranspose2d(2, 3, 3, stride=2, padding=2, dilation=3), 3, 2, 4, 5)
    two("_groups", "6, Kernel<4>, Stride<2>, Padding<1>, Groups<2>",
        nn.ConvTranspose2d(4, 6, 4, stride=2, padding=1, groups=2), 3, 4, 4, 4)
    two("_depthwise", "5, Kernel<3>, Padding<1>, Groups<5>",
        nn.ConvTranspose2d(5, 5, 3, padding=1, groups=5), 19, 5, 4, 5)
    two("_no_bias", "4, Kernel<3>, Stride<2>, NoBias", nn.ConvTranspose2d(2, 4, 3, stride=2, bias=False), 3, 2, 3, 4)
    two("_wide", "20, Kernel<2>, Stride<2>", nn.ConvTranspose2d(18, 20, 2, stride=2), 3, 18, 3, 3)


def add_pools():
    images = {1: (4, 11), 2: (2, 8, 9), 3: (2, 4, 5, 5)}
    for rank, image in images.items():
        for kind, module in (("Max", getattr(nn, f"MaxPool{rank}d")), ("Avg", getattr(nn, f"AvgPool{rank}d"))):
            prefix, spelling = f"{kind.lower()}_pool{rank}d_", f"{kind}Pool{rank}d"

            def pool(suffix, arguments, batch, *positional, **named):
                layer(prefix + suffix, f"{spelling}<{arguments}>", module(*positional, **named), batch, *image)

            pool("basic", "2", 19, 2)
            pool("overlap", "3, Stride<1>", 3, 3, stride=1)
            pool("gaps", "2, Stride<3>", 3, 2, stride=3)
            pool("padding", "3, Stride<2>, Padding<1>", 19, 3, stride=2, padding=1)
            pool("ceil", "2, CeilMode", 3, 2, ceil_mode=True)
            pool("ceil_padding", "3, Stride<2>, Padding<1>, CeilMode", 19,
                 3, stride=2, padding=1, ceil_mode=True)
            if rank == 2:
                pool("nonsquare", "0, Kernel<2, 3>, Stride<1, 2>, Padding<1, 0>", 3,
                     (2, 3), stride=(1, 2), padding=(1, 0))
            if rank == 3:
                pool("nonsquare", "0, Kernel<1, 2, 3>, Stride<2, 1, 2>, Padding<0, 1, 1>", 3,
                     (1, 2, 3), stride=(2, 1, 2), padding=(0, 1, 1))
        layer(f"global_avg_pool{rank}d", "GlobalAvgPool", getattr(nn, f"AdaptiveAvgPool{rank}d")(1), 19, *image)

    layer("adaptive_avg_pool1d", "AdaptiveAvgPool1d<4>", nn.AdaptiveAvgPool1d(4), 19, 4, 11)
    layer("adaptive_avg_pool1d_larger", "AdaptiveAvgPool1d<5>", nn.AdaptiveAvgPool1d(5), 3, 4, 3)
    layer("adaptive_avg_pool2d", "AdaptiveAvgPool2d<3>", nn.AdaptiveAvgPool2d(3), 19, 2, 8, 7)
    layer("adaptive_avg_pool2d_divides", "AdaptiveAvgPool2d<4, 2>", nn.AdaptiveAvgPool2d((4, 2)), 3, 2, 8, 4)
    layer("adaptive_avg_pool2d_overlap", "AdaptiveAvgPool2d<5, 7>", nn.AdaptiveAvgPool2d((5, 7)), 19, 2, 8, 6)

    def few_values(generator):
        return torch.randint(0, 3, (19, 2, 6, 6), generator=generator).float()

    layer("max_pool2d_ties", "MaxPool2d<3, Stride<2>>", nn.MaxPool2d(3, stride=2), values=few_values)


def add_shapes_and_softmax():
    layer("flatten", "Flatten", nn.Flatten(), 19, 2, 3, 4)
    for kind, module in (("Softmax", nn.Softmax), ("LogSoftmax", nn.LogSoftmax)):
        prefix = "softmax" if kind == "Softmax" else "log_softmax"
        layer(prefix, kind, module(dim=1), 19, 10)
        layer(prefix + "_images", kind, module(dim=1), 3, 5, 3, 4)

        def large(generator):
            return uniform((3, 10), generator, -300.0, 300.0)

        layer(prefix + "_large_values", kind, module(dim=1), values=large)


def add_normalisations():
    layer("layer_norm", "LayerNorm<>", nn.LayerNorm(20), 19, 20)
    layer("layer_norm_rows", "LayerNorm<>", nn.LayerNorm(7), 3, 5, 7)
    layer("layer_norm_two_axes", "LayerNorm<2>", nn.LayerNorm((4, 5)), 3, 3, 4, 5)
    layer("layer_norm_long", "LayerNorm<3>", nn.LayerNorm((3, 12, 12)), 3, 3, 12, 12)
    layer("layer_norm_no_bias", "LayerNorm<1, Eps<0.01f>, NoBias>", nn.LayerNorm(9, eps=0.01, bias=False), 19, 9)
    layer("layer_norm_no_affine", "LayerNorm<1, NoAffine>", nn.LayerNorm(9, elementwise_affine=False), 3, 9)
    layer("rms_norm", "RMSNorm<>", nn.RMSNorm(20), 19, 20)
    layer("rms_norm_two_axes", "RMSNorm<2, Eps<0.01f>>", nn.RMSNorm((4, 5), eps=0.01), 3, 3, 4, 5)
    layer("rms_norm_no_affine", "RMSNorm<1, NoAffine>", nn.RMSNorm(9, elementwise_affine=False), 3, 2, 9)
    layer("group_norm", "GroupNorm<2>", nn.GroupNorm(2, 6), 19, 6, 4, 5)
    layer("group_norm_vector", "GroupNorm<3>", nn.GroupNorm(3, 12), 3, 12)
    layer("group_norm_volume", "GroupNorm<4, Eps<0.01f>>", nn.GroupNorm(4, 4, eps=0.01), 3, 4, 2, 3, 3)
    layer("group_norm_no_affine", "GroupNorm<1, NoAffine>", nn.GroupNorm(1, 3, affine=False), 3, 3, 7)
    layer("instance_norm1d", "InstanceNorm1d<>", nn.InstanceNorm1d(4), 19, 4, 11)
    layer("instance_norm2d", "InstanceNorm2d<>", nn.InstanceNorm2d(3), 3, 3, 5, 6)
    layer("instance_norm2d_affine", "InstanceNorm2d<Affine, Eps<0.01f>>", nn.InstanceNorm2d(3, eps=0.01, affine=True),
          19, 3, 5, 6)
    layer("instance_norm3d_affine", "InstanceNorm3d<Affine>", nn.InstanceNorm3d(2, affine=True), 3, 2, 3, 4, 3)
    layer("local_response_norm", "LocalResponseNorm<5>", nn.LocalResponseNorm(5), 19, 7, 3, 4)
    layer("local_response_norm_even", "LocalResponseNorm<4, 0.5f, 0.5f, 2.0f>",
          nn.LocalResponseNorm(4, alpha=0.5, beta=0.5, k=2.0), 3, 6, 5)
    layer("local_response_norm_wide", "LocalResponseNorm<9, 1.0f>", nn.LocalResponseNorm(9, alpha=1.0), 3, 4, 2, 3)


def add_resampling():
    image = (2, 5, 6)
    for kind, module in (("Zero", nn.ZeroPad2d), ("Reflection", nn.ReflectionPad2d), ("Replication", nn.ReplicationPad2d)):
        prefix = f"{kind.lower()}_pad2d"
        layer(prefix, f"{kind}Pad2d<2>", module(2), 19, *image)
        layer(prefix + "_sides", f"{kind}Pad2d<1, 3, 0, 2>", module((1, 3, 0, 2)), 3, *image)

    def up(name, tenet, batch, *shape, **options):
        layer("upsample_" + name, f"Upsample<{tenet}>", nn.Upsample(**options), batch, *shape)

    up("nearest", "ScaleFactor<2>", 19, *image, scale_factor=2)
    up("nearest_line", "ScaleFactor<3>", 3, 2, 7, scale_factor=3)
    up("nearest_volume", "ScaleFactor<2, 1, 3>", 3, 2, 2, 3, 4, scale_factor=(2, 1, 3))
    up("nearest_size", "OutputSize<7, 4>", 19, *image, size=(7, 4))
    up("bilinear", "ScaleFactor<2>, Bilinear", 19, *image, scale_factor=2, mode="bilinear")
    up("bilinear_oblong", "ScaleFactor<1, 3>, Bilinear", 3, *image, scale_factor=(1, 3), mode="bilinear")
    up("bilinear_size", "OutputSize<7, 4>, Bilinear", 19, *image, size=(7, 4), mode="bilinear")
    layer("pixel_shuffle", "PixelShuffle<2>", nn.PixelShuffle(2), 19, 8, 3, 4)
    layer("pixel_shuffle_three", "PixelShuffle<3>", nn.PixelShuffle(3), 3, 9, 2, 2)


def add_activations():
    shape = (19, 37)

    def values(generator):
        """Mostly the curved middle, some far tails, and both zeros."""
        wide = uniform(shape, generator, -5.0, 5.0)
        wide[1] = uniform((shape[1],), generator, -40.0, 40.0)
        wide[0, 0], wide[0, 1] = 0.0, -0.0
        return wide

    def activation(name, tenet, module):
        layer("activation_" + name, tenet, module, values=values)

    activation("relu", "ReLU", nn.ReLU())
    activation("relu6", "ReLU6", nn.ReLU6())
    activation("leaky_relu", "LeakyReLU<>", nn.LeakyReLU())
    activation("leaky_relu_slope", "LeakyReLU<0.2f>", nn.LeakyReLU(0.2))
    activation("prelu", "PReLU<>", nn.PReLU())
    activation("elu", "ELU<>", nn.ELU())
    activation("elu_alpha", "ELU<0.5f>", nn.ELU(0.5))
    activation("selu", "SELU", nn.SELU())
    activation("gelu", "GELU", nn.GELU())
    activation("gelu_tanh", "GELUTanh", nn.GELU(approximate="tanh"))
    activation("silu", "SiLU", nn.SiLU())
    activation("sigmoid", "Sigmoid", nn.Sigmoid())
    activation("hard_sigmoid", "HardSigmoid", nn.Hardsigmoid())
    activation("tanh", "Tanh", nn.Tanh())
    activation("hard_tanh", "HardTanh<>", nn.Hardtanh())
    activation("hard_tanh_range", "HardTanh<-2.0f, 0.5f>", nn.Hardtanh(-2.0, 0.5))
    activation("softplus", "Softplus<>", nn.Softplus())
    activation("softplus_beta", "Softplus<2.0f, 5.0f>", nn.Softplus(2.0, 5.0))
    activation("softsign", "Softsign", nn.Softsign())
    activation("mish", "Mish", nn.Mish())
    layer("activation_prelu_channels", "PReLU<4>", nn.PReLU(4), 19, 4, 3, 5)
    layer("activation_prelu_features", "PReLU<6>", nn.PReLU(6), 3, 6)


def loss(name, tenet, module, make_target, *shape, scale=2.0):
    def make():
        generator = generator_of(name)
        outputs = uniform(shape, generator, -scale, scale).requires_grad_(True)
        target = make_target(generator)
        value = module(outputs, target)
        value.backward()
        tensors = {"input": outputs, "target": target, "loss": value.reshape(1), "input_gradient": outputs.grad}
        return contiguous(tensors), describe(module, tenet)

    case(name, make)


def add_losses():
    def labels(batch, classes, *places):
        return lambda generator: torch.randint(0, classes, (batch, *places), generator=generator)

    loss("loss_cross_entropy", "CrossEntropy{}", nn.CrossEntropyLoss(), labels(19, 10), 19, 10)
    loss("loss_cross_entropy_small_batch", "CrossEntropy{}", nn.CrossEntropyLoss(), labels(3, 4), 3, 4)
    loss("loss_cross_entropy_large_values", "CrossEntropy{}", nn.CrossEntropyLoss(), labels(19, 10), 19, 10,
         scale=200.0)
    loss("loss_cross_entropy_label_smoothing", "CrossEntropy{.label_smoothing = 0.1f}",
         nn.CrossEntropyLoss(label_smoothing=0.1), labels(19, 10), 19, 10)
    loss("loss_cross_entropy_images", "CrossEntropy{}", nn.CrossEntropyLoss(), labels(19, 4, 3, 5), 19, 4, 3, 5)
    loss("loss_cross_entropy_images_label_smoothing", "CrossEntropy{.label_smoothing = 0.2f}",
         nn.CrossEntropyLoss(label_smoothing=0.2), labels(3, 2, 4, 4), 3, 2, 4, 4)
    loss("loss_cross_entropy_sequences", "CrossEntropy{}", nn.CrossEntropyLoss(), labels(2, 5, 7), 2, 5, 7)

    def numbers(*shape):
        return lambda generator: uniform(shape, generator)

    loss("loss_mse", "MSE", nn.MSELoss(), numbers(19, 5), 19, 5)
    loss("loss_mse_one_output", "MSE", nn.MSELoss(), numbers(3, 1), 3, 1)


def train(network, optimizer, criterion, inputs, targets, steps):
    losses = []
    for _ in range(steps):
        optimizer.zero_grad()
        value = criterion(network(inputs), targets)
        value.backward()
        optimizer.step()
        losses.append(value.detach())
    return torch.stack(losses)


def optimizer(name, tenet, make_optimizer, steps=10):
    """`initial.*`, ten steps over one batch, `losses` (each before its step), and the final parameters unprefixed."""

    def make():
        generator = generator_of("optimizers")  # all start alike
        network = nn.Sequential(nn.Linear(5, 7), nn.Tanh(), nn.Linear(7, 3))
        set_parameters(network, generator)
        inputs = uniform((19, 5), generator)
        target = torch.randint(0, 3, (19,), generator=generator)
        tensors = {"initial." + key: value.clone() for key, value in network.state_dict().items()}
        steepest = make_optimizer(network)
        losses = train(network, steepest, nn.CrossEntropyLoss(), inputs, target, steps)
        tensors.update({"input": inputs, "target": target, "losses": losses})
        tensors.update(network.state_dict())
        return contiguous(tensors), describe(
            network, tenet, optimizer=repr(steepest),
            network="Network<Input<5>, Linear<7>, Tanh, Linear<3>>, CrossEntropy{}")

    case("optimizer_" + name, make)


def add_optimizers():
    def sgd(name, tenet, **options):
        optimizer("sgd_" + name, tenet, lambda network: torch.optim.SGD(network.parameters(), **options))

    sgd("plain", "SGD{.learning_rate = 0.5}", lr=0.5)
    sgd("momentum", "SGD{.learning_rate = 0.1, .momentum = 0.9}", lr=0.1, momentum=0.9)
    sgd("nesterov_weight_decay", "SGD{.learning_rate = 0.1, .momentum = 0.9, .weight_decay = 0.05, .nesterov = true}",
        lr=0.1, momentum=0.9, nesterov=True, weight_decay=0.05)
    sgd("dampening", "SGD{.learning_rate = 0.2, .momentum = 0.8, .dampening = 0.4}",
        lr=0.2, momentum=0.8, dampening=0.4)

    def without_bias_decay(network):
        weights = [value for key, value in network.named_parameters() if key.endswith("weight")]
        biases = [value for key, value in network.named_parameters() if key.endswith("bias")]
        return torch.optim.SGD([{"params": weights, "weight_decay": 0.1}, {"params": biases}], lr=0.3)

    optimizer("sgd_bias_without_decay", "SGD{.learning_rate = 0.3}, weights with weight_decay 0.1, biases with 0",
              without_bias_decay)

    def adam(name, tenet, kind=torch.optim.Adam, **options):
        optimizer(name, tenet, lambda network: kind(network.parameters(), **options))

    adam("adam", "Adam{}")
    adam("adam_options", "Adam{.learning_rate = 0.05, .betas = {0.8, 0.95}, .eps = 1e-4}",
         lr=0.05, betas=(0.8, 0.95), eps=1e-4)
    adam("adam_weight_decay", "Adam{.learning_rate = 0.02, .weight_decay = 0.1}", lr=0.02, weight_decay=0.1)
    adam("adam_amsgrad", "Adam{.learning_rate = 0.02, .amsgrad = true}", lr=0.02, amsgrad=True)
    adam("adamw", "AdamW{.learning_rate = 0.02}", kind=torch.optim.AdamW, lr=0.02)
    adam("adamw_weight_decay", "AdamW{.learning_rate = 0.02, .weight_decay = 0.2}", kind=torch.optim.AdamW,
         lr=0.02, weight_decay=0.2)


def whole_network(name, tenet, module, shape, learning_rate, steps=10):
    """`output`, `loss`, `input_gradient`, `gradient.*` at the parameters in the file; `losses` of ten SGD steps from there."""

    def make():
        generator = generator_of(name)
        set_parameters(module, generator)
        inputs = uniform(shape, generator, 0.0, 1.0).requires_grad_(True)
        target = torch.randint(0, 10, (shape[0],), generator=generator)
        tensors = contiguous(module.state_dict())
        criterion = nn.CrossEntropyLoss()
        output = module(inputs)
        value = criterion(output, target)
        value.backward()
        tensors.update(contiguous({"gradient." + key: value.grad for key, value in module.named_parameters()}))
        descent = torch.optim.SGD(module.parameters(), learning_rate)
        losses = train(module, descent, criterion, inputs.detach(), target, steps)
        tensors.update({"input": inputs, "target": target, "output": output, "loss": value.reshape(1),
                        "input_gradient": inputs.grad, "losses": losses})
        return contiguous(tensors), describe(module, tenet, optimizer=f"SGD{{.learning_rate = {learning_rate}}}",
                                             loss="CrossEntropy{}")

    case(name, make)


class Gated(nn.Module):
    """A graph whose nodes have names."""

    def __init__(self):
        super().__init__()
        self.wide = nn.Sequential(nn.Conv2d(2, 4, 3, padding=1), nn.Tanh())
        self.narrow = nn.Conv2d(2, 4, 1)
        self.gate = nn.Sequential(nn.Conv2d(4, 4, 1, bias=False), nn.Sigmoid())

    def forward(self, image):
        both = self.narrow(image) + self.wide(image)
        return torch.cat([both * self.gate(both), image, both], 1)


def add_graphs():
    whole_network("network_graph",
                  "Network<Input<2, 6, 6>, Graph<Inputs<\"image\">, "
                  "Node<\"wide\", Sequential<Conv2d<4, Kernel<3>, Padding<1>>, Tanh>, From<\"image\">>, "
                  "Node<\"narrow\", Conv2d<4, Kernel<1>>, From<\"image\">>, "
                  "Node<\"both\", Add<>, From<\"narrow\", \"wide\">>, "
                  "Node<\"gate\", Sequential<Conv2d<4, Kernel<1>, NoBias>, Sigmoid>, From<\"both\">>, "
                  "Node<\"gated\", Multiply<>, From<\"both\", \"gate\">>, "
                  "Node<\"all\", Concat<>, From<\"gated\", \"image\", \"both\">>, Outputs<\"all\">>, "
                  "ReLU, Flatten, Linear<10>>",
                  nn.Sequential(Gated(), nn.ReLU(), nn.Flatten(), nn.Linear(360, 10)), (19, 2, 6, 6), 0.1)
    twin = nn.Sequential(nn.Linear(12, 12), nn.Tanh())
    whole_network("network_shared",
                  "Network<Input<7>, Linear<12>, Twin, Residual<Twin>, Twin, Linear<10>>, "
                  "Twin = Shared<struct Tag, Sequential<Linear<12>, Tanh>>",
                  nn.Sequential(nn.Linear(7, 12), twin, d2l.Residual(twin), twin, nn.Linear(12, 10)), (19, 7), 0.1)


def add_networks():
    def lenet(activation, pool):
        return nn.Sequential(nn.Conv2d(1, 6, 5, padding=2), activation(), pool(2),
                             nn.Conv2d(6, 16, 5), activation(), pool(2), nn.Flatten(),
                             nn.Linear(400, 120), activation(), nn.Linear(120, 84), activation(), nn.Linear(84, 10))

    def spelling(activation, pool):
        return (f"Network<Input<1, 28, 28>, Conv2d<6, Kernel<5>, Padding<2>>, {activation}, {pool}<2>, "
                f"Conv2d<16, Kernel<5>>, {activation}, {pool}<2>, Flatten, Linear<120>, {activation}, "
                f"Linear<84>, {activation}, Linear<10>>")

    batch = (20, 1, 28, 28)
    whole_network("network_lenet_relu", spelling("ReLU", "MaxPool2d"), lenet(nn.ReLU, nn.MaxPool2d), batch, 0.1)
    whole_network("network_lenet_sigmoid", spelling("Sigmoid", "AvgPool2d"), lenet(nn.Sigmoid, nn.AvgPool2d), batch, 0.9)
    whole_network("network_mlp", "Network<Input<20>, Linear<32>, ReLU, Linear<24>, Tanh, Linear<10>>",
                  nn.Sequential(nn.Linear(20, 32), nn.ReLU(), nn.Linear(32, 24), nn.Tanh(), nn.Linear(24, 10)),
                  (20, 20), 0.1)


def normalised(name, tenet, module, *shape):
    """`output` of inference; then, in training, gradients of sum(output * output_gradient), and the averages `after` it."""

    def make():
        generator = generator_of(name)
        network = module if isinstance(module, nn.Sequential) else nn.Sequential(module)
        with torch.no_grad():
            for key, value in network.state_dict().items():
                if key.endswith("running_var"):
                    value.copy_(uniform(value.shape, generator, 0.5, 2.0))
                elif not key.endswith("num_batches_tracked"):
                    value.copy_(uniform(value.shape, generator, -1.0, 1.0))
        tensors = contiguous(network.state_dict())
        inputs = uniform(shape, generator).requires_grad_(True)
        tensors["output"] = network.eval()(inputs).detach()
        output = network.train()(inputs)
        output_gradient = uniform(output.shape, generator, -1.0, 1.0)
        output.backward(output_gradient)
        tensors.update({"input": inputs, "output_gradient": output_gradient, "input_gradient": inputs.grad})
        tensors.update({"gradient." + key: value.grad for key, value in network.named_parameters()})
        tensors.update({"after." + key: value for key, value in network.named_buffers() if "running" in key})
        tensors = {key: value for key, value in tensors.items() if not key.endswith("num_batches_tracked")}
        return contiguous(tensors), describe(network, tenet)

    case(name, make)


def take_averages(module, inputs):
    """Makes the running averages those of a batch."""
    norms = [layer for layer in module.modules() if isinstance(layer, nn.BatchNorm2d)]
    for norm in norms:
        norm.momentum = 1.0
    module(inputs)
    for norm in norms:
        norm.momentum = 0.1


def model(name, tenet, make_module, shape, loss="CrossEntropy"):
    """A deep network: `output` of inference; `loss` and all gradients of training."""

    def make():
        generator = generator_of(name)
        module = d2l.made_for(make_module(), *shape[1:])
        with torch.no_grad():
            for key, parameter in module.named_parameters():
                # More above 0 than below, so that few ReLU give 0 for all pixels, and numbers neither grow nor vanish.
                if key.endswith("bias"):
                    parameter.copy_(uniform(parameter.shape, generator, 0.0, 0.2))
                elif parameter.dim() == 1:
                    parameter.copy_(uniform(parameter.shape, generator, 0.5, 1.5))
                else:
                    parameter.copy_(uniform(parameter.shape, generator, -1.2, 1.5) / parameter[0].numel()**0.5)
        inputs = uniform(shape, generator).requires_grad_(True)
        with torch.no_grad():
            take_averages(module, inputs)
            output = module.eval()(inputs)
        if loss == "CrossEntropy":
            target, criterion = torch.randint(0, 10, (shape[0],), generator=generator), nn.CrossEntropyLoss()
        else:
            target, criterion = uniform(output.shape, generator), nn.MSELoss()
        tensors = {key: value.clone() for key, value in module.state_dict().items()
                   if not key.endswith("num_batches_tracked")}
        value = criterion(module.train()(inputs), target)
        value.backward()
        tensors.update({"gradient." + key: value.grad for key, value in module.named_parameters()})
        tensors.update({"input": inputs, "target": target, "output": output, "loss": value.reshape(1),
                        "input_gradient": inputs.grad})
        return contiguous(tensors), describe(module, tenet, loss=loss + "{}")

    case(name, make)


def add_batch_norms():
    normalised("batch_norm1d", "BatchNorm1d<>", nn.BatchNorm1d(7), 19, 7)
    normalised("batch_norm1d_sequences", "BatchNorm1d<Eps<1e-3f>, Momentum<0.25f>>", nn.BatchNorm1d(3, 1e-3, 0.25), 5, 3, 6)
    normalised("batch_norm2d", "BatchNorm2d<>", nn.BatchNorm2d(3), 19, 3, 4, 5)
    normalised("batch_norm2d_not_affine", "BatchNorm2d<NoAffine>", nn.BatchNorm2d(3, affine=False), 40, 3, 2, 3)
    normalised("batch_norm3d", "BatchNorm3d<>", nn.BatchNorm3d(2), 4, 2, 3, 2, 4)
    normalised(
        "batch_norm_residual",
        "Network<Input<2, 6, 6>, Conv2d<4, Kernel<3>, Padding<1>, NoBias>, BatchNorm2d<>, ReLU, "
        "Residual<Conv2d<6, Kernel<3>, Stride<2>, Padding<1>, NoBias>, BatchNorm2d<>, ReLU, "
        "Conv2d<6, Kernel<3>, Padding<1>, NoBias>, BatchNorm2d<>, "
        "Shortcut<Conv2d<6, Kernel<1>, Stride<2>, NoBias>, BatchNorm2d<>>>, ReLU, GlobalAvgPool, Flatten, Linear<5>>",
        nn.Sequential(nn.Conv2d(2, 4, 3, padding=1, bias=False), nn.BatchNorm2d(4), nn.ReLU(),
                      d2l.Residual(nn.Conv2d(4, 6, 3, 2, 1, bias=False), nn.BatchNorm2d(6), nn.ReLU(),
                                   nn.Conv2d(6, 6, 3, padding=1, bias=False), nn.BatchNorm2d(6),
                                   shortcut=(nn.Conv2d(4, 6, 1, 2, bias=False), nn.BatchNorm2d(6))),
                      nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(6, 5)), 20, 2, 6, 6)


def add_models():
    model("model_vgg11", "models::VGG11<Input<1, 32, 32>, 10, 32, 0.0f>", lambda: d2l.vgg(11, divisor=32, dropout=0.0),
          (2, 1, 32, 32))
    model("model_nin", "models::NiN<Input<1, 67, 67>, 10, 16, 0.0f>", lambda: d2l.nin(divisor=16, dropout=0.0), (2, 1, 67, 67))
    model("model_googlenet", "models::GoogLeNet<Input<1, 48, 48>, 10, 16>", lambda: d2l.googlenet(divisor=16), (2, 1, 48, 48))
    nets = torchvision_networks
    model("model_resnet18", "models::torchvision::ResNet18<Input<3, 48, 48>, 10, 4>",
          lambda: nets.resnet((2, 2, 2, 2), 10, 4), (5, 3, 48, 48))
    model("model_resnet50", "models::ResNet50<Input<3, 48, 48>, 10, 3>",
          lambda: nets.bottleneck_resnet((3, 4, 6, 3), 10, 3), (5, 3, 48, 48))
    model("model_densenet121", "models::DenseNet121<Input<3, 48, 48>, 10, 6>",
          lambda: nets.densenet((6, 12, 24, 16), 10, 6, 3), (5, 3, 48, 48))
    model("model_mobilenet_v2", "models::MobileNetV2<Input<3, 48, 48>, 10, 0.125f, 0.0f, 64>",
          lambda: nets.mobilenet_v2(10, 0.125, 0.0, 64), (5, 3, 48, 48))
    model("model_unet", "models::UNet<Input<1, 24, 20>, 3, 8, 2>", lambda: nets.unet(3, 8, 2), (3, 1, 24, 20), "MSE")
    model("model_unet_bilinear", "models::UNet<Input<2, 12, 16>, 3, 6, 2, models::UpBilinear>",
          lambda: nets.unet(3, 6, 2, bilinear=True), (3, 2, 12, 16), "MSE")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    default = os.path.join(os.path.dirname(os.path.abspath(__file__)), "data")
    parser.add_argument("--folder", default=default)
    parser.add_argument("--only", default="", help="cases whose names contain this")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    torch.manual_seed(0)
    for add in (add_linear, add_convolutions, add_transposed_convolutions, add_pools, add_shapes_and_softmax,

                add_normalisations, add_resampling, add_activations, add_losses,
                add_optimizers, add_networks, add_graphs, add_batch_norms, add_models):
        add()
    os.makedirs(arguments.folder, exist_ok=True)
    print(f"torch {torch.__version__}")
    total = 0
    for name, make in CASES.items():
        if arguments.only not in name:
            continue
        tensors, description = make()
        for key, value in tensors.items():
            if value.is_floating_point() and not bool(torch.isfinite(value).all()):
                raise ValueError(f"case '{name}': tensor '{key}' is not finite")
        path = os.path.join(arguments.folder, name + ".safetensors")
        with open(path, "wb") as file:
            file.write(serialize(tensors, {"torch": torch.__version__, **description}))
        total += os.path.getsize(path)
    print(f"{len(CASES)} cases, {total} bytes")


if __name__ == "__main__":
    main()
