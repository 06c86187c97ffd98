"""The networks of include/tenet/models in PyTorch, as Dive into Deep Learning has them, their parameters in the same order.

Run alone it prints what tests/static/models.cpp holds the types to.
"""

import torch
from torch import nn


def lenet(classes=10, activation=nn.Sigmoid, pool=nn.AvgPool2d):
    return nn.Sequential(nn.LazyConv2d(6, 5, padding=2), activation(), pool(2),
                         nn.LazyConv2d(16, 5), activation(), pool(2), nn.Flatten(),
                         nn.LazyLinear(120), activation(), nn.LazyLinear(84), activation(), nn.LazyLinear(classes))


def classifier(classes, hidden, dropout):
    return (nn.Flatten(), nn.LazyLinear(hidden), nn.ReLU(), nn.Dropout(dropout),
            nn.LazyLinear(hidden), nn.ReLU(), nn.Dropout(dropout), nn.LazyLinear(classes))


def alexnet(classes=10, divisor=1, dropout=0.5):
    def conv(channels, kernel, **options):
        return nn.LazyConv2d(channels // divisor, kernel, **options), nn.ReLU()

    return nn.Sequential(*conv(96, 11, stride=4, padding=1), nn.MaxPool2d(3, stride=2),
                         *conv(256, 5, padding=2), nn.MaxPool2d(3, stride=2),
                         *conv(384, 3, padding=1), *conv(384, 3, padding=1), *conv(256, 3, padding=1),
                         nn.MaxPool2d(3, stride=2), *classifier(classes, 4096 // divisor, dropout))


VGG = {11: (1, 1, 2, 2, 2), 13: (2, 2, 2, 2, 2), 16: (2, 2, 3, 3, 3), 19: (2, 2, 4, 4, 4)}


def vgg(depth, classes=10, divisor=1, dropout=0.5, hidden=None):
    def block(convolutions, channels):
        repeat = [nn.Sequential(nn.LazyConv2d(channels // divisor, 3, padding=1), nn.ReLU()) for _ in range(convolutions)]
        return nn.Sequential(nn.Sequential(*repeat), nn.MaxPool2d(2))

    blocks = [block(*arguments) for arguments in zip(VGG[depth], (64, 128, 256, 512, 512))]
    return nn.Sequential(*blocks, *classifier(classes, hidden or 4096 // divisor, dropout))


def nin(classes=10, divisor=1, dropout=0.5):
    def block(channels, kernel, **options):
        return nn.Sequential(nn.LazyConv2d(channels, kernel, **options), nn.ReLU(), nn.LazyConv2d(channels, 1), nn.ReLU(),
                             nn.LazyConv2d(channels, 1), nn.ReLU())

    return nn.Sequential(block(96 // divisor, 11, stride=4), nn.MaxPool2d(3, stride=2),
                         block(256 // divisor, 5, padding=2), nn.MaxPool2d(3, stride=2),
                         block(384 // divisor, 3, padding=1), nn.MaxPool2d(3, stride=2), nn.Dropout(dropout),
                         block(classes, 3, padding=1), nn.AdaptiveAvgPool2d(1), nn.Flatten())


class Concat(nn.Module):
    """Its branches are named by their positions, as in nn.Sequential."""

    def __init__(self, *branches):
        super().__init__()
        for position, branch in enumerate(branches):
            self.add_module(str(position), branch)

    def forward(self, x):
        return torch.cat([branch(x) for branch in self.children()], dim=1)


def googlenet(classes=10, divisor=1):
    def conv(channels, kernel):
        return nn.Sequential(nn.LazyConv2d(channels // divisor, kernel, padding=kernel // 2), nn.ReLU())

    def inception(one, three, five, pool):
        return Concat(nn.Sequential(conv(one, 1)), nn.Sequential(conv(three[0], 1), conv(three[1], 3)),
                      nn.Sequential(conv(five[0], 1), conv(five[1], 5)),
                      nn.Sequential(nn.MaxPool2d(3, stride=1, padding=1), conv(pool, 1)))

    def halve():
        return nn.MaxPool2d(3, stride=2, padding=1)

    return nn.Sequential(
        nn.Sequential(nn.LazyConv2d(64 // divisor, 7, stride=2, padding=3), nn.ReLU(), halve()),
        nn.Sequential(conv(64, 1), conv(192, 3), halve()),
        nn.Sequential(inception(64, (96, 128), (16, 32), 32), inception(128, (128, 192), (32, 96), 64), halve()),
        nn.Sequential(inception(192, (96, 208), (16, 48), 64), inception(160, (112, 224), (24, 64), 64),
                      inception(128, (128, 256), (24, 64), 64), inception(112, (144, 288), (32, 64), 64),
                      inception(256, (160, 320), (32, 128), 128), halve()),
        nn.Sequential(inception(256, (160, 320), (32, 128), 128), inception(384, (192, 384), (48, 128), 128),
                      nn.AdaptiveAvgPool2d(1), nn.Flatten()),
        nn.LazyLinear(classes))


class Residual(nn.Module):
    """tenet's Residual, its names too."""

    def __init__(self, *layers, shortcut=()):
        super().__init__()
        self.count = len(layers)
        for i, module in enumerate(layers):
            self.add_module(str(i), module)
        self.shortcut = nn.Sequential(*shortcut)

    def forward(self, x):
        y = x
        for i in range(self.count):
            y = getattr(self, str(i))(y)
        return y + self.shortcut(x)


def resnet(repeats, classes=10, width=64):
    def block(channels, downsampling=False):
        shortcut = (nn.LazyConv2d(channels, 1, stride=2),) if downsampling else ()
        return nn.Sequential(
            Residual(nn.LazyConv2d(channels, 3, stride=2 if downsampling else 1, padding=1), nn.LazyBatchNorm2d(), nn.ReLU(),
                     nn.LazyConv2d(channels, 3, padding=1), nn.LazyBatchNorm2d(), shortcut=shortcut), nn.ReLU())

    def repeat(count, channels):
        return nn.Sequential(*(nn.Sequential(block(channels)) for _ in range(count)))

    stages = [repeat(repeats[0], width)]
    for stage, count in enumerate(repeats[1:], start=1):
        stages += [block(width << stage, downsampling=True), repeat(count - 1, width << stage)]
    return nn.Sequential(nn.LazyConv2d(width, 7, stride=2, padding=3), nn.LazyBatchNorm2d(), nn.ReLU(),
                         nn.MaxPool2d(3, stride=2, padding=1), *stages,
                         nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.LazyLinear(classes))


def made_for(network, *shape):
    """The network with all its parameters, for images of this shape."""
    network.eval()(torch.zeros(1, *shape))
    return network.train()


def facts(name, network, *shape):
    with torch.device("meta"):
        output = network(torch.zeros(2, *shape))
    parameters = list(network.parameters())
    print(f"{name}, {list(shape)}: output {list(output.shape[1:])}, {len(parameters)} tensors, "
          f"{sum(parameter.numel() for parameter in parameters)} numbers")


def main():
    torch.set_default_device("meta")
    facts("LeNet", lenet(), 1, 28, 28)
    facts("LeNet, 7 classes", lenet(7), 3, 32, 32)
    facts("AlexNet", alexnet(), 1, 224, 224)
    facts("AlexNet, 1000 classes", alexnet(1000), 3, 227, 227)
    facts("AlexNet / 4", alexnet(divisor=4), 1, 68, 68)
    for depth in VGG:
        facts(f"VGG-{depth}", vgg(depth), 1, 224, 224)
        facts(f"VGG-{depth}, 1000 classes", vgg(depth, 1000), 3, 224, 224)
    facts("VGG-11 / 4", vgg(11, divisor=4), 1, 32, 32)
    facts("VGG-11 / 4, hidden 4096", vgg(11, divisor=4, hidden=4096), 1, 224, 224)
    facts("NiN", nin(), 1, 224, 224)
    facts("NiN, 1000 classes", nin(1000), 3, 227, 227)
    facts("NiN / 4", nin(divisor=4), 1, 68, 68)
    facts("ResNet-18", resnet((2, 2, 2, 2)), 1, 224, 224)
    facts("ResNet-34", resnet((3, 4, 6, 3)), 1, 224, 224)
    facts("GoogLeNet", googlenet(), 1, 96, 96)
    facts("GoogLeNet, 1000 classes", googlenet(1000), 3, 224, 224)
    facts("GoogLeNet / 16", googlenet(divisor=16), 1, 32, 32)


if __name__ == "__main__":
    main()
