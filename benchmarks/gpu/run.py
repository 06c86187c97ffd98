"""Everything that a machine with a GPU can say about tenet, stage by stage; see README.md.

    python3 run.py build                       # needs nvcc, no GPU
    python3 run.py parity sanitize tenet       # against the CPU, under compute-sanitizer, timings
    python3 run.py pytorch chart
    python3 run.py compile                     # what nvcc costs; needs no GPU
    python3 run.py all

A call ends after --seconds (9 minutes): what is left is done by the same call once more. Results are merged into --json; those
of another commit or machine are replaced.
"""

import argparse
import datetime
import glob
import json
import os
import re
import shutil
import subprocess
import sys
import time

import chart

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.normpath(os.path.join(HERE, "..", ".."))
STAGES = ("build", "parity", "sanitize", "tenet", "pytorch", "compile", "chart")
PRECISIONS = ("FP32", "TF32", "BF16", "FP16")

# Name of a program -> header, and the call that is its main.
PARITY = {f"parity_{part}_{p.lower()}": ("parity.cuh", f"parity<{p}, Part::{part}>()")
          for p in PRECISIONS for part in ("vectors", "images", "layers")}
PARITY["parity_in_thread"] = ("in_thread.cuh", "in_thread()")
ACCURACY = {f"accuracy_{p.lower()}": ("accuracy.cuh", f"accuracy<{p}>()") for p in ("TF32", "BF16")}
TIMINGS = {f"time_{net}_{p.lower()}": ("networks.cuh", f"time_{net}<{p}>()")
           for net in ("mlp", "fused", "lenet", "resnet18") for p in ("BF16", "TF32") if (net, p) != ("fused", "TF32")}
PROGRAMS = {"ceilings": None, **PARITY, **ACCURACY, **TIMINGS}
SANITIZED = [(program, tool) for program in ("parity_vectors_bf16", "parity_images_bf16", "parity_vectors_tf32")
             for tool in ("memcheck", "racecheck")]


class OutOfTime(Exception):
    pass


class Session:
    """The options of this call, the time that it has left, and all results."""

    def __init__(self, options):
        self.options = options
        self.deadline = time.monotonic() + options.seconds
        self.commit = commit()
        self.results = {}
        if os.path.exists(options.json):
            with open(options.json) as file:
                self.results = json.load(file)

    def seconds_left(self):
        return self.deadline - time.monotonic()

    def require_time(self, seconds):
        if self.seconds_left() < seconds:
            raise OutOfTime

    def stage(self, name, machine):
        """The results of a stage by item; those of another commit or machine are forgotten."""
        entry = self.results.get(name)
        if not entry or entry["commit"] != self.commit or entry["machine"] != machine or self.options.again:
            entry = {"date": str(datetime.date.today()), "commit": self.commit, "machine": machine, "items": {}}
            self.results[name] = entry
        return entry["items"]

    def save(self):
        with open(self.options.json, "w") as file:
            json.dump(self.results, file, indent=1)
            file.write("\n")

    def run_items(self, stage, machine, items):
        """Runs what has no result yet; items are (name, call). True if everything, now or before, was good."""
        done = self.stage(stage, machine)
        for name, call in items:
            if name in done:
                continue
            self.require_time(30)
            print(f"{stage}: {name}", flush=True)
            done[name] = call()
            self.save()
        for name, result in done.items():
            if not result["good"]:
                print(f"{stage}: {name} FAILED: {result.get('error') or result.get('failures')}")
        return all(result["good"] for result in done.values())


def output_of(command):
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return None


def commit():
    text = output_of(["git", "-C", ROOT, "rev-parse", "--short", "HEAD"])
    if not text:
        return "unknown"
    ours = output_of(["git", "-C", ROOT, "status", "--porcelain", "--", "include", "tests/support", "benchmarks/gpu/*.cu*"])
    return text + ("-changed" if ours else "")


def nvcc():
    found = shutil.which("nvcc") or shutil.which("nvcc", path="/usr/local/cuda/bin")
    if not found:
        sys.exit("no nvcc found: install the CUDA toolkit, 13 or later, or put its bin folder into PATH")
    return found


def cuda_version():
    found = re.search(r"release ([\d.]+), V([\d.]+)", output_of([nvcc(), "--version"]) or "")
    return found.group(2) if found else "unknown"


def gpu():
    """What stands with every number; ends the program where no GPU is."""
    text = output_of(["nvidia-smi", "--query-gpu=name,driver_version,memory.total,clocks.max.sm", "--format=csv,noheader"])
    if not text:
        sys.exit("no GPU found: nvidia-smi is not there or lists none; of the stages only build, compile and chart need none")
    name, driver, memory, clock = text.splitlines()[0].split(", ")
    return {"gpu": name, "driver": driver, "memory": memory, "clock": clock, "cuda": cuda_version()}


