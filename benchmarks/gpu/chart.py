"""What run.py has found as tables and as a chart.

    python3 chart.py results.json [results.svg]
"""

import json
import shutil
import subprocess
import sys

# Microseconds that a call may take (BF16).
FLOORS = {("mlp", "train", 256): 25, ("mlp", "train", 65536): 250, ("fused kernel", "train", 1 << 18): 150,
          ("fused kernel", "infer", 1 << 18): 40, ("lenet_relu", "train", 256): 60}
# How many times as fast as torch.compile small networks have to be.
LEAST_RATIO = 3.0
SMALL = (("mlp", 256), ("fused", 1 << 18), ("lenet_relu", 256))
COMPILE_LIMITS = {"seconds": 40, "megabytes": 2000, "layer": 0.3}
NAMES = {"mlp": "MLP 784-256-10", "fused": "MLP 64x5", "fused kernel": "MLP 64x5, the kernel alone", "lenet_relu": "LeNet",
         "resnet18": "ResNet-18"}
VARIANTS = {"eager": "eager", "graph": "CUDA graph", "compile": "compile", "compile_graph": "compile, graph"}


def lines(results, stage):
    return [line for item in results.get(stage, {}).get("items", {}).values() for line in item.get("lines", [])]


def ceilings(results):
    return {line["ceiling"]: line["value"] for line in lines(results, "tenet") if "ceiling" in line}


def bound(line, most):
    """Microseconds that bytes and operations take at least, at the rates measured on the same GPU."""
    return 1e6 * max(line["bytes"] / most["bytes per second"], line["flops"] / most[line["precision"] + " operations per second"])


def peers(results, line):
    """Microseconds by variant of PyTorch, the quicker of its two ways to compute with bfloat16."""
    times = {}
    name = "fused" if line["network"] == "fused kernel" else line["network"]
    for other in lines(results, "pytorch"):
        if ((other["network"], other["mode"], other["batch"]) == (name, line["mode"], line["batch"])
                and other["precision"].removesuffix("_pure") == line["precision"]):
            variant = other["variant"]
            times[variant] = min(times.get(variant, float("inf")), other["microseconds"])
    return times


def title(line):
    return f"{NAMES[line['network']]}, {'training step' if line['mode'] == 'train' else 'inference'}, {line['batch']}"


def timings(results):
    return [line for line in lines(results, "tenet") if "network" in line]


def microseconds(value):
    return "" if value is None else f"{value:.1f}" if value < 100 else f"{value:,.0f}".replace(",", " ")


def where(entry):
    machine = entry["machine"]
    about = [machine.get("gpu"), machine.get("processor"), machine.get("driver") and f"driver {machine['driver']}",
             f"CUDA {machine['cuda']}", machine.get("arch")]
    return f"{entry['date']}, commit {entry['commit']}: {', '.join(filter(None, about))}."


def timing_table(results):
    most = ceilings(results)
    rows = ["| workload | precision | tenet, us | floor, us | share of bound | launches, their share | " + " | ".join(VARIANTS.values()) + " |",
            "|---|---|--:|--:|--:|--:|" + "--:|" * len(VARIANTS)]
    for line in timings(results):
        time, others = line["microseconds"], peers(results, line)
        floor = FLOORS.get((line["network"], line["mode"], line["batch"])) if line["precision"] == "BF16" else None
        share = f"{100 * bound(line, most) / time:.0f}%" if most else ""
        launches = f"{line['launches']}" + (f", {100 * line['launches'] * most['microseconds of a launch'] / time:.0f}%" if most else "")
        missed = " **missed**" if floor and time > floor else ""
        cells = [title(line), line["precision"], microseconds(time) + missed, microseconds(floor), share, launches]
        cells += [f"{microseconds(others[v])} ({others[v] / time:.1f}x)" if v in others else "" for v in VARIANTS]
        rows.append("| " + " | ".join(cells) + " |")
    for line in timings(results):
        compiled = [time for variant, time in peers(results, line).items() if variant.startswith("compile")]
        if line["mode"] == "train" and line["precision"] == "BF16" and (line["network"], line["batch"]) in SMALL and compiled:
            ratio = min(compiled) / line["microseconds"]
            if ratio < LEAST_RATIO:
                rows += ["", f"{title(line)}: {ratio:.1f} times as fast as torch.compile, the floor is {LEAST_RATIO:.0f}: **missed**."]
    if most:
        rows += ["", "Ceilings of the same run: " + "; ".join(f"{name}: {value:.4g}" for name, value in most.items()) + "."]
    return rows


