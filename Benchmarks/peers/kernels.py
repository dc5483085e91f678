"""This package's kernels, timed on request by a process of `Benchmarks serve`."""
import functools
import json
import os
import subprocess
import tempfile
from pathlib import Path

import numpy as np

PACKAGE = Path(__file__).resolve().parents[2]


@functools.cache
def built(product):
    """Builds a program of the package; returns its path."""
    subprocess.run(["swift", "build", "-c", "release", "--product", product],
                   cwd=PACKAGE, check=True, stdout=subprocess.DEVNULL)
    folder = subprocess.run(["swift", "build", "-c", "release", "--show-bin-path"],
                            cwd=PACKAGE, check=True, capture_output=True, text=True).stdout.strip()
    return f"{folder}/{product}"


class Kernels:
    """One process. Its jobs stay prepared until they are discarded."""

    def __init__(self, instruction_set=None, program=None):
        forced = {"CL_INSTRUCTION_SET": instruction_set} if instruction_set else {}
        self.process = subprocess.Popen([program or built("Benchmarks"), "serve"], text=True, env=os.environ | forced,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.instruction_set = None
        self.prepare("assignment", [np.zeros((1, 1))], 1).discard()  # which tells the set

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait()

    def ask(self, **request):
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError("Benchmarks serve ended")
        answer = json.loads(line)
        if "error" in answer:
            raise RuntimeError(f"Benchmarks serve: {answer['error']}")
        return answer

    def prepare(self, problem, arrays, threads):
        """A job on the given arrays; the kernels have solved it once and checked the result."""
        with tempfile.TemporaryDirectory() as folder:
            paths = [f"{folder}/{index}.npy" for index in range(len(arrays))]
            for path, array in zip(paths, arrays):
                np.save(path, array)
            answer = self.ask(command="prepare", problem=problem, inputs=paths, threads=threads)
        self.instruction_set = answer["instructionSet"]
        return Job(self, answer["job"])


class Job:
    def __init__(self, kernels, number):
        self.kernels, self.number = kernels, number

    def seconds(self, repetitions, of_processor=False):
        """The time of one run, by the process's own clock, or what it used of the processor."""
        answer = self.kernels.ask(command="time", job=self.number, repetitions=repetitions)
        return answer["processorSeconds" if of_processor else "seconds"] / repetitions

    def results(self, count):
        """The first `count` result arrays of the latest run."""
        with tempfile.TemporaryDirectory() as folder:
            paths = [f"{folder}/{index}.npy" for index in range(count)]
            self.kernels.ask(command="write", job=self.number, outputs=paths)
            return [np.load(path) for path in paths]

    def discard(self):
        self.kernels.ask(command="discard", job=self.number)
