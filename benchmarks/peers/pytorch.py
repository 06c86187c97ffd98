"""Times PyTorch, as a worker that a driver alternates with other workers (see compare.py and README.md).

Reads requests, one per line, from standard input and answers each with one line of JSON on standard output:
    check NET MODE [VARIANT]   -> {"losses": [...]} of ten training steps on one batch, or {"output": [...]} of inference
    rank NET MODE              -> {"variants": [[name, median_us], ...]}, quickest first, of a short trial at the first use
    NET MODE SECONDS [VARIANT] -> {"net", "mode", "variant", "median_us", "min_us", "n"}; without VARIANT the quickest
Called with --export FOLDER it writes initial weights and data for the others; with --table it prints all numbers.
"""

import argparse
import json
import statistics
import sys
import time
import warnings

import torch
from torch.nn import functional

import networks

SHORTEST_SAMPLE = 200e-6  # one clock reading spans at least this long, so that reading the clock costs nothing visible
TRIAL_SECONDS = 0.7


def is_convolutional(name):
    return name != "mlp"


class TrainingStep:
    """zero_grad, forward, CrossEntropy, backward, SGD: the loop of PyTorch's tutorial."""

    def __init__(self, name, mode, channels_last=False, compiler=None, optimizer="foreach"):
        self.network = networks.make(name).train()
        self.pixels, self.labels = networks.make_batch(name, networks.batch_size(mode))
        if channels_last:
            self.network = self.network.to(memory_format=torch.channels_last)
            self.pixels = self.pixels.to(memory_format=torch.channels_last)
        self.optimizer = torch.optim.SGD(self.network.parameters(), networks.LEARNING_RATE, **{optimizer: True})
        network = self.network

        def loss_of(pixels, labels):
            return functional.cross_entropy(network(pixels), labels)

        self.loss_of = compiler(loss_of) if compiler else loss_of
        self.initial = [p.detach().clone() for p in self.network.parameters()]

    def __call__(self):
        self.optimizer.zero_grad(set_to_none=True)
        loss = self.loss_of(self.pixels, self.labels)
        loss.backward()
        self.optimizer.step()
        return loss

    def reset(self):
        with torch.no_grad():
            for parameter, value in zip(self.network.parameters(), self.initial):
                parameter.copy_(value)


class WholeStepCompiled:
    """Forward, backward and update traced into one graph (torch.func), so that nothing of autograd runs per step."""

    def __init__(self, name, mode, channels_last=False, **options):
        network = networks.make(name).train()
        self.pixels, self.labels = networks.make_batch(name, networks.batch_size(mode))
        if channels_last:
            network = network.to(memory_format=torch.channels_last)
            self.pixels = self.pixels.to(memory_format=torch.channels_last)
        self.parameters = {key: value.detach() for key, value in network.named_parameters()}
        self.initial = {key: value.clone() for key, value in self.parameters.items()}

        def loss_of(parameters, pixels, labels):
            return functional.cross_entropy(torch.func.functional_call(network, parameters, (pixels,)), labels)

        def step(parameters, pixels, labels):
            gradients, loss = torch.func.grad_and_value(loss_of)(parameters, pixels, labels)
            for key, parameter in parameters.items():
                parameter.sub_(gradients[key], alpha=networks.LEARNING_RATE)
            return loss

        self.step = torch.compile(step, **options)

    def __call__(self):
        with torch.no_grad():
            return self.step(self.parameters, self.pixels, self.labels)

    def reset(self):
        for key, value in self.initial.items():
            self.parameters[key].copy_(value)


class Inference:
    def __init__(self, name, mode, channels_last=False, compiler=None, trace=False):
        self.network = networks.make(name).eval()
        self.pixels, _ = networks.make_batch(name, networks.batch_size(mode))
        if channels_last:
            self.network = self.network.to(memory_format=torch.channels_last)
            self.pixels = self.pixels.to(memory_format=torch.channels_last)
        self.run = self.network
        if trace:
            with torch.no_grad(), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                traced = torch.jit.freeze(torch.jit.trace(self.network, self.pixels))
                self.run = torch.jit.optimize_for_inference(traced)
        elif compiler:
            self.run = compiler(self.network)

    def __call__(self):
        return self.run(self.pixels)

    def reset(self):
        pass


def variants(name, mode):
    """Name -> how to make it."""
    training = networks.is_training(mode)
    formats = {"": False, " channels_last": True} if is_convolutional(name) else {"": False}
    result = {}
    for suffix, channels_last in formats.items():
        def add(label, make, channels_last=channels_last, suffix=suffix, **options):
            result[label + suffix] = lambda: make(name, mode, channels_last=channels_last, **options)

        if training:
            add("eager foreach", TrainingStep)
            add("eager fused", TrainingStep, optimizer="fused")
            add("compile", TrainingStep, compiler=torch.compile, optimizer="fused")
            add("compile whole step", WholeStepCompiled)
            add("compile whole step cpp_wrapper", WholeStepCompiled, options={"cpp_wrapper": True})
            add("compile whole step max-autotune", WholeStepCompiled, options={"max_autotune": True})
        else:
            add("eager", Inference)
            add("compile", Inference, compiler=torch.compile)
            add("compile freezing", Inference, compiler=lambda m: torch.compile(m, options={"freezing": True}))
            add("compile freezing cpp_wrapper", Inference,
                compiler=lambda m: torch.compile(m, options={"freezing": True, "cpp_wrapper": True}))
            add("compile max-autotune", Inference,
                compiler=lambda m: torch.compile(m, options={"freezing": True, "max_autotune": True}))
            add("jit", Inference, trace=True)
    return result