def run(session, command, limit, environment=None):
    """(exit status, output, errors); a program that takes longer is ended with status 124."""
    left = session.seconds_left()
    try:
        process = subprocess.run(command, capture_output=True, text=True, timeout=min(limit, left), env=environment)
        return process.returncode, process.stdout, process.stderr
    except subprocess.TimeoutExpired as expired:
        if left < limit:  # the next call has more time for it
            raise OutOfTime from expired
        return 124, "", f"took more than {limit} s"


def lines_of(text):
    return [json.loads(line) for line in text.splitlines() if line.startswith("{")]


# Stages


def newest(patterns):
    return max(os.path.getmtime(path) for pattern in patterns for path in glob.glob(os.path.join(ROOT, pattern), recursive=True))


def build(session):
    """All programs that are older than what they are made of, as many at a time as there are cores."""
    folder = session.options.build
    os.makedirs(folder, exist_ok=True)
    changed = newest(["include/**/*.*", "tests/support/*.hpp", "benchmarks/gpu/*.cu*"])
    waiting = [name for name in PROGRAMS if re.search(session.options.only, name)
               and not (os.path.exists(path := os.path.join(folder, name)) and os.path.getmtime(path) > changed)]
    flags = ["-std=c++20", "-O3", f"-arch={session.options.arch}", "--expt-relaxed-constexpr", "-lineinfo", "-I" + HERE,
             "-I" + os.path.join(ROOT, "include"), "-I" + os.path.join(ROOT, "tests"), *session.options.flags.split(),
             "-Xlinker", "-rpath=$ORIGIN"]
    running, good = {}, True
    try:
        while waiting or running:
            while waiting and len(running) < session.options.jobs:
                session.require_time(60)
                name = waiting.pop(0)
                source = os.path.join(folder, name + ".cu")
                if header_and_main := PROGRAMS[name]:
                    with open(source, "w") as file:
                        file.write(f'#include "{header_and_main[0]}"\n\nusing namespace tenet;\nusing namespace tenet::benchmarks;\n\n'
                                   f"int main() {{ return {header_and_main[1]}; }}\n")
                else:
                    source = os.path.join(HERE, name + ".cu")
                print(f"build: {name}", flush=True)
                log = open(os.path.join(folder, name + ".log"), "w")
                target = os.path.join(folder, name)
                command = [nvcc(), *flags, source, "-o", target + ".new", "-lcublas", "-lcublasLt", "-ltbb", "-lz"]
                running[name] = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT), log
            time.sleep(0.5)
            if session.seconds_left() < 5:
                raise OutOfTime
            for name, (process, log) in list(running.items()):
                if process.poll() is None:
                    continue
                log.close()
                del running[name]
                if process.returncode == 0:
                    os.replace(os.path.join(folder, name + ".new"), os.path.join(folder, name))
                    carry_libraries(os.path.join(folder, name), folder)
                else:
                    good = False
                    with open(log.name) as file:
                        errors = [line for line in file if "error" in line]
                    print(f"build: {name} FAILED, see {log.name}\n{''.join(errors[:3])}", end="")
    finally:
        for process, _ in running.values():
            process.terminate()
    return good


def carry_libraries(program, folder):
    """Libraries that a machine with a GPU may lack, beside the programs, which look there first."""
    for path in re.findall(r"=> (\S*lib(?:tbb|z)\.so\S*)", output_of(["ldd", program]) or ""):
        if os.path.dirname(path) != folder:
            shutil.copy(path, folder)


def program(session, name):
    path = os.path.join(session.options.build, name)
    if not os.path.exists(path):
        sys.exit(f"there is no {path}: run the stage build first")
    return path


def summarised(status, output, errors):
    """What is kept of a comparison's lines: how many, those that failed, and the one nearest to its tolerance."""
    lines = lines_of(output)
    close = [line for line in lines if line.get("tolerance")]
    return {"good": status == 0 and bool(lines), "comparisons": len(lines), "failures": [line for line in lines if not line["good"]],
            "nearest": max(close, key=lambda line: line["error"] / line["tolerance"], default=None),
            "values": [line for line in lines if "value" in line],
            **({"error": errors.strip().splitlines()[-1:]} if status not in (0, 1) else {})}


def environment(session):
    return dict(os.environ, **({"TENET_FASHION_MNIST": session.options.data} if session.options.data else {}))


def parity(session):
    def item(name):
        return lambda: summarised(*run(session, [program(session, name)], 300, environment(session)))

    return session.run_items("parity", gpu(), [(name, item(name)) for name in (*PARITY, *ACCURACY)])


