"""PyTorch on the GPU of this machine: the networks of networks.cuh under the same names.

    python3 pytorch.py --net lenet_relu --variant graph --precision BF16 [--smoke]

Prints one line of JSON for each workload: the median of the microseconds of one call, by CUDA events. --smoke runs small
batches of the eager variant on a CPU, to see that this program works.

Variants: eager; graph (the eager step recorded as a CUDA graph); compile (torch.compile, max-autotune, which records CUDA graphs
itself; the optimizer is compiled, too); compile_graph (max-autotune without graphs, the whole step recorded as one).
Precisions: TF32; BF16, autocast with float parameters, as tenet has it; BF16_pure, parameters in bfloat16, too.
"""

import argparse
import json
import os
import statistics
import sys
import time

import torch
from torch import nn

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "peers"))
import networks

LEARNING_RATE = 0.002
WORKLOADS = {"mlp": {"train": (256, 65536), "infer": (256, 65536)},
             "fused": {"train": (1 << 18,), "infer": (1 << 18,)},
             "lenet_relu": {"train": (256,), "infer": (1, 256)},
             "resnet18": {"train": (128,), "infer": (128,)}}
VARIANTS = ("eager", "graph", "compile", "compile_graph")
PRECISIONS = ("TF32", "BF16", "BF16_pure")


def make(net):
    if net != "fused":
        return networks.make(net), networks.sample_shape(net), nn.CrossEntropyLoss()
    layers = [layer for _ in range(5) for layer in (nn.Linear(64, 64), nn.ReLU())]
    return nn.Sequential(*layers, nn.Linear(64, 16)), (64,), nn.MSELoss()


class Workload:
    """One call of a network in training or inference on one batch that stays where it is."""

    def __init__(self, net, mode, batch, variant, precision, device):
        self.device, self.autocast = device, precision == "BF16"
        model, shape, self.loss = make(net)
        number = torch.bfloat16 if precision == "BF16_pure" else torch.float32
        layout = {"memory_format": torch.channels_last} if len(shape) == 3 else {}
        self.model = model.to(device=device, dtype=number, **layout)
        self.x = torch.randn(batch, *shape, device=device).to(number).contiguous(**layout)
        self.y = (torch.randn(batch, 16, device=device) if net == "fused"
                  else torch.randint(0, 10, (batch,), device=device))
        self.training = mode == "train"
        self.model.train(self.training)
        self.optimizer = torch.optim.SGD(self.model.parameters(), lr=LEARNING_RATE, fused=device == "cuda")
        self.forward, self.update = self.compute, self.optimizer.step
        if variant.startswith("compile"):
            how = "max-autotune" if variant == "compile" else "max-autotune-no-cudagraphs"
            self.forward = torch.compile(self.compute, mode=how)
            self.update = torch.compile(lambda: self.optimizer.step(), mode=how if variant == "compile_graph" else None)
        self.call = self.step if self.training else self.infer
        if variant in ("graph", "compile_graph"):
            self.call = self.recorded(self.call)

    def compute(self, x, y):
        with torch.autocast(self.device, dtype=torch.bfloat16, enabled=self.autocast):
            output = self.model(x)
            return self.loss(output.float(), y) if self.training else output

    def step(self):
        self.optimizer.zero_grad(set_to_none=True)
        loss = self.forward(self.x, self.y)
        loss.backward()
        self.update()
        return loss

    def infer(self):
        with torch.no_grad():
            return self.forward(self.x, self.y)

    def recorded(self, call):
        stream = torch.cuda.Stream()
        stream.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(stream):
            for _ in range(5):
                call()
        torch.cuda.current_stream().wait_stream(stream)
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph):
            self.result = call()
        return graph.replay


def median_microseconds(call):
    """As stopwatch.cuh: nine rounds of calls that take 20 ms."""
    def round_of(calls):
        begin, end = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
        begin.record()
        for _ in range(calls):
            call()
        end.record()
        end.synchronize()
        return 1000 * begin.elapsed_time(end) / calls

    round_of(10)
    calls = int(min(max(20000 / max(round_of(5), 1), 1), 10000))
    return statistics.median(round_of(calls) for _ in range(9))


def smoke_microseconds(call):
    call()
    begin = time.perf_counter()
    call()
    return 1e6 * (time.perf_counter() - begin)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--net", choices=WORKLOADS, required=True)
    parser.add_argument("--variant", choices=VARIANTS, default="eager")
    parser.add_argument("--precision", choices=PRECISIONS, default="BF16")
    parser.add_argument("--smoke", action="store_true")
    arguments = parser.parse_args()
    if not arguments.smoke and not torch.cuda.is_available():
        sys.exit("no GPU found: PyTorch sees none")
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = True
    torch.backends.cudnn.benchmark = True
    torch.manual_seed(0)
    for mode, batches in WORKLOADS[arguments.net].items():
        for batch in batches:
            torch.compiler.reset()
            workload = Workload(arguments.net, mode, min(batch, 8) if arguments.smoke else batch, arguments.variant,
                                arguments.precision, "cpu" if arguments.smoke else "cuda")
            microseconds = (smoke_microseconds if arguments.smoke else median_microseconds)(workload.call)
            print(json.dumps({"network": arguments.net, "mode": mode, "batch": len(workload.x), "precision": arguments.precision,
                              "variant": arguments.variant, "microseconds": round(microseconds, 3),
                              "torch": torch.__version__}), flush=True)


if __name__ == "__main__":
    main()
