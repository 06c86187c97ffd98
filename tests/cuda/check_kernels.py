"""Compiles a .cu file and holds its kernels to what the file states about them.

    check_kernels.py <source.cu> <nvcc> <flags>...

A line `// kernel <regular expression>: <n> registers[, tensor cores]` of the source is about the kernels whose mangled
names contain the expression: at most n registers, and tensor-core instructions in the machine code. Every kernel must
match a line, every line a kernel, no kernel may keep anything in local memory, and nvcc may not warn.
"""

import collections
import pathlib
import re
import struct
import subprocess
import sys
import tempfile

# The low 9 bits of an instruction's first word, from Volta to Hopper.
OPCODES = {0x03C: "HMMA", 0x183: "LDL", 0x187: "STL"}


def instructions(cubin):
    """Counts of the instructions above, by kernel: the machine code is in the sections .text.<kernel>."""
    table, = struct.unpack_from("<Q", cubin, 0x28)
    count, names = struct.unpack_from("<HH", cubin, 0x3C)
    sections = [struct.unpack_from("<IIQQQQ", cubin, table + 64 * i) for i in range(count)]
    kernels = {}
    for name, _, _, _, offset, size in sections:
        begin = sections[names][4] + name
        text = cubin[begin:cubin.index(b"\0", begin)].decode()
        if text.startswith(".text."):
            words = (struct.unpack_from("<Q", cubin, offset + i)[0] for i in range(0, size, 16))
            kernels[text[6:]] = collections.Counter(OPCODES.get(word & 0x1FF) for word in words)
    return kernels


def main():
    source, nvcc, *flags = sys.argv[1:]
    laws = re.findall(r"^// kernel (.+): (\d+) registers(, tensor cores)?$", pathlib.Path(source).read_text(), re.M)
    with tempfile.TemporaryDirectory() as folder:
        cubin = pathlib.Path(folder) / "kernels.cubin"
        command = [nvcc, *flags, "-arch=sm_90", "-cubin", "-Xptxas", "-v", "-o", str(cubin), source]
        result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if result.returncode != 0 or "warning" in result.stdout:
            sys.exit(result.stdout)
        code = instructions(cubin.read_bytes())
    reports = re.findall(
        r"Compiling entry function '(\w+)'.*?(\d+) bytes stack frame, (\d+) bytes spill stores, (\d+) bytes spill loads"
        r".*?Used (\d+) registers", result.stdout, re.S)

    faults = []
    unused = {pattern for pattern, _, _ in laws}
    for name, stack, stores, loads, registers in reports:
        counts = code[name]
        print(f"{registers} registers, {stack} bytes of stack, {stores} + {loads} spilled, {counts['HMMA']} HMMA: {name}")
        if int(stack) or int(stores) or int(loads) or counts["LDL"] or counts["STL"]:
            faults.append(f"keeps registers in local memory: {name}")
        matching = [law for law in laws if re.search(law[0], name)]
        if len(matching) != 1:
            faults.append(f"{len(matching)} lines are about {name}")
        for pattern, most, tensor_cores in matching:
            unused.discard(pattern)
            if int(registers) > int(most):
                faults.append(f"{registers} registers instead of {most}: {name}")
            if bool(tensor_cores) != (counts["HMMA"] > 0):
                faults.append(f"{counts['HMMA']} tensor-core instructions: {name}")
    faults += [f"no kernel matches {pattern}" for pattern in sorted(unused)]
    sys.exit("\n".join(faults) if faults else 0)


if __name__ == "__main__":
    main()
