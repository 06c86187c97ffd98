"""Compares tenet with its peers on whole networks: equal results first, then alternating time slices (see README.md).

    python compare.py --programs build/peers/benchmarks [--nets mlp,lenet] [--modes train256]
                      [--json results.json] [--chart results.svg]
"""

import argparse
import glob
import json
import os
import statistics
import sys
import tempfile

import chart
import networks
from workers import Worker, machine, warn_if_busy

HERE = os.path.dirname(os.path.abspath(__file__))
LOSS_TOLERANCE = 2e-4  # of the largest loss, for each of ten steps
OUTPUT_TOLERANCE = 1e-4  # of the largest output
NEAR = 1.2  # PyTorch's variants within this of the best in the trial are timed in each round


def disagreement(reference, reply, mode):
    """None if the results are equal within the tolerance, else what differs."""
    if "error" in reply:
        return reply["error"]
    key = "losses" if networks.is_training(mode) else "output"
    expected, found = reference[key], reply.get(key)
    if found is None or len(found) != len(expected):
        return f"'{key}' has {len(found or [])} numbers, expected {len(expected)}"
    scale = max(map(abs, expected))
    for index, (a, b) in enumerate(zip(expected, found)):
        allowed = (LOSS_TOLERANCE if key == "losses" else OUTPUT_TOLERANCE) * scale
        if not abs(a - b) <= allowed:
            return f"{key}[{index}] is {b}, PyTorch has {a}"
    return None


def contenders(pytorch, net, mode, most, known):
    """PyTorch's quickest variants that compute the same as its eager mode: of a trial, or those `known`."""
    reference = pytorch.ask(f"check {net} {mode}")
    if "error" in reference:
        raise RuntimeError(f"PyTorch: {reference['error']}")
    if known:
        ranking = sorted(known.items(), key=lambda item: item[1])
    else:
        ranking = pytorch.ask(f"rank {net} {mode}")["variants"]
    chosen = []
    for variant, median in ranking:
        if chosen and (len(chosen) == most or median > NEAR * ranking[0][1]):
            break
        why = disagreement(reference, pytorch.ask(f"check {net} {mode} {variant}"), mode)
        if why:
            print(f"PyTorch's '{variant}' is left out, it does not compute what eager does: {why}", file=sys.stderr)
        else:
            chosen.append(variant)
    return reference, chosen


def compare(pytorch, others, net, mode, arguments, known):
    rounds, seconds = arguments.rounds, arguments.seconds
    reference, variants = contenders(pytorch, net, mode, arguments.contenders, known)
    workload = {"net": net, "mode": mode, "peers": {}}
    runners = []
    for worker in others:
        why = disagreement(reference, worker.ask(f"check {net} {mode}"), mode)
        if why:
            workload["peers"][worker.name] = {"left_out": why}
        else:
            runners.append(worker)
    chunks = {worker.name: [] for worker in runners}
    pytorch_chunks = {variant: [] for variant in variants}
    for _ in range(rounds):
        for variant in variants:
            for worker in runners[:1]:  # tenet runs beside each of PyTorch's variants: A1 B A2 B A3 B
                chunks[worker.name].append((variant, worker.ask(f"{net} {mode} {seconds}")))
            pytorch_chunks[variant].append(pytorch.ask(f"{net} {mode} {seconds} {variant}"))
        for worker in runners[1:]:
            chunks[worker.name].append((None, worker.ask(f"{net} {mode} {seconds}")))

    def median(replies):
        return statistics.median(reply["median_us"] for reply in replies)

    best = min(variants, key=lambda variant: median(pytorch_chunks[variant]))
    workload["pytorch"] = {"variant": best, "median_us": median(pytorch_chunks[best]),
                           "min_us": min(reply["min_us"] for reply in pytorch_chunks[best]),
                           "all": {variant: median(replies) for variant, replies in pytorch_chunks.items()}}
    for worker in runners:
        replies = [reply for variant, reply in chunks[worker.name] if variant in (None, best)]
        ratios = [a["median_us"] / b["median_us"] for a, b in zip(pytorch_chunks[best], replies)]
        workload["peers"][worker.name] = {
            "median_us": median(replies), "min_us": min(reply["min_us"] for reply in replies),
            "ratio": workload["pytorch"]["median_us"] / median(replies), "ratio_range": [min(ratios), max(ratios)]}
    return workload


