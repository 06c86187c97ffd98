"""The networks, data and checks that every program in this folder shares."""

import os
import sys

import torch
from torch import nn

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "tests", "golden"))
import d2l
import torchvision_networks

CLASSES = 10
MODES = ("train256", "train32", "infer1", "infer256")
LEARNING_RATE = 0.002
CHECKED_STEPS = 10


def mlp():
    return nn.Sequential(nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, CLASSES))


def lenet_body(activation, pool):
    return nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2), activation(), pool(2),
        nn.Conv2d(6, 16, 5), activation(), pool(2),
        nn.Flatten(),
        nn.Linear(400, 120), activation(),
        nn.Linear(120, 84), activation(),
        nn.Linear(84, CLASSES))


def lenet():
    return lenet_body(nn.Sigmoid, nn.AvgPool2d)


def lenet_relu():
    return lenet_body(nn.ReLU, nn.MaxPool2d)


def vgg():
    layers, channels = [], 1
    for width in (32, 64, 128):
        for _ in range(2):
            layers += [nn.Conv2d(channels, width, 3, padding=1), nn.ReLU()]
            channels = width
        layers.append(nn.MaxPool2d(2))
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(128 * 3 * 3, 256), nn.ReLU(), nn.Linear(256, CLASSES))


def resnet18():
    return d2l.resnet((2, 2, 2, 2))


def vgg11_quarter():
    return d2l.vgg(11, divisor=4, dropout=0.0)


def mobilenet_v2():
    return torchvision_networks.mobilenet_v2(CLASSES, dropout=0.0)


NETWORKS = {"mlp": mlp, "lenet": lenet, "lenet_relu": lenet_relu, "vgg": vgg,
            "resnet18": resnet18, "vgg11_quarter": vgg11_quarter, "mobilenet_v2": mobilenet_v2}


def sample_shape(name):
    return {"mlp": (784,), **dict.fromkeys(("resnet18", "vgg11_quarter", "mobilenet_v2"), (3, 32, 32))}.get(name, (1, 28, 28))


def make(name):
    """The network with the same initial weights in every process.

    Xavier and Kaiming weights: PyTorch's default gives these networks outputs that hardly depend on the input, so that
    ten steps would change the loss too little to show a wrong gradient. MobileNetV2 changes too much: its 52 normalised
    layers magnify what rounding adds, until PyTorch's own variants differ in the third digit of a loss. A small last
    layer, and large weights before normalisations, make its steps small.
    """
    torch.manual_seed(20240229)
    network = NETWORKS[name]()
    d2l.made_for(network, *sample_shape(name))
    for layer in network.modules():
        if isinstance(layer, (nn.Conv2d, nn.Linear)):
            if name == "lenet":
                nn.init.xavier_uniform_(layer.weight)
            else:
                nn.init.kaiming_uniform_(layer.weight, nonlinearity="relu")
    if name == "mobilenet_v2":
        with torch.no_grad():
            network.classifier[-1].weight.mul_(0.01)
            for layer in network.modules():
                if isinstance(layer, nn.Conv2d):
                    layer.weight.mul_(10.0)
                elif isinstance(layer, nn.BatchNorm2d):
                    layer.running_var.fill_(100.0)
    return network


def make_batch(name, size):
    """Pixels in [-0.5, 0.5) and labels, the same for all networks; the first `size` samples of one fixed set of 256."""
    generator = torch.Generator().manual_seed(7)
    labels = torch.randint(0, CLASSES, (256,), generator=generator)
    pixels = torch.rand((256, *sample_shape(name)), generator=generator) - 0.5
    return pixels[:size].clone(), labels[:size].clone()


def batch_size(mode):
    return int(mode.removeprefix("train").removeprefix("infer"))


def is_training(mode):
    if mode not in MODES:
        raise ValueError(f"unknown mode '{mode}'; known: {', '.join(MODES)}")
    return mode.startswith("train")


def export(folder):
    """Writes, for other programs, NET.safetensors and the same initial parameters in the order of the state_dict as
    NET.parameters.f32, the batch of 256 as NET.input.f32 and labels.u8 (raw, little-endian)."""
    from safetensors.torch import save_file

    os.makedirs(folder, exist_ok=True)
    for name in NETWORKS:
        parameters = {key: value.detach().contiguous() for key, value in make(name).state_dict().items()
                      if not key.endswith("num_batches_tracked")}
        save_file(parameters, os.path.join(folder, name + ".safetensors"))
        torch.cat([value.flatten() for value in parameters.values()]).numpy().tofile(
            os.path.join(folder, name + ".parameters.f32"))
        pixels, labels = make_batch(name, 256)
        pixels.numpy().tofile(os.path.join(folder, name + ".input.f32"))
        labels.to(torch.uint8).numpy().tofile(os.path.join(folder, "labels.u8"))
