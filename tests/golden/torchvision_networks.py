"""torchvision's networks of include/tenet/models, and U-Net, in PyTorch: their parameters in the same order and with tenet's names.

Run alone it prints what tests/static/residual_models.cpp holds the types to.
"""

import torch
from torch import nn

from d2l import Concat, Residual, facts, made_for


def normed(channels, kernel, step=1):
    return nn.Sequential(nn.LazyConv2d(channels, kernel, step, kernel // 2, bias=False), nn.LazyBatchNorm2d())


def stem(width):
    return (normed(width, 7, 2), nn.ReLU(), nn.MaxPool2d(3, 2, 1))


def head(classes):
    return (nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.LazyLinear(classes))


def repeat(count, make):
    """tenet's Repeat of one layer."""
    return nn.Sequential(*(nn.Sequential(make()) for _ in range(count)))


def resnet(repeats, classes=1000, width=64):
    def block(channels, step=1):
        shortcut = (*normed(channels, 1, step),) if step == 2 else ()
        around = (nn.Sequential(*shortcut),) if shortcut else ()
        return nn.Sequential(Residual(normed(channels, 3, step), nn.ReLU(), normed(channels, 3), shortcut=around), nn.ReLU())

    def stage(count, channels):
        return nn.Sequential(block(channels, 2), repeat(count - 1, lambda: block(channels)))

    return nn.Sequential(*stem(width), repeat(repeats[0], lambda: block(width)),
                         *(stage(count, width << i) for i, count in enumerate(repeats[1:], start=1)), *head(classes))


def bottleneck_resnet(repeats, classes=1000, width=64):
    def block(channels, step=1, changes=False):
        around = (normed(4 * channels, 1, step),) if changes else ()
        return nn.Sequential(Residual(normed(channels, 1), nn.ReLU(), normed(channels, 3, step), nn.ReLU(),
                                      normed(4 * channels, 1), shortcut=around), nn.ReLU())

    def stage(count, channels, step):
        return nn.Sequential(block(channels, step, changes=True), repeat(count - 1, lambda: block(channels)))

    return nn.Sequential(*stem(width), *(stage(count, width << i, 2 if i else 1) for i, count in enumerate(repeats)),
                         *head(classes))


def densenet(repeats, classes=1000, width=64, growth=32):
    def block(count):
        return nn.Sequential(*(nn.Sequential(Concat(nn.Sequential(), nn.Sequential(
            nn.LazyBatchNorm2d(), nn.ReLU(), nn.LazyConv2d(4 * growth, 1, bias=False),
            nn.LazyBatchNorm2d(), nn.ReLU(), nn.LazyConv2d(growth, 3, padding=1, bias=False)))) for _ in range(count)))

    layers, channels = [], width
    for count in repeats[:-1]:
        channels = (channels + count * growth) // 2
        layers.append(nn.Sequential(block(count), nn.LazyBatchNorm2d(), nn.ReLU(),
                                    nn.LazyConv2d(channels, 1, bias=False), nn.AvgPool2d(2)))
    return nn.Sequential(*normed(width, 7, 2), nn.ReLU(), nn.MaxPool2d(3, 2, 1), *layers, block(repeats[-1]),
                         nn.LazyBatchNorm2d(), nn.ReLU(), *head(classes))


def mobilenet_v2(classes=1000, multiplier=1.0, dropout=0.2, hidden=None):
    def rounded(channels):
        wanted = channels * multiplier
        result = max(8, int(wanted + 4) // 8 * 8)
        return result + 8 if result < 0.9 * wanted else result

    def conv(channels, kernel, step=1, groups=1):
        return nn.Sequential(nn.LazyConv2d(channels, kernel, step, kernel // 2, groups=groups, bias=False),
                             nn.LazyBatchNorm2d(), nn.ReLU6())

    def block(inputs, outputs, expansion, step):
        wide = inputs * expansion
        layers = [conv(wide, 1)] if expansion > 1 else []
        layers += [conv(wide, 3, step, wide), nn.LazyConv2d(outputs, 1, bias=False), nn.LazyBatchNorm2d()]
        return Residual(*layers) if step == 1 and inputs == outputs else nn.Sequential(*layers)

    def stage(count, inputs, outputs, expansion, step):
        return nn.Sequential(block(inputs, outputs, expansion, step),
                             repeat(count - 1, lambda: block(outputs, outputs, expansion, 1)))

    stages, inputs = [], rounded(32)
    for expansion, channels, count, step in ((1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1),
                                             (6, 160, 3, 2), (6, 320, 1, 1)):
        stages.append(stage(count, inputs, rounded(channels), expansion, step))
        inputs = rounded(channels)
    return nn.Sequential(conv(rounded(32), 3, 2), *stages, conv(hidden or max(1280, rounded(1280)), 1),
                         nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(dropout), nn.LazyLinear(classes))


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
