"""The parameters that torchvision's networks save, in the order of their state_dict: a name and its extents a line.

Written from torchvision's module sources (pytorch/vision, torchvision/models: resnet.py, densenet.py, mobilenetv2.py,
googlenet.py, vgg.py, alexnet.py), without torch, as this text alone is what files have to agree with:

    python3 torchvision_names.py            # writes data/torchvision/NETWORK.txt
    python3 torchvision_names.py --check    # compares with an installed torchvision
"""

import pathlib
import sys

FOLDER = pathlib.Path(__file__).parent / "data" / "torchvision"


class Names:
    """Modules by their names, as they are constructed."""

    def __init__(self):
        self.lines = []

    def add(self, name, *extents):
        self.lines.append(" ".join(map(str, (name, *extents))))

    def conv(self, name, inputs, outputs, kernel, bias=True, groups=1):
        self.add(name + ".weight", outputs, inputs // groups, kernel, kernel)
        if bias:
            self.add(name + ".bias", outputs)

    def norm(self, name, channels):
        for part in ("weight", "bias", "running_mean", "running_var"):
            self.add(f"{name}.{part}", channels)

    def linear(self, name, inputs, outputs):
        self.add(name + ".weight", outputs, inputs)
        self.add(name + ".bias", outputs)


def resnet(names, block, repeats):
    names.conv("conv1", 3, 64, 7, bias=False)
    names.norm("bn1", 64)
    expansion, inputs = {"basic": 1, "bottleneck": 4}[block], 64
    for stage, count in enumerate(repeats):
        width = 64 << stage
        for i in range(count):
            at = f"layer{stage + 1}.{i}"
            sizes = ((width, 3), (width, 3)) if block == "basic" else ((width, 1), (width, 3), (4 * width, 1))
            channels = inputs
            for place, (outputs, kernel) in enumerate(sizes, start=1):
                names.conv(f"{at}.conv{place}", channels, outputs, kernel, bias=False)
                names.norm(f"{at}.bn{place}", outputs)
                channels = outputs
            if i == 0 and inputs != expansion * width:
                names.conv(at + ".downsample.0", inputs, expansion * width, 1, bias=False)
                names.norm(at + ".downsample.1", expansion * width)
            inputs = expansion * width
    names.linear("fc", inputs, 1000)


def densenet(names, growth, blocks, channels):
    names.conv("features.conv0", 3, channels, 7, bias=False)
    names.norm("features.norm0", channels)
    for block, count in enumerate(blocks, start=1):
        for i in range(1, count + 1):
            at = f"features.denseblock{block}.denselayer{i}"
            names.norm(at + ".norm1", channels)
            names.conv(at + ".conv1", channels, 4 * growth, 1, bias=False)
            names.norm(at + ".norm2", 4 * growth)
            names.conv(at + ".conv2", 4 * growth, growth, 3, bias=False)
            channels += growth
        if block < len(blocks):
            at = f"features.transition{block}"
            names.norm(at + ".norm", channels)
            names.conv(at + ".conv", channels, channels // 2, 1, bias=False)
            channels //= 2
    names.norm("features.norm5", channels)
    names.linear("classifier", channels, 1000)


def mobilenet_v2(names):
    def normed(name, inputs, outputs, kernel, groups=1):
        names.conv(name + ".0", inputs, outputs, kernel, bias=False, groups=groups)
        names.norm(name + ".1", outputs)

    normed("features.0", 3, 32, 3)
    place, inputs = 1, 32
    for expansion, outputs, count in ((1, 16, 1), (6, 24, 2), (6, 32, 3), (6, 64, 4), (6, 96, 3), (6, 160, 3), (6, 320, 1)):
        for _ in range(count):
            at, wide, next_place = f"features.{place}.conv", inputs * expansion, 0
            if expansion > 1:
                normed(f"{at}.0", inputs, wide, 1)
                next_place = 1
            normed(f"{at}.{next_place}", wide, wide, 3, groups=wide)
            names.conv(f"{at}.{next_place + 1}", wide, outputs, 1, bias=False)
            names.norm(f"{at}.{next_place + 2}", outputs)
            place, inputs = place + 1, outputs
    normed(f"features.{place}", inputs, 1280, 1)
    names.linear("classifier.1", 1280, 1000)


def googlenet(names, aux=False):
    def normed(name, inputs, outputs, kernel):
        names.conv(name + ".conv", inputs, outputs, kernel, bias=False)
        names.norm(name + ".bn", outputs)

    normed("conv1", 3, 64, 7)
    normed("conv2", 64, 64, 1)
    normed("conv3", 64, 192, 3)
    inputs = 192
    for name, one, reduced_three, three, reduced_five, five, pool in (
            ("3a", 64, 96, 128, 16, 32, 32), ("3b", 128, 128, 192, 32, 96, 64), ("4a", 192, 96, 208, 16, 48, 64),
            ("4b", 160, 112, 224, 24, 64, 64), ("4c", 128, 128, 256, 24, 64, 64), ("4d", 112, 144, 288, 32, 64, 64),
            ("4e", 256, 160, 320, 32, 128, 128), ("5a", 256, 160, 320, 32, 128, 128), ("5b", 384, 192, 384, 48, 128, 128)):
        at = "inception" + name
        normed(at + ".branch1", inputs, one, 1)
        normed(at + ".branch2.0", inputs, reduced_three, 1)
        normed(at + ".branch2.1", reduced_three, three, 3)
        normed(at + ".branch3.0", inputs, reduced_five, 1)
        normed(at + ".branch3.1", reduced_five, five, 3)
        normed(at + ".branch4.1", inputs, pool, 1)
        inputs = one + three + five + pool
    for name, channels in (("aux1", 512), ("aux2", 528)) if aux else ():
        normed(name + ".conv", channels, 128, 1)
        names.linear(name + ".fc1", 2048, 1024)
        names.linear(name + ".fc2", 1024, 1000)
    names.linear("fc", inputs, 1000)


def vgg(names, blocks, norm):
    place, inputs = 0, 3
    for outputs, count in zip((64, 128, 256, 512, 512), blocks):
        for _ in range(count):
            names.conv(f"features.{place}", inputs, outputs, 3)
            if norm:
                names.norm(f"features.{place + 1}", outputs)
            place, inputs = place + 2 + norm, outputs
        place += 1
    names.linear("classifier.0", 512 * 7 * 7, 4096)
    names.linear("classifier.3", 4096, 4096)
    names.linear("classifier.6", 4096, 1000)


def alexnet(names):
    inputs = 3
    for place, outputs, kernel in ((0, 64, 11), (3, 192, 5), (6, 384, 3), (8, 256, 3), (10, 256, 3)):
        names.conv(f"features.{place}", inputs, outputs, kernel)
        inputs = outputs
    names.linear("classifier.1", 256 * 6 * 6, 4096)
    names.linear("classifier.4", 4096, 4096)
    names.linear("classifier.6", 4096, 1000)


NETWORKS = {
    "alexnet": alexnet,
    "densenet121": lambda names: densenet(names, 32, (6, 12, 24, 16), 64),
    "googlenet": googlenet,
    "googlenet_aux": lambda names: googlenet(names, aux=True),
    "mobilenet_v2": mobilenet_v2,
    "resnet18": lambda names: resnet(names, "basic", (2, 2, 2, 2)),
    "resnet50": lambda names: resnet(names, "bottleneck", (3, 4, 6, 3)),
    "vgg11": lambda names: vgg(names, (1, 1, 2, 2, 2), norm=False),
    "vgg11_bn": lambda names: vgg(names, (1, 1, 2, 2, 2), norm=True),
}


def lines(name):
    names = Names()
    NETWORKS[name](names)
    return names.lines


def check():
    import torchvision

    for name in NETWORKS:
        network = name.removesuffix("_aux")
        options = {"aux_logits": name.endswith("_aux"), "init_weights": False} if network == "googlenet" else {}
        state = getattr(torchvision.models, network)(**options).state_dict()
        found = [" ".join(map(str, (key, *value.shape))) for key, value in state.items()
                 if not key.endswith("num_batches_tracked")]
        print(name, "agrees" if found == lines(name) else "DIFFERS")


if __name__ == "__main__":
    if "--check" in sys.argv[1:]:
        check()
    else:
        FOLDER.mkdir(parents=True, exist_ok=True)
        for name in NETWORKS:
            (FOLDER / f"{name}.txt").write_text("\n".join(lines(name)) + "\n")
