"""Writes the small valid and nearly valid files in corpus/ that fuzzing starts from."""

import gzip
import json
import pathlib
import struct

corpus = pathlib.Path(__file__).parent / "corpus"


def write(target, name, contents):
    folder = corpus / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(contents)


def idx(code, shape, contents):
    return struct.pack(">BBBB", 0, 0, code, len(shape)) + b"".join(struct.pack(">I", n) for n in shape) + contents


arrays = {
    "u8": idx(0x08, [2, 1, 3], b"abcdef"),
    "i8": idx(0x09, [2], b"\x80\x01"),
    "i16": idx(0x0B, [2], b"\xff\xfe\x01\x02"),
    "i32": idx(0x0C, [1, 2], b"\xff\xff\xff\xfe\x01\x02\x03\x04"),
    "f32": idx(0x0D, [1], struct.pack(">f", -2.5)),
    "f64": idx(0x0E, [1], struct.pack(">d", 0.1)),
    "huge": idx(0x08, [0x7FFFFFFF, 0x7FFFFFFF], b"a"),
}
for name, contents in arrays.items():
    write("idx_fuzz", name, contents)
    write("idx_fuzz", name + ".gz", gzip.compress(contents, mtime=0))
write("idx_fuzz", "members.gz", gzip.compress(arrays["u8"][:9], mtime=0) + gzip.compress(arrays["u8"][9:], mtime=0))
write("idx_fuzz", "bomb.gz", gzip.compress(idx(0x08, [1000, 100], bytes(300000)), mtime=0))


def safetensors(header, contents=b""):
    text = header if isinstance(header, bytes) else json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode()
    return struct.pack("<Q", len(text)) + text + contents


def tensor(dtype, shape, begin, end):
    return {"dtype": dtype, "shape": shape, "data_offsets": [begin, end]}


write("safetensors_fuzz", "empty", safetensors({}))
write("safetensors_fuzz", "padded", safetensors(b"{}      "))
write("safetensors_fuzz", "layer", safetensors(
    {"__metadata__": {"format": "pt"}, "0.weight": tensor("F32", [2, 3], 0, 24), "0.bias": tensor("F32", [2], 24, 32)},
    struct.pack("<8f", *range(8))))
write("safetensors_fuzz", "types", safetensors(
    {"d": tensor("F64", [1], 0, 8), "i": tensor("I64", [], 8, 16), "h": tensor("F16", [2], 16, 20),
     "b": tensor("BF16", [1, 2], 20, 24), "u": tensor("U8", [3], 24, 27), "n": tensor("BOOL", [0, 4], 27, 27)},
    bytes(range(27))))
write("safetensors_fuzz", "escapes", safetensors(
    b'{"__metadata__":{"k\\"\\u00e9\\n":"\\ud83e\\udde0"},"a\xc3\xbc":{"x":[{"y":[null,-1.5e3,true]}],"shape":[],'
    b'"dtype":"I8","data_offsets":[0,1]}}', b"a"))
write("safetensors_fuzz", "overlap", safetensors({"a": tensor("U8", [4], 0, 4), "b": tensor("U8", [4], 2, 6)}, b"abcdef"))
write("safetensors_fuzz", "hole", safetensors({"a": tensor("U8", [2], 0, 2), "b": tensor("U8", [2], 4, 6)}, b"abcdef"))
write("safetensors_fuzz", "huge", safetensors({"a": tensor("F32", [2**40, 2**40], 0, 2**63)}))
write("safetensors_fuzz", "long_header", struct.pack("<Q", 99_999_999) + b"{}")
write("safetensors_fuzz", "nested", safetensors(b'{"a":{"x":' + b"[" * 200 + b"]" * 200 + b"}}"))
write("safetensors_fuzz", "lone_surrogate", safetensors(b'{"__metadata__":{"k":"\\ud41e\\udde0"}}'))
write("safetensors_fuzz", "half_character", safetensors(b'{"\xe6\x9b'))
