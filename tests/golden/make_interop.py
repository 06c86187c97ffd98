"""Writes data/interop/*.safetensors with the reference implementation: what our reader must load.

    python3 make_interop.py [folder]

The values are those that tests/unit/io/safetensors.cpp expects. Made with safetensors 0.8.0 and torch 2.15.
"""

import pathlib
import sys

import torch
from safetensors.torch import save_file

folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent / "data" / "interop")
folder.mkdir(parents=True, exist_ok=True)

# A state_dict, as PyTorch names it.
model = torch.nn.Sequential(torch.nn.Linear(3, 2), torch.nn.ReLU(), torch.nn.Linear(2, 1, bias=False))
with torch.no_grad():
    model[0].weight.copy_(torch.arange(6.0).reshape(2, 3) / 4)
    model[0].bias.copy_(torch.tensor([-1.0, 1e-40]))  # a subnormal
    model[2].weight.copy_(torch.tensor([[float("inf"), -0.0]]))
save_file(model.state_dict(), folder / "state_dict.safetensors", metadata={"format": "pt"})

values = [1.0, -2.5, 65504.0, 6e-8]  # the largest half, a subnormal half
save_file(
    {
        "f64": torch.tensor([1.0, -2.5, 0.1], dtype=torch.float64),
        "f32": torch.tensor([1.0, -2.5, 0.1]),
        "f16": torch.tensor(values, dtype=torch.float16),
        "bf16": torch.tensor(values, dtype=torch.bfloat16),
        "i64": torch.tensor([[-1, 2**40]]),
        "i32": torch.tensor([[-1], [2**30]], dtype=torch.int32),
        "i16": torch.tensor([-300], dtype=torch.int16),
        "i8": torch.tensor([-128], dtype=torch.int8),
        "u8": torch.tensor([255, 0], dtype=torch.uint8),
        "bool": torch.tensor([True, False, True]),
        "scalar": torch.tensor(7.0),
        "empty": torch.empty(0, 5),
        "name with \"quotes\", \\ and ü": torch.tensor([3.0]),
    },
    folder / "types.safetensors",
)
