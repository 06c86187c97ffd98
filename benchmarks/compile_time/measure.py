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
CHAINS = (1, 10, 30, 100, 200, 300)
DLIB_CHAINS = (10, 30, 100, 200)  # the last one takes minutes, and 6 GB
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


def one_step(network, header="tenet/tenet.hpp", place="Cpu"):
    """A program that trains a network for one step."""
    return f"""#include <{header}>
using namespace tenet;
using Net = {network};
int main() {{
    Model<Net, {place}> model{{Seed{{0}}}};
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


def dlib_chain(count):
    """dlib's program for one step of the same; with the loss and two more it has 2 `count` + 3 layers."""
    opened = "".join(f"relu<fc<{64 + i}," for i in reversed(range(count)))
    return f"""#include <dlib/dnn.h>
using namespace dlib;
using Net = loss_multiclass_log<fc<10, {opened} input<matrix<float>>{">>" * count}>>;
int main() {{
    Net net;
    dnn_trainer<Net> trainer(net, sgd());
    trainer.train_one_step(std::vector<matrix<float>>{{zeros_matrix<float>(64, 1)}}, {{0}});
    return trainer.get_average_loss() > 0 ? 0 : 1;
}}
"""


def dlib_version(command):
    """Of the dlib that the compiler finds; None if it finds none."""
    test = "#include <dlib/revision.h>\nversion DLIB_MAJOR_VERSION DLIB_MINOR_VERSION\n"
    text = subprocess.run([*command, "-E", "-P", "-x", "c++", "-"], input=test, text=True, capture_output=True).stdout
    found = re.search(r"version\s+(\d+)\s+(\d+)", text)
    return ".".join(found.groups()) if found else None


def programs(folder):
    """Name -> source file."""
    sources = {"lenet": os.path.join(HERE, "lenet.cpp"), "mlp_cu": os.path.join(HERE, "mlp.cu"),
               "dlib_resnet50": os.path.join(HERE, "dlib_resnet50.cpp")}
    texts = {"nothing": "int main() {}\n", "include": "#include <tenet/tenet.hpp>\nint main() {}\n"}
    texts.update({name: one_step(network) for name, (_, network) in MODELS.items()})
    texts.update({f"chain{count}": one_step(chain(count)) for count in CHAINS})
    texts.update({f"dlib_chain{count}": dlib_chain(count) for count in DLIB_CHAINS})
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
    measured = set()
    with tempfile.TemporaryDirectory() as folder:
        sources = programs(folder)
        for repeat in range(options.repeats):
            for key in options.compilers:
                command = COMPILERS[key][1]
                if not shutil.which(command[0]):
                    print(f"no {command[0]}: left out")
                    continue
                has_dlib = dlib_version(command) is not None
                if not has_dlib:
                    print(f"{key} finds no dlib (Debian: libdlib-dev): its programs are left out")
                for name in options.programs or sources:
                    if (name == "mlp_cu") != (key == "nvcc") or (name.startswith("dlib") and not has_dlib):
                        continue
                    cost = compile_once(command, sources[name], folder)
                    if not cost:
                        print(f"{key} {name}: FAILED", flush=True)
                        failed = True
                        continue
                    entries = results.setdefault(key, {})
                    if options.fresh and (key, name) not in measured:
                        entries.pop(name, None)
                    measured.add((key, name))
                    entry = entries.setdefault(name, {"seconds": 1e9, "megabytes": 1e9, "runs": 0})
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
    if dlib := {key: results[key] for key in keys if "dlib_resnet50" in results[key]}:
        pairs = [("ResNet-50, one step", "resnet50")]
        pairs += [(f"{n} Linear (`fc`) and ReLU, all different, one step", f"chain{n}") for n in DLIB_CHAINS]
        lines += ["", "The same networks with dlib (`dlib_resnet50.cpp`; a chain of 200 is 403 layers to dlib):", "",
                  "| program | " + " | ".join(f"{COMPILERS[key][0]}: tenet | dlib" for key in dlib) + " |",
                  "|---" * (2 * len(dlib) + 1) + "|"]
        for title, name in pairs:
            cells = [cell(entries.get(which)) for entries in dlib.values() for which in (name, "dlib_" + name)]
            lines.append(f"| {title} | " + " | ".join(cells) + " |")
    if "nvcc" in results:
        lines += ["", f"`nvcc -std=c++20 -O3` on `mlp.cu`, which includes the umbrella and trains an MLP: {cell(results['nvcc']['mlp_cu'])}."]
    return "\n".join(lines)


def write_readme(results):
    path = os.path.join(HERE, "README.md")
    with open(path) as file:
        text = file.read()
    found = {name: version(name) for name in ("g++", "clang++-19", "nvcc")} | {"dlib": dlib_version(["g++"])}
    versions = ", ".join(f"{name} {number}" for name, number in found.items() if number)
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
        for library, prefix in (("tenet", "chain"), ("dlib", "dlib_chain")):
            points = [(n, entry["seconds"]) for n in CHAINS if (entry := results[key].get(f"{prefix}{n}"))]
            if len(points) < 2:
                continue
            blocks.append("\n".join(f"{n} {seconds}" for n, seconds in points) + "\ne\n")
            plots.append(f"'-' with linespoints pointtype 7 linewidth 2 title '{library}, {COMPILERS[key][0]}'")
    script = f"""set terminal svg size 720,420 background 'white' font 'sans-serif,13'
set output '{os.path.join(HERE, "chain.svg")}'
set xlabel 'Linear and ReLU layers, all different'
set ylabel 'processor seconds to compile'
set xrange [0:310]
set yrange [1:*]
set logscale y
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
    parser.add_argument("--fresh", action="store_true", help="forget earlier results of what is measured")
    options = parser.parse_args()
    results = {}
    if os.path.exists(RESULTS):
        with open(RESULTS) as file:
            results = json.load(file)
    good = measure(options, results)
    draw(results)
    write_readme(results)
    print(tables(results))
    sys.exit(0 if check_limits(results) and good else 1)


if __name__ == "__main__":
    main()