def sanitize(session):
    tool_path = shutil.which("compute-sanitizer") or shutil.which("compute-sanitizer", path="/usr/local/cuda/bin")
    machine = gpu()
    if not tool_path:
        sys.exit("no compute-sanitizer found: it is part of the CUDA toolkit")

    def item(name, tool):
        def call():
            status, output, errors = run(session, [tool_path, "--tool", tool, "--error-exitcode", "9", program(session, name)], 400)
            said = [line for line in (output + errors).splitlines() if line.startswith("=========")]
            return {"good": status == 0, "summary": said[-1:], **({"error": said[:4]} if status else {})}
        return call

    return session.run_items("sanitize", machine, [(f"{tool} {name}", item(name, tool)) for name, tool in SANITIZED])


def tenet(session):
    def item(name):
        def call():
            status, output, errors = run(session, [program(session, name)], 300)
            return {"good": status == 0, "lines": lines_of(output), **({"error": errors.strip()} if status else {})}
        return call

    return session.run_items("tenet", gpu(), [(name, item(name)) for name in ("ceilings", *TIMINGS)])


def pytorch(session):
    """PyTorch may refuse a variant; that is a result, too."""
    def item(net, variant, precision):
        def call():
            command = [session.options.python, os.path.join(HERE, "pytorch.py"), "--net", net, "--variant", variant,
                       "--precision", precision]
            status, output, errors = run(session, command, 400)
            return {"good": True, "lines": lines_of(output), **({"error": errors.strip().splitlines()[-1:]} if status else {})}
        return call

    items = [(f"{net} {variant} {precision}", item(net, variant, precision))
             for variant in ("eager", "graph", "compile", "compile_graph") for net in ("mlp", "fused", "lenet_relu", "resnet18")
             for precision in ("BF16", "BF16_pure", "TF32") if (net, precision) != ("fused", "TF32")]
    return session.run_items("pytorch", gpu(), items)


def compile_cost(session):
    """Processor time and memory of nvcc: a program that trains LeNet, and chains of layers that are all different."""
    sys.path.append(os.path.join(HERE, "..", "compile_time"))
    import measure

    folder = os.path.join(session.options.build, "compile")
    os.makedirs(folder, exist_ok=True)
    sources = {"lenet": os.path.join(HERE, "lenet.cu")}
    for count in (1, 10, 30):
        sources[f"chain{count}"] = os.path.join(folder, f"chain{count}.cu")
        with open(sources[f"chain{count}"], "w") as file:
            file.write(measure.one_step(measure.chain(count), "tenet/cuda.hpp", "Cuda"))
    command = [nvcc(), "-std=c++20", "-O3", f"-arch={session.options.arch}", "--expt-relaxed-constexpr"]

    def item(name):
        def call():
            cost = measure.compile_once(command, sources[name], folder)
            return {"good": cost is not None, **({"seconds": round(cost[0], 2), "megabytes": round(cost[1])} if cost else {})}
        return call

    machine = {"processor": measure.processor(), "cuda": cuda_version(), "arch": session.options.arch}
    return session.run_items("compile", machine, [(name, item(name)) for name in sources])


def draw(session):
    print(chart.tables(session.results))
    chart.draw(session.results, os.path.splitext(session.options.json)[0] + ".svg")
    return True


CALLS = {"build": build, "parity": parity, "sanitize": sanitize, "tenet": tenet, "pytorch": pytorch, "compile": compile_cost,
         "chart": draw}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("stages", nargs="+", choices=(*STAGES, "all"))
    parser.add_argument("--json", default=os.path.join(HERE, "results.json"), metavar="FILE")
    parser.add_argument("--build", default=os.path.join(ROOT, "build", "gpu"), metavar="FOLDER", help="where the programs are")
    parser.add_argument("--seconds", type=float, default=520, help="at most for this call")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="compilations at a time")
    parser.add_argument("--only", default="", metavar="REGEX", help="programs to build")
    parser.add_argument("--arch", default="sm_90")
    parser.add_argument("--flags", default="", help="more flags for nvcc, such as -I of the folders of TBB's, zlib's and RapidJSON's headers")
    parser.add_argument("--python", default=sys.executable, help="one that has torch")
    parser.add_argument("--data", metavar="FOLDER", help="Fashion-MNIST, if not where Debian puts it")
    parser.add_argument("--again", action="store_true", help="forget the results of these stages first")
    session = Session(parser.parse_args())
    stages = STAGES if "all" in session.options.stages else session.options.stages
    good = True
    for stage in stages:
        try:
            good &= CALLS[stage](session)
        except OutOfTime:
            print(f"{stage}: no time left; the same call once more goes on here")
            sys.exit(75)
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