class Worker:
    def __init__(self, with_compile, log):
        self.with_compile, self.log = with_compile, log
        self.prepared, self.ranking = {}, {}

    def variant(self, name, mode, label):
        """A variant, prepared and run once; None if it does not work here."""
        prepared = self.prepared.setdefault((name, mode), {})
        if label not in prepared:
            makers = variants(name, mode)
            if label not in makers:
                raise ValueError(f"no variant '{label}' for {name} {mode}; there are: {', '.join(makers)}")
            begin = time.perf_counter()
            try:
                prepared[label] = makers[label]()
                self.repeat(prepared[label], mode, 0.0)
                print(f"{name} {mode} {label}: ready after {time.perf_counter() - begin:.1f} s", file=self.log, flush=True)
            except Exception as error:  # a variant that PyTorch cannot build here is no reason to stop
                prepared[label] = None
                first_line = (str(error).splitlines() or [""])[0][:160]
                print(f"{name} {mode} {label}: left out: {type(error).__name__}: {first_line}", file=self.log)
        return prepared[label]

    def variants(self, name, mode):
        """All that work here, by name."""
        works = {label: self.variant(name, mode, label) for label in variants(name, mode)
                 if self.with_compile or "compile" not in label}
        return {label: work for label, work in works.items() if work}

    def repeat(self, work, mode, seconds):
        """Times of one call, in seconds."""
        context = torch.enable_grad() if networks.is_training(mode) else torch.inference_mode()
        clock = time.perf_counter
        with context:
            work.reset()
            begin = clock()
            work()
            for _ in range(2):
                if clock() - begin < 0.1 * seconds:
                    work()
            begin = clock()
            work()
            calls = max(1, round(SHORTEST_SAMPLE / max(clock() - begin, 1e-7)))
            warm_until = clock() + 0.1 * seconds
            while clock() < warm_until:
                work()
            times, end = [], clock() + seconds
            while True:
                begin = clock()
                for _ in range(calls):
                    work()
                now = clock()
                times.append((now - begin) / calls)
                if now >= end:
                    return times

    def measure(self, name, mode, seconds, label=None):
        if label is None:
            label = self.rank(name, mode)[0][1]
        work = self.variant(name, mode, label)
        if not work:
            raise ValueError(f"'{label}' does not work here")
        times = self.repeat(work, mode, seconds)
        return {"net": name, "mode": mode, "variant": label, "median_us": round(statistics.median(times) * 1e6, 3),
                "min_us": round(min(times) * 1e6, 3), "n": len(times)}

    def rank(self, name, mode):
        """(median of a short trial in microseconds, variant), quickest first."""
        key = (name, mode)
        if key not in self.ranking:
            medians = {}
            for _ in range(2):
                for label, work in self.variants(name, mode).items():
                    median = statistics.median(self.repeat(work, mode, TRIAL_SECONDS))
                    medians[label] = min(median, medians.get(label, median))
            self.ranking[key] = sorted((round(median * 1e6, 3), label) for label, median in medians.items())
        return self.ranking[key]

    def check(self, name, mode, label=None):
        work = self.variant(name, mode, label or next(iter(variants(name, mode))))
        if not work:
            raise ValueError(f"'{label}' does not work here")
        work.reset()
        if networks.is_training(mode):
            return {"net": name, "mode": mode, "losses": [float(work().detach()) for _ in range(networks.CHECKED_STEPS)]}
        with torch.inference_mode():
            return {"net": name, "mode": mode, "output": work().flatten().tolist()}

    def answer(self, line):
        words = line.strip().split(maxsplit=3)
        if words[0] == "check":
            return self.check(words[1], words[2], words[3] if len(words) > 3 else None)
        if words[0] == "rank":
            ranking = self.rank(words[1], words[2])
            return {"net": words[1], "mode": words[2], "variants": [[label, median] for median, label in ranking]}
        return self.measure(words[0], words[1], float(words[2]), words[3] if len(words) > 3 else None)


def print_table(worker, names, modes, seconds, rounds):
    print(f"torch {torch.__version__}, {torch.get_num_threads()} threads, {torch.backends.cpu.get_cpu_capability()}")
    for name in names:
        for mode in modes:
            samples = {label: [] for label in worker.variants(name, mode)}
            for _ in range(rounds):
                for label in samples:
                    samples[label].append(worker.measure(name, mode, seconds, label))
            rows = [(statistics.median(s["median_us"] for s in group), min(s["min_us"] for s in group), label)
                    for label, group in samples.items()]
            for median, least, label in sorted(rows):
                print(f"{name:10} {mode:9} {label:45} median {median:11.1f} us   min {least:11.1f} us", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--export", metavar="FOLDER")
    parser.add_argument("--no-compile", action="store_true", help="leave torch.compile out")
    parser.add_argument("--table", action="store_true", help="print all variants' times and end")
    parser.add_argument("--nets", default=",".join(networks.NETWORKS))
    parser.add_argument("--modes", default=",".join(networks.MODES))
    parser.add_argument("--seconds", type=float, default=1.0)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    torch._dynamo.config.recompile_limit = 256  # each variant compiles the same code objects once more
    if arguments.export:
        networks.export(arguments.export)
        return
    worker = Worker(not arguments.no_compile, sys.stderr)
    if arguments.table:
        print_table(worker, arguments.nets.split(","), arguments.modes.split(","), arguments.seconds, arguments.rounds)
        return
    for line in sys.stdin:
        if not line.strip():
            continue
        try:
            reply = worker.answer(line)
        except Exception as error:
            reply = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(reply), flush=True)


if __name__ == "__main__":
    main()
