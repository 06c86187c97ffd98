"""Test accuracy on Fashion-MNIST with the settings of Dive into Deep Learning, in PyTorch; accuracy.cpp does the same in tenet.

    python pytorch.py [--seeds 3] [--json FILE] [--against TENET.json] [NETWORK...]

With --against, prints both means and fails if they differ by more than 0.01. `--read FILE` takes this program's own earlier
results in place of training.
"""

import argparse
import gzip
import json
import os
import sys
import time

import numpy
import torch
from torch import nn

EPOCHS, BATCH_SIZE, TOLERANCE = 10, 256, 0.01
FOLDER = os.environ.get("TENET_FASHION_MNIST", "/usr/share/datasets/fashion-mnist")


def idx(name):
    with gzip.open(os.path.join(FOLDER, name + ".gz")) as file:
        data = file.read()
    rank = data[3]
    shape = numpy.frombuffer(data, ">i4", rank, 4)
    return torch.from_numpy(numpy.frombuffer(data, numpy.uint8, -1, 4 + 4 * rank).reshape(shape).copy())


def samples(part):
    return idx(part + "-images-idx3-ubyte").unsqueeze(1).float() / 255, idx(part + "-labels-idx1-ubyte").long()


def softmax():
    return nn.Sequential(nn.Flatten(), nn.Linear(784, 10))


def mlp():
    return nn.Sequential(nn.Flatten(), nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 10))


def lenet(activation):
    return nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2), activation(), nn.AvgPool2d(2),
        nn.Conv2d(6, 16, 5), activation(), nn.AvgPool2d(2),
        nn.Flatten(), nn.Linear(400, 120), activation(), nn.Linear(120, 84), activation(), nn.Linear(84, 10))


def small_normal(layer):
    if isinstance(layer, nn.Linear):
        nn.init.normal_(layer.weight, 0, 0.01)
        nn.init.zeros_(layer.bias)


def xavier(layer):
    if isinstance(layer, (nn.Linear, nn.Conv2d)):
        nn.init.xavier_uniform_(layer.weight)


NETWORKS = {
    "softmax": (softmax, 0.1, small_normal),
    "mlp": (mlp, 0.1, small_normal),
    "lenet_sigmoid": (lambda: lenet(nn.Sigmoid), 0.9, xavier),
    "lenet_relu": (lambda: lenet(nn.ReLU), 0.1, xavier),
}


def accuracy(name, seed, train, test):
    make, rate, initialize = NETWORKS[name]
    torch.manual_seed(seed)
    network = make().apply(initialize)
    optimizer = torch.optim.SGD(network.parameters(), lr=rate)
    inputs, labels = train
    for _ in range(EPOCHS):
        for batch in torch.randperm(len(labels)).split(BATCH_SIZE):
            optimizer.zero_grad()
            nn.functional.cross_entropy(network(inputs[batch]), labels[batch]).backward()
            optimizer.step()
    with torch.no_grad():
        return (network(test[0]).argmax(1) == test[1]).float().mean().item()


def run(options):
    torch.set_num_threads(2)
    train, test = samples("train"), samples("t10k")
    results = {}
    for name in options.networks or NETWORKS:
        start = time.perf_counter()
        results[name] = [round(accuracy(name, seed, train, test), 4) for seed in range(options.seeds)]
        seconds = (time.perf_counter() - start) / (EPOCHS * options.seeds)
        print(f"{name:14}", *(f"{value:.4f}" for value in results[name]),
              f"  mean {numpy.mean(results[name]):.4f}   {seconds:.2f} s per epoch", flush=True)
    return results


def compare(ours, theirs):
    good = True
    print("\n| network | tenet, each seed | mean | PyTorch, each seed | mean | difference |\n|---|---|---|---|---|---|")
    for name in (name for name in NETWORKS if name in ours and name in theirs):
        row = [name]
        for values in (ours[name], theirs[name]):
            row += [" ".join(f"{value:.4f}" for value in values), f"{numpy.mean(values):.4f}"]
        difference = numpy.mean(ours[name]) - numpy.mean(theirs[name])
        good &= abs(difference) <= TOLERANCE
        print("|", " | ".join(row), f"| {difference:+.4f} |")
    return good


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("networks", nargs="*", metavar="NETWORK")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--json", help="write the accuracies there")
    parser.add_argument("--read", help="take this program's accuracies from there")
    parser.add_argument("--against", help="tenet's accuracies")
    options = parser.parse_args()
    if options.read:
        with open(options.read) as file:
            results = json.load(file)
    else:
        results = run(options)
    if options.json:
        with open(options.json, "w") as file:
            json.dump(results, file, indent=1)
    if options.against:
        with open(options.against) as file:
            sys.exit(0 if compare(json.load(file), results) else 1)


if __name__ == "__main__":
    main()
