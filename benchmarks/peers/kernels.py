"""Compares the kernels of tenet, oneDNN, OpenBLAS and PyTorch on the layers of known networks at batch 256, on one core:
equal results first, then alternating time slices (see README.md).

    python kernels.py --programs build/peers/benchmarks/peers [--realtime] [--json result.json]
"""

import argparse
import glob
import json
import os
import statistics
import subprocess
import sys
import tempfile

import torch
from torch.nn import functional

from workers import Worker, machine, warn_if_busy

BATCH = 256
DIRECTIONS = ("forward", "data_gradient", "weight_gradient")
TOLERANCE = 1e-4  # of the largest number
# name: kind, input and output channels, image size, kernel, padding; the first layer of a network needs no data gradient
LINEAR = [(784, 256, "MLP", True), (256, 10, "MLP, VGG", False), (400, 120, "LeNet", False), (120, 84, "LeNet", False),
          (84, 10, "LeNet", False), (1152, 256, "VGG", False)]
CONVOLUTION = [(1, 6, 28, 5, 2, "LeNet", True), (6, 16, 14, 5, 0, "LeNet", False), (1, 32, 28, 3, 1, "VGG", True),
               (32, 32, 28, 3, 1, "VGG", False), (32, 64, 14, 3, 1, "VGG", False), (64, 64, 14, 3, 1, "VGG", False),
               (64, 128, 7, 3, 1, "VGG", False), (128, 128, 7, 3, 1, "VGG", False)]


def cases():
    """(label, kind, direction, (channels in, out, size, kernel, padding))"""
    for inputs, outputs, net, first in LINEAR:
        for direction in DIRECTIONS:
            if not (first and direction == "data_gradient"):
                yield f"{net}: Linear {inputs}->{outputs}", "linear", direction, (inputs, outputs, 1, 1, 0)
    for inputs, outputs, size, kernel, padding, net, first in CONVOLUTION:
        for direction in DIRECTIONS:
            if not (first and direction == "data_gradient"):
                label = f"{net}: Conv2d {inputs}->{outputs}, {kernel}x{kernel}, {size}x{size}"
                yield label, "convolution", direction, (inputs, outputs, size, kernel, padding)


def write_operands(folder, geometry):
    """Writes x, w and dy as floats; returns them."""
    inputs, outputs, size, kernel, padding = geometry
    out = size + 2 * padding - kernel + 1
    generator = torch.Generator().manual_seed(11)
    operands = {"x": torch.rand((BATCH, inputs, size, size), generator=generator) - 0.5,
                "w": torch.rand((outputs, inputs, kernel, kernel), generator=generator) - 0.5,
                "dy": torch.rand((BATCH, outputs, out, out), generator=generator) - 0.5}
    for name, tensor in operands.items():
        tensor.numpy().tofile(os.path.join(folder, name + ".f32"))
    return operands


def expected(operands, direction, padding):
    x, w, dy = operands["x"], operands["w"], operands["dy"]
    if direction == "forward":
        return functional.conv2d(x, w, padding=padding)
    if direction == "data_gradient":
        return torch.nn.grad.conv2d_input(x.shape, w, dy, padding=padding)
    return torch.nn.grad.conv2d_weight(x, w.shape, dy, padding=padding)


def disagreement(reference, path):
    found = torch.from_file(path, size=reference.numel(), dtype=torch.float32).clone()
    difference = (found - reference.flatten()).abs().max().item() / reference.abs().max().item()
    return None if difference <= TOLERANCE else f"differs by {difference:.1e} of the largest number"


def measure(workers, folder, kind, direction, geometry, rounds, seconds):
    """Name -> floating-point operations per second in each round, or why there are none."""
    reference = expected(write_operands(folder, geometry), direction, geometry[-1])
    case = " ".join(map(str, (kind, direction, BATCH, *geometry)))
    path = os.path.join(folder, "result.f32")
    rates, runners = {}, []
    for worker in workers:
        reply = worker.ask("check " + case)
        why = reply.get("error") or disagreement(reference, path)
        if why:
            rates[worker.name] = why
            if "error" not in reply:
                print(f"{worker.name}, {case}: not timed: {why}", file=sys.stderr)
        else:
            rates[worker.name] = []
            runners.append(worker)
    for _ in range(rounds):
        for worker in runners:
            rates[worker.name].append(worker.ask(f"time {seconds} {case}")["flops"])
    return rates


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--programs", required=True, metavar="FOLDER", help="where the peer_kernels_* are")
    parser.add_argument("--only", default="", help="a part of the label or direction")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=0.1, help="length of one slice")
    parser.add_argument("--realtime", action="store_true", help="run all programs under chrt -r 10 (needs the right to)")
    parser.add_argument("--json", metavar="FILE")
    arguments = parser.parse_args()
    prefix = os.path.join(arguments.programs, "peer_kernels_")
    paths = sorted(glob.glob(prefix + "*"), key=lambda path: (not path.endswith("tenet"), path))
    with tempfile.TemporaryDirectory() as folder:
        workers = [Worker(path[len(prefix):], [path, "--data", folder], 1, arguments.realtime) for path in paths]
        abouts = {worker.name: worker.ask("about") for worker in workers}
        peak = max(about["peak"] for about in abouts.values())
        versions = {name: about["version"] for name, about in abouts.items()}
        report = {**machine(), "batch": BATCH, "threads": 1, "peak": peak, "versions": versions, "kernels": []}
        print(f"{report['processor']}, one core: {peak / 1e9:.0f} GFLOP/s of multiply-adds; " + "; ".join(versions.values()))
        warn_if_busy(report)
        print(f"{'batch 256, GFLOP/s (of the peak)':40} {'':16}" + "".join(f"{name:>14}" for name in versions))
        for label, kind, direction, geometry in cases():
            if arguments.only not in label and arguments.only not in direction:
                continue
            rates = measure(workers, folder, kind, direction, geometry, arguments.rounds, arguments.seconds)
            row = {name: rate if isinstance(rate, str) else statistics.median(rate) for name, rate in rates.items()}
            report["kernels"].append({"layer": label, "direction": direction, "flops_per_second": row})
            cells = ("-" if isinstance(rate, str) else f"{rate / 1e9:.1f} ({rate / peak:4.0%})" for rate in row.values())
            print(f"{label:40} {direction:16}" + "".join(f"{cell:>14}" for cell in cells), flush=True)
            if arguments.json:
                with open(arguments.json, "w") as file:
                    json.dump(report, file, indent=1)
        for worker in workers:
            worker.close()


if __name__ == "__main__":
    main()
