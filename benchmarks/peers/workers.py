"""The programs that compare.py and kernels.py talk to, and the machine on which they run."""

import json
import os
import platform
import subprocess


class Worker:
    """A program that answers each line with one line of JSON."""

    def __init__(self, name, command, threads, realtime):
        self.name = name
        environment = dict(os.environ, OMP_NUM_THREADS=str(threads))
        command = [*command, "--threads", str(threads)]
        if realtime:  # other programs on this machine wait instead of taking turns with ours
            command = ["chrt", "-r", "10", *command]
        # Debian's OpenBLAS takes SSE3 kernels on a processor that it does not know; harmless where it is not used
        if "avx512f" in processor_flags():
            environment.setdefault("OPENBLAS_CORETYPE", "SkylakeX")
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)

    def ask(self, line):
        """The answer as a dictionary; with the key "error" when the worker cannot do it."""
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        while True:
            reply = self.process.stdout.readline()
            if not reply:
                raise RuntimeError(f"{self.name} ended (status {self.process.wait()}) instead of answering '{line}'")
            if reply.startswith("{"):
                return json.loads(reply)

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def processor_flags():
    return set(processor_line("flags").split())


def processor_line(key):
    try:
        with open("/proc/cpuinfo") as lines:
            return next((line.split(":", 1)[1].strip() for line in lines if line.startswith(key)), "")
    except OSError:
        return ""


def machine():
    return {"processor": processor_line("model name") or platform.processor(), "cores": os.cpu_count(),
            "load_at_start": os.getloadavg()[0]}


def warn_if_busy(report):
    if report["load_at_start"] > 0.5:
        print(f"other programs are running here (load {report['load_at_start']:.1f}): do not trust these times")
