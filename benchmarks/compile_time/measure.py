"""Measures what programs that use tenet cost to compile: processor time (user + system) and peak memory.

    python3 measure.py [--repeats 3] [--compilers g++,clang] [--programs lenet,chain100] [--fresh]

Each number is the smallest of all runs, earlier ones of this file's results.json included unless --fresh: whatever else runs
on the machine can only add. Writes results.json, README.md's tables and chain.svg (with gnuplot).
"""

import argparse
import datetime
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
INCLUDE = os.path.join(HERE, "..", "..", "include")
RESULTS = os.path.join(HERE, "results.json")
CHAINS = (1, 10, 30, 100, 300)
COMPILERS = {
    "g++": ("g++ -O3", ["g++", "-std=c++20", "-O3"]),
    "clang": ("clang++-19 -O3", ["clang++-19", "-std=c++20", "-O3"]),
    "g++native": ("g++ -O3 -march=native", ["g++", "-std=c++20", "-O3", "-march=native"]),
    "g++syntax": ("g++ -fsyntax-only", ["g++", "-std=c++20", "-fsyntax-only"]),
    "nvcc": ("nvcc -O3", ["nvcc", "-std=c++20", "-O3"]),
}
MODELS = {
    "resnet18": ("ResNet-18", "models::ResNet18<Input<3, 32, 32>>"),
    "resnet_twice": ("ResNet with twice the repeats of ResNet-18", "models::ResNet<Input<3, 32, 32>, 10, 64, 4, 4, 4, 4>"),
    "resnet50": ("ResNet-50", "models::ResNet50<>"),
    "densenet121": ("DenseNet-121", "models::DenseNet121<>"),
    "mobilenet_v2": ("MobileNetV2", "models::MobileNetV2<>"),
}
LIMITS = {("g++", "lenet"): (8, 600), ("g++", "chain100"): (20, None), ("g++", "resnet18"): (20, 1000),
          ("g++", "resnet50"): (35, None), ("g++", "densenet121"): (60, 2000)}


def chain(count):
    """`count` distinct Linear layers, each with ReLU."""
    layers = ", ".join(f"Linear<{64 + i}>, ReLU" for i in range(count))
    return f"Network<Input<64>, {layers}>"


def one_step(network):
    """A program that trains a network for one step."""
    return f"""#include <tenet/tenet.hpp>
using namespace tenet;
using Net = {network};
int main() {{
    Model<Net> model{{Seed{{0}}}};
    Trainer trainer{{model, CrossEntropy{{}}, SGD{{.learning_rate = 0.1}}}};
    const std::vector<float> input(static_cast<std::size_t>(Net::input_shape.count()));
    const float* inputs[] = {{input.data()}};
    const std::int32_t labels[] = {{0}};
    Batch<float> batch;
    batch.inputs = inputs;
    batch.labels = labels;
    batch.size = 1;
    return trainer.step(batch).loss > 0 ? 0 : 1;
}}
"""


def programs(folder):
    """Name -> source file."""
    sources = {"lenet": os.path.join(HERE, "lenet.cpp"), "mlp_cu": os.path.join(HERE, "mlp.cu")}
    texts = {"nothing": "int main() {}\n", "include": "#include <tenet/tenet.hpp>\nint main() {}\n"}
    texts.update({name: one_step(network) for name, (_, network) in MODELS.items()})
    texts.update({f"chain{count}": one_step(chain(count)) for count in CHAINS})
    for name, text in texts.items():
        sources[name] = os.path.join(folder, name + ".cpp")
        with open(sources[name], "w") as file:
            file.write(text)
    return sources


def compile_once(command, source, folder):
    """Processor seconds and peak MB of one compilation; None if it fails."""
    arguments = [*command, "-I", INCLUDE, "-c", source, "-o", os.path.join(folder, "out.o")]
    process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        return None
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def measure(options, results):
    failed = False
    with tempfile.TemporaryDirectory() as folder:
        sources = programs(folder)
        for repeat in range(options.repeats):
            for key in options.compilers:
                command = COMPILERS[key][1]
                if not shutil.which(command[0]):
                    print(f"no {command[0]}: left out")
                    continue
                for name in options.programs or sources:
                    if (name == "mlp_cu") != (key == "nvcc"):
                        continue
                    cost = compile_once(command, sources[name], folder)
                    if not cost:
                        print(f"{key} {name}: FAILED", flush=True)
                        failed = True
                        continue
                    entry = results.setdefault(key, {}).setdefault(name, {"seconds": 1e9, "megabytes": 1e9, "runs": 0})
                    entry["seconds"] = round(min(entry["seconds"], cost[0]), 2)
                    entry["megabytes"] = round(min(entry["megabytes"], cost[1]))
                    entry["runs"] += 1
                    print(f"{key} {name}: {cost[0]:.2f} s, {cost[1]:.0f} MB, load {os.getloadavg()[0]:.1f}", flush=True)
                    with open(RESULTS, "w") as file:
                        json.dump(results, file, indent=1)
    return not failed


