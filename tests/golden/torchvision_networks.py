"""torchvision's networks of include/tenet/models, and U-Net, in PyTorch: their parameters in the same order and with the same
names.

Run alone it prints what tests/static/residual_models.cpp holds the types to.
"""

from collections import OrderedDict

import torch
from torch import nn

from d2l import Concat, facts, made_for


def conv(channels, kernel, step=1, groups=1):
    return nn.LazyConv2d(channels, kernel, step, kernel // 2, groups=groups, bias=False)


def normed(channels, kernel, step=1):
    return nn.Sequential(conv(channels, kernel, step), nn.LazyBatchNorm2d())


class ResidualBlock(nn.Module):
    """BasicBlock or Bottleneck: convolutions of these channels, kernels and strides, and around them the input."""

    def __init__(self, sizes, downsample=None):
        super().__init__()
        self.count = len(sizes)
        for i, size in enumerate(sizes, start=1):
            setattr(self, f"conv{i}", conv(*size))
            setattr(self, f"bn{i}", nn.LazyBatchNorm2d())
        self.downsample = downsample

    def forward(self, x):
        y = x
        for i in range(1, self.count + 1):
            y = getattr(self, f"bn{i}")(getattr(self, f"conv{i}")(y))
            if i < self.count:
                y = y.relu()
        return (y + (self.downsample(x) if self.downsample else x)).relu()


def staged_resnet(stages, classes, width):
    layers = [(f"layer{i}", nn.Sequential(*blocks)) for i, blocks in enumerate(stages, start=1)]
    return nn.Sequential(OrderedDict([
        ("conv1", conv(width, 7, 2)), ("bn1", nn.LazyBatchNorm2d()), ("relu", nn.ReLU()), ("maxpool", nn.MaxPool2d(3, 2, 1)),
        *layers, ("avgpool", nn.AdaptiveAvgPool2d(1)), ("flatten", nn.Flatten()), ("fc", nn.LazyLinear(classes))]))


def resnet(repeats, classes=1000, width=64):
    def block(channels, step=1):
        return ResidualBlock(((channels, 3, step), (channels, 3)), normed(channels, 1, step) if step == 2 else None)

    stages = [[block(width << i, 2 if i and j == 0 else 1) for j in range(count)] for i, count in enumerate(repeats)]
    return staged_resnet(stages, classes, width)


def bottleneck_resnet(repeats, classes=1000, width=64):
    def block(channels, step, changes):
        return ResidualBlock(((channels, 1), (channels, 3, step), (4 * channels, 1)),
                             normed(4 * channels, 1, step) if changes else None)

    stages = [[block(width << i, 2 if i and j == 0 else 1, changes=j == 0) for j in range(count)]
              for i, count in enumerate(repeats)]
    return staged_resnet(stages, classes, width)


class DenseLayer(nn.Sequential):
    def forward(self, x):
        return torch.cat([x, super().forward(x)], dim=1)


def densenet(repeats, classes=1000, width=64, growth=32):
    def block(count):
        return nn.Sequential(OrderedDict((f"denselayer{i}", DenseLayer(OrderedDict([
            ("norm1", nn.LazyBatchNorm2d()), ("relu1", nn.ReLU()), ("conv1", conv(4 * growth, 1)),
            ("norm2", nn.LazyBatchNorm2d()), ("relu2", nn.ReLU()), ("conv2", conv(growth, 3))])))
            for i in range(1, count + 1)))

    features = [("conv0", conv(width, 7, 2)), ("norm0", nn.LazyBatchNorm2d()), ("relu0", nn.ReLU()),
                ("pool0", nn.MaxPool2d(3, 2, 1))]
    channels = width
    for i, count in enumerate(repeats, start=1):
        features.append((f"denseblock{i}", block(count)))
        if i < len(repeats):
            channels = (channels + count * growth) // 2
            features.append((f"transition{i}", nn.Sequential(OrderedDict([
                ("norm", nn.LazyBatchNorm2d()), ("relu", nn.ReLU()), ("conv", conv(channels, 1)),
                ("pool", nn.AvgPool2d(2))]))))
    features.append(("norm5", nn.LazyBatchNorm2d()))
    return nn.Sequential(OrderedDict([
        ("features", nn.Sequential(OrderedDict(features))), ("relu", nn.ReLU()), ("avgpool", nn.AdaptiveAvgPool2d(1)),
        ("flatten", nn.Flatten()), ("classifier", nn.LazyLinear(classes))]))


class InvertedResidual(nn.Module):
    def __init__(self, layers, around):
        super().__init__()
        self.conv = nn.Sequential(*layers)
        self.around = around

    def forward(self, x):
        return x + self.conv(x) if self.around else self.conv(x)


def mobilenet_v2(classes=1000, multiplier=1.0, dropout=0.2, hidden=None):
    def rounded(channels):
        wanted = channels * multiplier
        result = max(8, int(wanted + 4) // 8 * 8)
        return result + 8 if result < 0.9 * wanted else result

    def mobile_conv(channels, kernel, step=1, groups=1):
        return nn.Sequential(conv(channels, kernel, step, groups), nn.LazyBatchNorm2d(), nn.ReLU6())

    def block(inputs, outputs, expansion, step):
        wide = inputs * expansion
        layers = [mobile_conv(wide, 1)] if expansion > 1 else []
        layers += [mobile_conv(wide, 3, step, wide), conv(outputs, 1), nn.LazyBatchNorm2d()]
        return InvertedResidual(layers, step == 1 and inputs == outputs)

    features, inputs = [mobile_conv(rounded(32), 3, 2)], rounded(32)
    for expansion, channels, count, step in ((1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1),
                                             (6, 160, 3, 2), (6, 320, 1, 1)):
        for i in range(count):
            features.append(block(inputs, rounded(channels), expansion, step if i == 0 else 1))
            inputs = rounded(channels)
    features.append(mobile_conv(hidden or max(1280, rounded(1280)), 1))
    return nn.Sequential(OrderedDict([
        ("features", nn.Sequential(*features)), ("avgpool", nn.AdaptiveAvgPool2d(1)), ("flatten", nn.Flatten()),
        ("classifier", nn.Sequential(nn.Dropout(dropout), nn.LazyLinear(classes)))]))


def unet(classes=2, width=64, depth=4, bilinear=False):
    def double(channels):
        return nn.Sequential(*(layer() for _ in range(2) for layer in (
            lambda: nn.LazyConv2d(channels, 3, padding=1, bias=False), nn.LazyBatchNorm2d, nn.ReLU)))

    def up(channels):
        if not bilinear:
            return nn.LazyConvTranspose2d(channels, 2, 2)
        return nn.Sequential(nn.Upsample(scale_factor=2, mode="bilinear"), nn.LazyConv2d(channels, 1))

    def level(channels, inside):
        if inside == 0:
            return double(channels)
        below = nn.Sequential(nn.MaxPool2d(2), level(2 * channels, inside - 1), up(channels))
        return nn.Sequential(double(channels), Concat(nn.Sequential(), below), double(channels))

    return nn.Sequential(level(width, depth), nn.LazyConv2d(classes, 1))


def main():
    torch.set_default_device("meta")
    image = (3, 224, 224)
    facts("ResNet-18", resnet((2, 2, 2, 2)), *image)
    facts("ResNet-34", resnet((3, 4, 6, 3)), *image)
    facts("ResNet-50", bottleneck_resnet((3, 4, 6, 3)), *image)
    facts("ResNet-101", bottleneck_resnet((3, 4, 23, 3)), *image)
    facts("ResNet-152", bottleneck_resnet((3, 8, 36, 3)), *image)
    facts("ResNet-50, 10 classes", bottleneck_resnet((3, 4, 6, 3), 10), 1, 96, 96)
    facts("DenseNet-121", densenet((6, 12, 24, 16)), *image)
    facts("DenseNet-169", densenet((6, 12, 32, 32)), *image)
    facts("DenseNet-121 / 8, 10 classes", densenet((6, 12, 24, 16), 10, 8, 4), 1, 96, 96)
    facts("MobileNetV2", mobilenet_v2(), *image)
    facts("MobileNetV2 * 1.4, 10 classes", mobilenet_v2(10, 1.4), 3, 32, 32)
    facts("MobileNetV2 * 0.35", mobilenet_v2(1000, 0.35), *image)
    facts("U-Net", unet(), 3, 256, 256)
    facts("U-Net, bilinear", unet(bilinear=True), 1, 64, 96)
    facts("U-Net, 3 levels of 8 channels", unet(5, 8, 2), 1, 20, 12)


if __name__ == "__main__":
    main()
