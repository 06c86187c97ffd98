"""Translates PTX, the code for GPUs that nvcc makes, to C++ that the emulation runs (kernel.hpp): a function for each kernel.

    translate.py <in.ptx> <out.cpp>

Instructions that tenet's kernels have never had end the translation with a sentence that names them.
PTX ISA: https://docs.nvidia.com/cuda/parallel-thread-execution/
"""

import pathlib
import re
import sys

CPP = {"pred": "bool", "b8": "uint8_t", "u8": "uint8_t", "s8": "int8_t", "b16": "uint16_t", "u16": "uint16_t", "s16": "int16_t",
       "b32": "uint32_t", "u32": "uint32_t", "s32": "int32_t", "b64": "uint64_t", "u64": "uint64_t", "s64": "int64_t",
       "f32": "float", "f64": "double"}
BYTES = {name: int(name[1:]) // 8 for name in CPP if name != "pred"}
TWICE = {"u16": "u32", "s16": "s32", "u32": "u64", "s32": "s64"}
SPECIAL = {f"%{name}.{axis}": f"thread.{name}.{axis}" for name in ("tid", "ntid", "ctaid", "nctaid") for axis in "xyz"}
INFIX = {"add": "+", "sub": "-", "mul": "*", "and": "&", "or": "|", "xor": "^"}
# Instructions that are a function of kernel.hpp, by how many operands of the instruction's type it takes.
FUNCTIONS = {"neg": 1, "abs": 1, "rcp": 1, "sqrt": 1, "rsqrt": 1, "ex2": 1, "lg2": 1, "sin": 1, "cos": 1, "tanh": 1, "clz": 1,
             "popc": 1, "min": 2, "max": 2, "div": 2, "rem": 2, "copysign": 2, "fma": 3, "prmt": 3}
SPACES = ("param", "global", "shared", "local", "const")


class Unknown(Exception):
    pass


def split(text):
    """The operands between commas, brackets kept together."""
    parts, depth, begin = [], 0, 0
    for i, c in enumerate(text):
        depth += (c in "{[(") - (c in "}])")
        if c == "," and depth == 0:
            parts.append(text[begin:i].strip())
            begin = i + 1
    return parts + [text[begin:].strip()] if text.strip() else []


def vector(operand):
    return [item.strip() for item in operand[1:-1].split(",")] if operand.startswith("{") else [operand]


def parameters(text):
    """(name, bytes, alignment) of each .param declaration."""
    pattern = r"\.param\s+(?:\.align\s+(\d+)\s+)?\.(\w+)\s+([\w$%]+)(?:\[(\d+)\])?$"
    result = []
    for item in filter(None, (part.strip() for part in text.split(","))):
        alignment, kind, name, count = re.match(pattern, item).groups()
        result.append((name, BYTES[kind] * int(count or 1), int(alignment or BYTES[kind])))
    return result


class Module:
    """What all functions of a file share: short names for PTX's long ones, and variables."""

    def __init__(self, text):
        text = re.sub(r"//[^\n]*", "", text)
        self.names, self.variables, self.sites = {}, {}, 0
        self.functions, rest = self.find_functions(text)
        pattern = (r"(\.extern\s+)?\.(global|const|shared)\s+(?:\.align\s+(\d+)\s+)?\.(\w+)\s+([\w$]+)(?:\[(\d*)\])?\s*"
                   r"(?:=\s*\{?([^;{}]*)\}?)?;")
        self.declarations = [self.variable(*match) for match in re.findall(pattern, rest)]

    def name(self, name):
        return self.names.setdefault(name, f"n{len(self.names)}")

    @staticmethod
    def find_functions(text):
        """[(head, body or None)], and what lies between."""
        functions, rest, at = [], "", 0
        for match in re.finditer(r"^[ \t]*(?:\.(?:visible|weak|extern)\s+)?\.(?:entry|func)\b", text, re.M):
            if match.start() < at:
                continue
            rest += text[at:match.start()]
            at, depth = match.start(), 0
            while depth > 0 or text[at] not in "{;":
                depth += (text[at] == "(") - (text[at] == ")")
                at += 1
            head, body = text[match.start():at], None
            if text[at] == "{":
                begin, depth, at = at + 1, 1, at + 1
                for brace in re.finditer(r"[{}]", text[at:]):
                    depth += 1 if brace.group() == "{" else -1
                    if depth == 0:
                        body, at = text[begin:at + brace.start()], at + brace.start()
                        break
            functions.append((head, body))
            at += 1
        return functions, rest + text[at:]

    def variable(self, extern, space, alignment, kind, name, count, values):
        if space == "shared":
            if not extern:
                raise Unknown(f"shared memory of a whole module: {name}")
            self.variables[name] = "thread.dynamic_shared"
            return ""
        if not values:
            raise Unknown(f"a variable without values, which nvcc 13 makes of tables that it loses: {name}")
        self.variables[name] = f"address({self.name(name)})"
        items = ", ".join(f"{CPP[kind]}({immediate(item.strip(), kind)})" for item in values.split(","))
        return f"alignas({alignment or BYTES[kind]}) {CPP[kind]} {self.name(name)}[{count}] = {{{items}}};"

    def cpp(self):
        lines = ['#include "kernel.hpp"', "", "using namespace emulation;", "namespace {", *self.declarations]
        bodies = {}
        for head, body in self.functions:
            function = Function(self, head)
            if not function.is_kernel:
                lines.append(function.signature() + ";")
            if body is not None and function.name not in bodies:
                bodies[function.name] = function.cpp(body)
        return "\n".join(lines + list(bodies.values()) + ["}  // namespace", ""])


def immediate(text, kind):
    if re.match(r"0[fF][0-9a-fA-F]{8}$", text):
        return f"as<float>(0x{text[2:]}u)"
    if re.match(r"0[dD][0-9a-fA-F]{16}$", text):
        return f"as<double>(uint64_t(0x{text[2:]}ull))"
    if re.match(r"-?\d+$|0[xX][0-9a-fA-F]+$", text):
        return f"{CPP[kind]}({int(text, 0) % 2**64}ull)"
    raise Unknown(f"operand {text}")


class Function:
    def __init__(self, module, head):
        kind, results, self.name, arguments = re.search(
            r"\.(entry|func)\s*(?:\(([^)]*)\))?\s*([\w$]+)\s*(?:\(([^)]*)\))?", head).groups()
        self.module, self.head, self.is_kernel = module, head, kind == "entry"
        self.arguments = parameters(results or "") + parameters(arguments or "")
        self.registers, self.bits, self.parameters, self.locals = {}, {}, {}, {}
        self.passed = {}  # parameters of a call
        self.declared, self.shared, self.scopes, self.targets = [], 0, [], {}

    def signature(self):
        names = "".join(f", Parameter<{size}>& {self.module.name(name)}" for name, size, _ in self.arguments)
        return f"void {self.module.name(self.name)}(Thread& thread{names})"

    def cpp(self, body):
        offset, layout = 0, []
        for name, size, alignment in self.arguments:
            if self.is_kernel:
                offset = (offset + alignment - 1) // alignment * alignment
                self.parameters[name] = f"(thread.parameters + {offset})"
                layout.append(f"{{{offset}, {size}}}")
                offset += size
            else:
                self.parameters[name] = f"{self.module.name(name)}.bytes"
        code = [self.statement(text) for text in self.statements(body)]
        head = f"void {self.module.name(self.name)}(Thread& thread)" if self.is_kernel else self.signature()
        lines = [head + " {", *self.declared, *filter(None, code), "}"]
        if self.is_kernel:
            waits = int(bool(re.search(r"\b(bar|mma|ldmatrix|call|shared)\b", body)))
            most = re.search(r"\.maxntid\s+(\d+)", self.head)
            lines.append(f'const Kernel::Entry e{self.module.name(self.name)}{{"{self.name}", {self.module.name(self.name)}, '
                         f'{{{", ".join(layout)}}}, {self.shared}, {waits}, {most.group(1) if most else 1024}}};')
        return "\n".join(lines)

    @staticmethod
    def statements(body):
        """Statements without their semicolons, labels with their colons, and braces."""
        return (text.strip() for text in re.findall(
            r"\s*(\$?[\w$]+:(?!\s*\.branchtargets)|[{}](?=\s)|(?:\{[^{}\n]*\}|[^;{}])+(?=;)|;)", body)
                if text.strip() not in ("", ";"))

    def statement(self, text):
        text = re.sub(r"\s+", " ", text)
        if text == "{":
            self.scopes.append((dict(self.registers), dict(self.parameters)))
        elif text == "}":
            self.registers, self.parameters = self.scopes.pop()
        elif text.endswith(":"):
            return f"L{self.module.name(text[:-1])}:;"
        elif match := re.match(r"([\w$]+): \.branchtargets (.*)", text):
            self.targets[match.group(1)] = split(match.group(2))
        elif text.startswith("."):
            self.declare(text)
        else:
            predicate, text = re.match(r"(?:@(!?%\w+) )?(.*)", text).groups()
            condition = f"if ({self.read(predicate, 'pred')}) " if predicate else ""
            return f"{condition}{{ {self.instruction(text)} }}"
        return None

    def declare(self, text):
        if match := re.match(r"\.reg \.(\w+) (.*)", text):
            for item in split(match.group(2)):
                stem, count = re.match(r"(%?[\w$]+)(?:<(\d+)>)?$", item).groups()
                names = [f"{stem}{i}" for i in range(int(count))] if count else [stem]
                for name in names:
                    self.registers[name] = f"r{len(self.bits)}_{len(self.registers)}"
                    self.bits[self.registers[name]] = match.group(1)
                self.declared.append(f"{CPP[match.group(1)]} " + ", ".join(f"{self.registers[name]}{{}}" for name in names) + ";")
        elif match := re.match(r"\.(shared|local) (?:\.align (\d+) )?\.(\w+) ([\w$]+)(?:\[(\d+)\])?$", text):
            space, alignment, kind, name, count = match.groups()
            alignment, size = int(alignment or BYTES[kind]), BYTES[kind] * int(count or 1)
            if space == "shared":
                self.shared = (self.shared + alignment - 1) // alignment * alignment
                self.locals[name] = f"uint32_t({self.shared})"
                self.shared += size
            else:
                self.declared.append(f"alignas({alignment}) unsigned char {self.module.name(name)}[{size}]; "
                                     f"memset({self.module.name(name)}, 0xff, {size});")
                self.locals[name] = f"address({self.module.name(name)})"
        elif text.startswith(".param"):
            (name, size, _), = parameters(text)
            own = f"p{len(self.declared)}"
            self.declared.append(f"Parameter<{size}> {own};")
            self.parameters[name], self.passed[name] = f"{own}.bytes", own
        elif not text.startswith((".pragma", ".loc")):
            raise Unknown(text)

    def read(self, operand, kind):
        if operand.startswith("!"):
            return f"(!{self.read(operand[1:], kind)})"
        if operand in self.registers:
            value = self.registers[operand]
            if CPP[self.bits[value]] == CPP[kind]:
                return value
        elif operand in SPECIAL:
            value = SPECIAL[operand]
        elif operand in self.locals:
            value = self.locals[operand]
        elif operand in self.module.variables:
            value = self.module.variables[operand]
        elif operand in self.parameters:
            value = f"address({self.parameters[operand]})"
        else:
            value = immediate(operand, kind)
        return f"as<{CPP[kind]}>({value})"

    def write(self, register, value, kind=None):
        """Of `kind`, where that is known: most are what the register was declared as, which g++ reads faster."""
        to = self.registers[register]
        if kind and kind[-2:] == self.bits[to][-2:] and (kind[0] == "f") == (self.bits[to][0] == "f"):
            return f"{to} = {value};"
        return f"assign({to}, {value});"

    def address(self, operand, space):
        base, offset = re.match(r"\[\s*(.+?)\s*(?:\+\s*(-?\d+))?\s*\]$", operand).groups()
        if space == "shared":
            wide = self.bits.get(self.registers.get(base)) == "b64"
            return f"thread.shared_address(uint32_t({self.read(base, 'u64' if wide else 'u32')}) + {offset or 0})"
        return f"({self.read(base, 'u64')} + ({offset or 0}))"

    def site(self):
        self.module.sites += 1
        return self.module.sites

    def instruction(self, text):
        name, _, rest = text.partition(" ")
        stem, *modifiers = name.split(".")
        special = getattr(self, "do_" + stem, None)
        operands = split(rest)
        if special:
            return special(modifiers, operands)
        kind = modifiers[-1] if modifiers else ""
        if kind not in CPP:
            raise Unknown(f"instruction {text}")
        values = [self.read(operand, kind) for operand in operands[1:]]
        if stem in FUNCTIONS and len(values) == FUNCTIONS[stem]:
            result = "u32" if stem in ("clz", "popc") else kind
            return self.write(operands[0], f"{stem}_({', '.join(values)})", result)
        if stem in INFIX and len(values) == 2:
            # Integers wrap around.
            wide = "" if kind[0] == "f" or kind == "pred" else "uint64_t"
            return self.write(operands[0], f"{CPP[kind]}({wide}({values[0]}) {INFIX[stem]} {wide}({values[1]}))", kind)
        raise Unknown(f"instruction {text}")

    # Instructions that are more than a formula of their operands.

    def do_bra(self, modifiers, operands):
        return f"goto L{self.module.name(operands[0])};"

    def do_brx(self, modifiers, operands):
        cases = "".join(f"case {i}: goto L{self.module.name(target)}; " for i, target in enumerate(self.targets[operands[1]]))
        return f"switch ({self.read(operands[0], 'u32')}) {{ {cases}}}"

    def do_ret(self, modifiers, operands):
        return "return;"

    def do_trap(self, modifiers, operands):
        return 'thread.fail("a trap");'

    def do_call(self, modifiers, operands):
        results = re.findall(r"[\w$]+", operands.pop(0)) if operands[0].startswith("(") else []
        arguments = re.findall(r"[\w$]+", operands[1]) if len(operands) > 1 else []
        if not arguments and (match := re.match(r"([\w$]+)\s*\((.*)\)$", operands[0])):
            operands[0], arguments = match.group(1), re.findall(r"[\w$]+", match.group(2))
        passed = "".join(", " + self.passed[name] for name in results + arguments)
        callee = "set_conditional" if operands[0] == "cudaGraphSetConditional" else self.module.name(operands[0])
        return f"{callee}(thread{passed});"

    def do_bar(self, modifiers, operands):
        if modifiers == ["sync"] and len(operands) == 1:
            return f"thread.barrier({self.read(operands[0], 'u32')});"
        if modifiers == ["warp", "sync"]:
            return f"thread.warp_barrier({self.read(operands[0], 'u32')}, {self.site()});"
        raise Unknown(f"instruction bar.{'.'.join(modifiers)}")

    def do_ld(self, modifiers, operands):
        return self.access(modifiers, operands[1], operands[0], "load", lambda register, kind, at:
                           self.write(register, f"load<{CPP[kind]}>({at})", kind))

    def do_st(self, modifiers, operands):
        return self.access(modifiers, operands[0], operands[1], "store", lambda register, kind, at:
                           f"store<{CPP[kind]}>({at}, {self.read(register, kind)});")

    def access(self, modifiers, at, registers, how, one):
        space = next((modifier for modifier in modifiers if modifier in SPACES), "generic")
        kind, registers = modifiers[-1], vector(registers)
        checked = "owned" if space in ("param", "local") else how
        size = BYTES[kind] * len(registers)
        moves = " ".join(one(register, kind, f"at + {i * BYTES[kind]}") for i, register in enumerate(registers))
        return f"const uint64_t at = thread.{checked}({self.address(at, space)}, {size}); {moves}"

    def do_mov(self, modifiers, operands):
        kind, (to, value) = modifiers[-1], operands
        if not (to.startswith("{") or value.startswith("{")):
            return self.write(to, self.read(value, kind), kind)
        parts = vector(to if to.startswith("{") else value)
        part = f"b{8 * BYTES[kind] // len(parts)}"
        if value.startswith("{"):
            joined = " | ".join(f"{CPP[kind]}({self.read(item, part)}) << {i * 8 * BYTES[part]}" for i, item in enumerate(parts))
            return self.write(to, f"{CPP[kind]}({joined})")
        taken = " ".join(self.write(item, f"{CPP[part]}(whole >> {i * 8 * BYTES[part]})") for i, item in enumerate(parts))
        return f"const auto whole = {self.read(value, kind)}; {taken}"

    def do_cvta(self, modifiers, operands):
        value = self.read(operands[1], "u64")
        if "shared" in modifiers:
            value = f"{value} {'-' if 'to' in modifiers else '+'} thread.shared"
        return self.write(operands[0], f"uint64_t({value})", "u64")

    def do_mul(self, modifiers, operands):
        kind = modifiers[-1]
        a, b = self.read(operands[1], kind), self.read(operands[2], kind)
        if kind[0] == "f":
            return self.write(operands[0], f"{CPP[kind]}({a} * {b})", kind)
        return self.write(operands[0], *self.integer_product(modifiers, a, b))

    def do_mad(self, modifiers, operands):
        product, kind = self.integer_product(modifiers, *(self.read(operand, modifiers[-1]) for operand in operands[1:3]))
        return self.write(operands[0], f"{CPP[kind]}(uint64_t({product}) + uint64_t({self.read(operands[3], kind)}))", kind)

    @staticmethod
    def integer_product(modifiers, a, b):
        kind = modifiers[-1]
        if "wide" in modifiers:
            wide = CPP[TWICE[kind]]
            return f"{wide}({wide}({a}) * {wide}({b}))", TWICE[kind]
        if "hi" in modifiers:
            return f"high_product({a}, {b})", kind
        return f"{CPP[kind]}(uint64_t({a}) * uint64_t({b}))", kind

    def do_not(self, modifiers, operands):
        kind = modifiers[-1]
        return self.write(operands[0], f"{CPP[kind]}({'!' if kind == 'pred' else '~'}{self.read(operands[1], kind)})", kind)

    def shift(self, name, modifiers, operands):
        kind = modifiers[-1]
        return self.write(operands[0], f"{name}_({self.read(operands[1], kind)}, {self.read(operands[2], 'u32')})", kind)

    def do_shl(self, modifiers, operands):
        return self.shift("shl", modifiers, operands)

    def do_shr(self, modifiers, operands):
        return self.shift("shr", modifiers, operands)

    def do_shf(self, modifiers, operands):
        values = ", ".join(self.read(operand, "u32") for operand in operands[1:])
        return self.write(operands[0], f"shf_{modifiers[0]}_{modifiers[1]}({values})")

    def do_bfe(self, modifiers, operands):
        kind = modifiers[-1]
        values = ", ".join(self.read(operand, "u32") for operand in operands[2:])
        return self.write(operands[0], f"bfe_({self.read(operands[1], kind)}, {values})")

    def do_selp(self, modifiers, operands):
        kind = modifiers[-1]
        a, b = (self.read(operand, kind) for operand in operands[1:3])
        return self.write(operands[0], f"({self.read(operands[3], 'pred')} ? {a} : {b})", kind)

    def do_setp(self, modifiers, operands):
        kind = modifiers[-1]
        answer = f"is_{modifiers[0]}({self.read(operands[1], kind)}, {self.read(operands[2], kind)})"
        if len(operands) == 4:
            answer = f"{answer} {INFIX[modifiers[1]]} {self.read(operands[3], 'pred')}"
        return self.write(operands[0], f"bool({answer})", "pred")

    def do_cvt(self, modifiers, operands):
        to, source = modifiers[-2:]
        relu = int("relu" in modifiers)
        if to in ("bf16x2", "f16x2"):
            high, low = (f"{to[:-2]}_({self.read(operand, 'f32')}, {relu})" for operand in operands[1:])
            return self.write(operands[0], f"uint32_t(uint32_t({high}) << 16 | {low})")
        if to == "tf32":
            return self.write(operands[0], f"tf32_({self.read(operands[1], 'f32')})")
        if to in ("bf16", "f16") and source == "f32":
            return self.write(operands[0], f"{to}_({self.read(operands[1], 'f32')}, {relu})")
        if source in ("bf16", "f16") and to == "f32":
            return self.write(operands[0], f"from_{source}({self.read(operands[1], 'b16')})")
        value = self.read(operands[1], source)
        integral = next((modifier for modifier in modifiers if modifier in ("rni", "rzi", "rmi", "rpi")), None)
        if integral:
            value = f"{integral}_({value})"
        convert = "to_integer" if source[0] == "f" and to[0] != "f" else "static_cast"
        return self.write(operands[0], f"{convert}<{CPP[to]}>({value})", to)

    def do_mma(self, modifiers, operands):
        to, a, b, c = map(vector, operands)
        factors = next(kind for kind in ("bf16", "f16", "tf32") if kind in modifiers)
        words = [", ".join(self.read(item, "b32") for item in items) for items in (a, b)]
        sums = ", ".join(self.read(item, "f32") for item in c)
        results = " ".join(self.write(item, f"m.c[{i}]") for i, item in enumerate(to))
        return (f"Multiply m{{{{{words[0]}}}, {{{words[1]}}}, {{{sums}}}}}; "
                f"thread.multiply(m, WarpCode::mma_{factors}, {self.site()}); {results}")

    def do_ldmatrix(self, modifiers, operands):
        to = vector(operands[0])
        if len(to) != 4:
            raise Unknown("ldmatrix of other than four matrices")
        code = "ldmatrix_trans" if "trans" in modifiers else "ldmatrix"
        results = " ".join(self.write(item, f"m.words[{i}]") for i, item in enumerate(to))
        return (f"LoadMatrices m{{uint32_t({self.address(operands[1], 'shared')} - thread.shared), {{}}}}; "
                f"thread.load_matrices(m, WarpCode::{code}, {self.site()}); {results}")


def main():
    source, target = map(pathlib.Path, sys.argv[1:])
    try:
        target.write_text(Module(source.read_text()).cpp())
    except Unknown as unknown:
        sys.exit(f"{source}: cannot emulate {unknown}")


if __name__ == "__main__":
    main()
