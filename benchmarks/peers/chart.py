"""Results of compare.py as one table and as a chart.

    python chart.py results.json [results.svg]
"""

import json
import shutil
import subprocess
import sys

MODES = {"train256": "training step, 256", "train32": "training step, 32", "infer1": "inference, 1",
         "infer256": "inference, 256"}
NETS = {"mlp": "MLP", "lenet": "LeNet", "lenet_relu": "LeNet, ReLU", "vgg": "VGG-like", "resnet18": "ResNet-18", "vgg11_quarter": "VGG-11 / 4",
        "mobilenet_v2": "MobileNetV2"}


def programs(report):
    return list(dict.fromkeys(name for workload in report["workloads"] for name in workload["peers"]))


def microseconds(value):
    return f"{value:.1f}" if value < 100 else f"{value:,.0f}".replace(",", " ")


def table(report):
    """Markdown: medians in microseconds, and in brackets PyTorch's time divided by the program's."""
    names = programs(report)
    lines = ["| network | one call | PyTorch | " + " | ".join(names) + " |", "|---|---|" + "--:|" * (len(names) + 1)]
    for workload in report["workloads"]:
        cells = [NETS[workload["net"]], MODES[workload["mode"]], microseconds(workload["pytorch"]["median_us"])]
        for name in names:
            row = workload["peers"].get(name, {})
            cells.append(f"{microseconds(row['median_us'])} ({row['ratio']:.2f}x)" if "ratio" in row else "-")
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def draw(report, path):
    """How many times quicker than PyTorch, on a logarithmic scale; bars begin at 1."""
    if not shutil.which("gnuplot"):
        print("no gnuplot: no chart")
        return
    names = programs(report)
    rows = []
    for workload in report["workloads"]:
        ratios = (workload["peers"].get(name, {}).get("ratio", "?") for name in names)
        rows.append(f'"{NETS[workload["net"]]}\\n{MODES[workload["mode"]]}" ' + " ".join(map(str, ratios)))
    width = 0.8 / len(names)
    # Boxes start at 0 of a logarithm: at 1, PyTorch's time.
    bars = ", ".join(f"$data using ($0 + {(i - (len(names) - 1) / 2) * width:.3f}):(log10(${i + 2})):({width:.3f}) "
                     f"with boxes title '{name.replace('_', '-')}'" for i, name in enumerate(names))
    labels = ", ".join(f'"{row.split(chr(34))[1]}" {i}' for i, row in enumerate(rows))
    ratios = (0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100)
    marks = ", ".join(f"'{ratio}x' log10({ratio})" for ratio in ratios)
    script = "$data << EOD\n" + "\n".join(rows) + f"""
EOD
set terminal svg size {max(720, 95 * len(rows))},420 background 'white' font 'sans-serif,11'
set output '{path}'
set title 'PyTorch {report["torch"].split("+")[0]}, best of eager and compiled, {report["threads"]} threads = 1x'
set datafile missing '?'
set style fill solid 0.9 noborder
set xtics ({labels})
set ytics ({marks})
set xrange [-0.6:{len(rows) - 0.4}]
set grid ytics
set xzeroaxis linewidth 1.5
set offsets 0, 0, 0.1, 0.1
set bmargin 4
set key outside top center horizontal
plot {bars}
"""
    subprocess.run(["gnuplot"], input=script, text=True, check=True)


def main():
    with open(sys.argv[1]) as file:
        report = json.load(file)
    print(table(report))
    if len(sys.argv) > 2:
        draw(report, sys.argv[2])


if __name__ == "__main__":
    main()