def version(program):
    if not shutil.which(program):
        return None
    text = subprocess.run([program, "--version"], capture_output=True, text=True).stdout
    found = re.search(r"\d+\.\d+\.\d+", text)
    return found.group() if found else text.splitlines()[0]


def cell(entry):
    return f"{entry['seconds']:.1f} s, {entry['megabytes']} MB" if entry else ""


def tables(results):
    keys = [key for key in COMPILERS if key in results and key != "nvcc"]
    titles = {"nothing": "an empty `main`", "include": "includes `tenet/tenet.hpp`, no more",
              "lenet": "trains LeNet and saves it (`lenet.cpp`)"}
    titles.update({name: f"{title}, one step" for name, (title, _) in MODELS.items()})
    titles.update({f"chain{n}": f"{n} Linear and ReLU, all different, one step" for n in CHAINS})
    lines = ["| program | " + " | ".join(COMPILERS[key][0] for key in keys) + " |", "|---" * (len(keys) + 1) + "|"]
    for name, title in titles.items():
        lines.append(f"| {title} | " + " | ".join(cell(results[key].get(name)) for key in keys) + " |")
    lines += ["", "Seconds for each further Linear and ReLU, between two lengths of the chain:", "",
              "| layers | " + " | ".join(COMPILERS[key][0] for key in keys) + " |", "|---" * (len(keys) + 1) + "|"]
    for low, high in zip(CHAINS, CHAINS[1:]):
        row = []
        for key in keys:
            pair = [results[key].get(f"chain{n}") for n in (low, high)]
            row.append(f"{(pair[1]['seconds'] - pair[0]['seconds']) / (high - low):.3f}" if all(pair) else "")
        lines.append(f"| {low} to {high} | " + " | ".join(row) + " |")
    if "nvcc" in results:
        lines += ["", f"`nvcc -std=c++20 -O3` on `mlp.cu`, which includes the umbrella and trains an MLP: {cell(results['nvcc']['mlp_cu'])}."]
    return "\n".join(lines)


def write_readme(results):
    path = os.path.join(HERE, "README.md")
    with open(path) as file:
        text = file.read()
    versions = ", ".join(f"{name} {found}" for name in ("g++", "clang++-19", "nvcc") if (found := version(name)))
    begin, end = "<!-- measured -->\n", "<!-- end -->"
    head, rest = text.split(begin)
    tail = rest.split(end)[1]
    with open(path, "w") as file:
        file.write(f"{head}{begin}{datetime.date.today()}; {versions}; {processor()}.\n\n{tables(results)}\n{end}{tail}")


def processor():
    with open("/proc/cpuinfo") as file:
        model = re.search(r"model name\s*:\s*(.*)", file.read())
    return f"{os.cpu_count()} cores of {model.group(1) if model else 'an unknown processor'}"


def draw(results):
    if not shutil.which("gnuplot"):
        print("no gnuplot: no plot")
        return
    blocks, plots = [], []
    for key in (key for key in COMPILERS if key in results and key != "nvcc"):
        points = [(n, results[key][f"chain{n}"]["seconds"]) for n in CHAINS if f"chain{n}" in results[key]]
        if len(points) < 2:
            continue
        blocks.append("\n".join(f"{n} {seconds}" for n, seconds in points) + "\ne\n")
        plots.append(f"'-' with linespoints pointtype 7 linewidth 2 title '{COMPILERS[key][0]}'")
    script = f"""set terminal svg size 720,420 background 'white' font 'sans-serif,13'
set output '{os.path.join(HERE, "chain.svg")}'
set xlabel 'Linear and ReLU layers, all different'
set ylabel 'processor seconds to compile'
set xrange [0:310]
set yrange [0:*]
set grid
set key left top
plot {", ".join(plots)}
""" + "".join(blocks)
    if plots:
        subprocess.run(["gnuplot"], input=script, text=True, check=True)


def check_limits(results):
    good = True
    for (key, name), (seconds, megabytes) in LIMITS.items():
        entry = results.get(key, {}).get(name)
        if not entry:
            continue
        for value, limit, unit in ((entry["seconds"], seconds, "s"), (entry["megabytes"], megabytes, "MB")):
            if limit and value > limit:
                print(f"{COMPILERS[key][0]} {name}: {value} {unit}, the limit is {limit}")
                good = False
    return good


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--compilers", default="g++,clang,g++native,nvcc", type=lambda text: text.split(","))
    parser.add_argument("--programs", type=lambda text: text.split(","))
    parser.add_argument("--fresh", action="store_true", help="forget earlier results")
    options = parser.parse_args()
    results = {}
    if os.path.exists(RESULTS) and not options.fresh:
        with open(RESULTS) as file:
            results = json.load(file)
    good = measure(options, results)
    draw(results)
    write_readme(results)
    print(tables(results))
    sys.exit(0 if check_limits(results) and good else 1)


if __name__ == "__main__":
    main()