def parity_table(results):
    rows = ["| program | comparisons | failed | nearest to its tolerance |", "|---|--:|--:|---|"]
    for name, item in results["parity"]["items"].items():
        near = item["nearest"]
        text = f"{near['network']}, {near['what']}: {near['error']:.2g} of {near['tolerance']:.2g}" if near else ""
        text = text or "; ".join(f"{v['network']}, {v['what']}: {v['value']:.4f}" for v in item["values"])
        rows.append(f"| {name} | {item['comparisons']} | {len(item['failures'])}{' ' + str(item['error']) if 'error' in item else ''} | {text} |")
    return rows


def sanitize_table(results):
    return [f"- {name}: {'clean' if item['good'] else 'FAILED'} {' '.join(item['summary'])}"
            for name, item in results["sanitize"]["items"].items()]


def compile_table(results):
    items = {name: item for name, item in results["compile"]["items"].items() if item["good"]}
    rows = ["| program | processor seconds | MB |", "|---|--:|--:|"]
    rows += [f"| {name} | {item['seconds']:.1f} | {item['megabytes']} |" for name, item in items.items()]
    lengths = sorted(int(name[5:]) for name in items if name.startswith("chain"))
    for low, high in zip(lengths, lengths[1:]):
        layer = (items[f"chain{high}"]["seconds"] - items[f"chain{low}"]["seconds"]) / (high - low)
        verdict = "" if layer < COMPILE_LIMITS["layer"] else " **missed**"
        rows += ["", f"A further Linear and ReLU, between {low} and {high}: {layer:.2f} s, the limit is {COMPILE_LIMITS['layer']} s.{verdict}"]
    if "lenet" in items:
        over = any(items["lenet"][key] > COMPILE_LIMITS[key] for key in ("seconds", "megabytes"))
        rows += ["", f"The limits of `lenet` are {COMPILE_LIMITS['seconds']} s and {COMPILE_LIMITS['megabytes']} MB.{' **missed**' if over else ''}"]
    return rows


def tables(results):
    """Markdown, of the stages that have results."""
    text = []
    for stage, table in (("parity", parity_table), ("sanitize", sanitize_table), ("tenet", timing_table), ("compile", compile_table)):
        if stage in results:
            text += [f"### {stage}", "", where(results[stage]), "", *table(results), ""]
    return "\n".join(text)


def draw(results, path):
    """How many times as long PyTorch takes, on a logarithmic scale."""
    rows = [(line, peers(results, line)) for line in timings(results) if line["precision"] == "BF16"]
    rows = [(line, others) for line, others in rows if others]
    if not rows:
        return print("nothing of both tenet and PyTorch: no chart")
    if not shutil.which("gnuplot"):
        return print("no gnuplot: no chart")
    data, labels = [], []
    for i, (line, others) in enumerate(rows):
        data.append(" ".join(str(others[v] / line["microseconds"]) if v in others else "?" for v in VARIANTS))
        labels.append(f'"{title(line).replace(", ", chr(92) + "n")}" {i}')
    width = 0.8 / len(VARIANTS)
    # Boxes start at 0 of a logarithm: at 1, tenet's time.
    bars = ", ".join(f"$data using ($0 + {(i - (len(VARIANTS) - 1) / 2) * width:.3f}):(log10(${i + 1})):({width:.3f}) "
                     f"with boxes title '{name}'" for i, name in enumerate(VARIANTS.values()))
    marks = ", ".join(f"'{ratio}x' log10({ratio})" for ratio in (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200))
    rows_text = "\n".join(data)
    script = f"""$data << EOD
{rows_text}
EOD
set terminal svg size {max(720, 130 * len(rows))},460 background 'white' font 'sans-serif,11'
set output '{path}'
set title '{results["tenet"]["machine"]["gpu"]}, BF16: PyTorch takes so many times as long as tenet'
set datafile missing '?'
set style fill solid 0.9 noborder
set xtics ({", ".join(labels)})
set ytics ({marks})
set xrange [-0.6:{len(rows) - 0.4}]
set grid ytics
set xzeroaxis linewidth 1.5
set yrange [*<0:*]
set offsets 0, 0, 0.1, 0.1
set bmargin 5
set key outside top center horizontal
plot {bars}
"""
    subprocess.run(["gnuplot"], input=script, text=True, check=True)


def main():
    with open(sys.argv[1]) as file:
        results = json.load(file)
    print(tables(results))
    if len(sys.argv) > 2:
        draw(results, sys.argv[2])


if __name__ == "__main__":
    main()