def programs(folder):
    """(name, path): tenet first, then the peers that have been built."""
    peers = sorted(path for path in glob.glob(os.path.join(folder, "peers", "peer_*")) if "kernels" not in path)
    return [("tenet", os.path.join(folder, "tenet_benchmark_worker")),
            *((os.path.basename(path).removeprefix("peer_"), path) for path in peers)]


def print_header():
    print(f"{'net':10} {'mode':9} {'program':10} {'median us':>11} {'min us':>11}   PyTorch's time divided by this one's")


def print_workload(workload):
    first = f"{workload['net']:10} {workload['mode']:9}"
    best = workload["pytorch"]
    print(f"{first} {'PyTorch':10} {best['median_us']:11.1f} {best['min_us']:11.1f}   ({best['variant']})")
    for name, row in workload["peers"].items():
        if "left_out" in row:
            print(f"{first} {name:10} not timed: {row['left_out']}")
            continue
        low, high = row["ratio_range"]
        print(f"{first} {name:10} {row['median_us']:11.1f} {row['min_us']:11.1f}   {row['ratio']:6.2f}x"
              f"   ({low:.2f} to {high:.2f})", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--programs", required=True, metavar="FOLDER", help="what --preset peers has built")
    parser.add_argument("--without", default="", metavar="NAMES", help="programs not to run")
    parser.add_argument("--nets", default="mlp,lenet,vgg", help="known: " + ", ".join(networks.NETWORKS))
    parser.add_argument("--modes", default=",".join(networks.MODES))
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=1.0, help="length of one slice")
    parser.add_argument("--no-compile", action="store_true", help="leave torch.compile out (a quick look)")
    parser.add_argument("--realtime", action="store_true", help="run all programs under chrt -r 10 (needs the right to)")
    parser.add_argument("--contenders", type=int, default=3, help="at most so many variants of PyTorch in each round")
    parser.add_argument("--like", metavar="FILE",
                        help="an earlier --json, whose variants of PyTorch take part instead of a trial's quickest")
    parser.add_argument("--json", metavar="FILE")
    parser.add_argument("--chart", metavar="FILE", help="draw the ratios as SVG (needs gnuplot)")
    arguments = parser.parse_args()
    known = {}
    if arguments.like:
        with open(arguments.like) as file:
            known = {(w["net"], w["mode"]): w["pytorch"]["all"] for w in json.load(file)["workloads"]}
    how = {"threads": arguments.threads, "realtime": arguments.realtime}
    with tempfile.TemporaryDirectory() as folder:
        networks.export(folder)
        pytorch_command = [sys.executable, os.path.join(HERE, "pytorch.py")]
        pytorch = Worker("PyTorch", pytorch_command + (["--no-compile"] if arguments.no_compile else []), **how)
        others = [Worker(name, [path, "--data", folder], **how)
                  for name, path in programs(arguments.programs) if name not in arguments.without.split(",")]
        report = {**machine(), "threads": arguments.threads, "torch": networks.torch.__version__,
                  "rounds": arguments.rounds, "seconds": arguments.seconds, "realtime": arguments.realtime,
                  "workloads": []}
        print(f"{report['processor']}, {report['cores']} cores; {arguments.threads} threads each; "
              f"PyTorch {report['torch']}; {arguments.rounds} rounds of {arguments.seconds} s")
        warn_if_busy(report)
        print_header()
        for net in arguments.nets.split(","):
            for mode in arguments.modes.split(","):
                workload = compare(pytorch, others, net, mode, arguments, known.get((net, mode)))
                print_workload(workload)
                report["workloads"].append(workload)
                if arguments.json:
                    with open(arguments.json, "w") as file:
                        json.dump(report, file, indent=2)
        for worker in (pytorch, *others):
            worker.close()
    print()
    print(chart.table(report))
    if arguments.chart:
        chart.draw(report, arguments.chart)


if __name__ == "__main__":
    main()
