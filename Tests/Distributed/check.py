#!/usr/bin/env python3
"""Checks training under mpirun: that any number of processes trains as one does, and how failures end.

    Tests/Distributed/check.py TOOL [--kills 3] [--seed 1] [--only NAME]

TOOL is combinatorial-losses built with --traits MPI. Needs Fashion-MNIST, as make setup installs it.
"""

import argparse
import array
import json
import math
import os
import pathlib
import random
import signal
import struct
import subprocess
import sys
import tempfile
import time

# What the parameters of two runs may differ by, as the norm of the difference by that of the parameters.
TOLERANCE = 1e-5
# Rectified units and maxima that rounding decides move parameters by 1e-3 to 1e-2, in about every third run of 100 steps, also
# between runs of one process with CL_INSTRUCTION_SET=scalar and without. Such a run shows nothing: another seed is tried. What is
# summed wrongly differs with all of them.
SEEDS = 8
# When a job has to have ended after one of its processes has, in seconds.
PATIENCE = 10

PICTURES = ["bags", "train", "--data", "fashion-mnist", "--bag-size", "4", "--batch-size", "32", "--schedule", "constant",
            "--no-evaluate-every-epoch"]
TEXT = ["summarize", "train", "--hidden", "48", "--embedding", "24", "--batch-size", "32", "--validation-pairs", "20",
        "--no-evaluate-every-epoch"]


class Failure(Exception):
    pass


def expect(condition, *what):
    if not condition:
        raise Failure(" ".join(str(part) for part in what))


def parameters(path):
    """The tensors of a checkpoint by name, without the optimizer's."""
    data = pathlib.Path(path).read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8:8 + length])
    tensors = {}
    for name, entry in header.items():
        if name != "__metadata__" and not name.startswith("optimizer/"):
            first, end = entry["data_offsets"]
            tensors[name] = array.array("f", data[8 + length + first:8 + length + end])
    return tensors


def distance(found, expected):
    expect(found.keys() == expected.keys(), "other tensors:", found.keys() ^ expected.keys())
    difference = square = 0.0
    for name, values in expected.items():
        difference += sum((a - b) * (a - b) for a, b in zip(found[name], values))
        square += sum(a * a for a in values)
    return math.sqrt(difference / square)


class Checks:
    def __init__(self, tool, folder, options):
        self.tool, self.folder = os.path.realpath(tool), pathlib.Path(folder)
        self.kills, self.random = options.kills, random.Random(options.seed)
        self.environment = dict(os.environ)
        # mpirun keeps its sessions there; the paths of its sockets have to be short.
        self.environment["TMPDIR"] = "/tmp"
        if os.geteuid() == 0:
            self.environment.update(OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1")

    def start(self, ranks, *arguments, folders=None, wrappers=None):
        """Starts a job: on so many ranks, or with a working folder, or a wrapper, for each."""
        command = ["mpirun", "--oversubscribe", "--bind-to", "none"]
        if folders or wrappers:
            for rank in range(ranks):
                command += [":"] if rank else []
                command += ["-n", "1"] + (["-wdir", str(folders[rank])] if folders else [])
                command += wrappers[rank] if wrappers else []
                command += [self.tool, *arguments]
        elif ranks:
            command += ["-n", str(ranks), self.tool, *arguments]
        else:
            command = [self.tool, *arguments]
        return subprocess.Popen(
            command, cwd=self.folder, env=self.environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True)

    def run(self, ranks, *arguments, status=0, **options):
        """Runs a job to its end; returns what it wrote."""
        job = self.start(ranks, *arguments, **options)
        output, errors = job.communicate(timeout=600)
        expect(job.returncode == status, " ".join(arguments), "ended with", job.returncode, output, errors)
        return output, errors

    @staticmethod
    def told(errors):
        """The tool's own lines, without those of mpirun."""
        return [line for line in errors.splitlines() if line.startswith("combinatorial-losses:")]

    def text(self, name, pairs=1600, change=None):
        """A made-up text: the source backwards, of few words."""
        folder = self.folder / name / "text"
        folder.mkdir(parents=True, exist_ok=True)
        source = random.Random(5)
        for part, count in (("train", pairs), ("valid", 20), ("test", 20)):
            lines = [[f"w{source.randrange(30)}" for _ in range(source.randrange(3, 9))] for _ in range(count)]
            titles = [line[::-1] for line in lines]
            if change and part == "train":
                change(titles)
            for kind, content in (("article", lines), ("title", titles)):
                (folder / f"{part}.{kind}.txt").write_text("".join(" ".join(line) + "\n" for line in content))
        return folder

    # Any number of processes trains as one does.

    def trained(self, ranks, *arguments):
        """The parameters and the loss of each epoch."""
        path, log = self.folder / "run.safetensors", self.folder / "run.jsonl"
        output, _ = self.run(ranks, *arguments, "--checkpoint", str(path), "--log", str(log))
        expect(output.count("\n") == 1, "one line of output, found", output)
        events = [json.loads(line) for line in log.read_text().splitlines()]
        expect([event["kind"] for event in events].count("start") == 1, "one start in", events)
        return parameters(path), [event["loss"] for event in events if event["kind"] == "epoch"]

    def apart(self, ranks, alone, *arguments):
        """How far the parameters, and the losses, are from those of one process."""
        found, losses = self.trained(ranks, *arguments)
        return distance(found, alone[0]), max(abs(a - b) / b for a, b in zip(losses, alone[1]))

    def same(self, name, *arguments):
        """Expects the parameters of one process on 1, 2 and 4 ranks, with one of a few seeds for each."""
        waiting = [1, 2, 4]
        for seed in range(1, SEEDS + 1):
            run = [*arguments, "--seed", str(seed)]
            alone = self.trained(0, *run)
            for ranks in list(waiting):
                parameters_apart, losses_apart = self.apart(ranks, alone, *run)
                print(f"  {name}, seed {seed}, {ranks} ranks: parameters {parameters_apart:.1e} and losses {losses_apart:.1e} "
                      "from those of one process", flush=True)
                expect(losses_apart <= 0.02, "other losses on", ranks, "ranks")
                if max(parameters_apart, losses_apart) <= TOLERANCE:
                    waiting.remove(ranks)
            if not waiting:
                return
        raise Failure(f"{name} differs on {waiting} ranks with every seed")

    def lenet(self):
        """100 steps."""
        self.same("lenet", *PICTURES, "--model", "lenet", "--pictures", "1600", "--epochs", "2", "--learning-rate", "0.02")

    def gru(self):
        """100 steps, with dropout, gradients being summed while others are computed."""
        self.text("same")
        self.same("gru", *TEXT, "--data", "gigaword:same/text", "--epochs", "2", "--overlap-sums")

    def resnet(self):
        """100 steps, with the statistics of the whole batch; at a low rate, as normalization doubles what rounding has done
        every few steps. Without synchronization the parameters are others."""
        run = [*PICTURES, "--model", "resnet8", "--pictures", "1600", "--epochs", "2", "--learning-rate", "0.00001"]
        self.same("resnet", *run, "--synchronize-normalization")
        apart, _ = self.apart(2, self.trained(0, *run), *run)
        print(f"  resnet, not synchronized, 2 ranks: parameters {apart:.1e}")
        expect(apart > 4 * TOLERANCE, "statistics of each rank's own make no difference")

    # Failures.

    def rank_process(self, job, rank):
        """The process of a rank, found by the environment that mpirun gave it."""
        for entry in pathlib.Path("/proc").iterdir():
            try:
                if entry.name.isdigit() and os.readlink(entry / "exe") == self.tool:
                    values = (entry / "environ").read_bytes().split(b"\0")
                    parent = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
                    if f"OMPI_COMM_WORLD_RANK={rank}".encode() in values and parent == job.pid:
                        return int(entry.name)
            except OSError:
                continue
        raise Failure(f"rank {rank} is not there")

    def killed(self):
        """Ranks are killed at random; the run goes on with another number of them, and ends as if nothing had been."""
        self.text("killed", pairs=3200)
        # At a rate at which 600 steps do not blow up what is rounded.
        run = [*TEXT, "--data", "gigaword:killed/text", "--epochs", "6", "--learning-rate", "0.0003"]
        path = self.folder / "killed.safetensors"
        whole, _ = self.trained(0, *run)

        def start(ranks):
            return self.start(ranks, *run, "--checkpoint", str(path), *(["--resume"] if path.exists() else []))

        def expect_whole():
            apart = distance(parameters(path), whole)
            print(f"  parameters {apart:.1e} from those of a run that was left alone", flush=True)
            expect(apart <= TOLERANCE, "a resumed run ends elsewhere")
            path.unlink()

        kills = 0
        while kills < self.kills:
            ranks = self.random.randint(2, 4)
            rank, before = self.random.randrange(ranks), path.stat().st_mtime_ns if path.exists() else 0
            job = start(ranks)
            # Often after an epoch was saved, else as the run begins.
            if self.random.random() < 0.7:
                while job.poll() is None and not (path.exists() and path.stat().st_mtime_ns > before):
                    time.sleep(0.01)
            if self.ends_within(job, self.random.uniform(0, 2)):
                expect(job.returncode == 0, "a run that nobody killed ended with", job.returncode, job.communicate())
                expect_whole()
                continue
            try:
                os.kill(self.rank_process(job, rank), signal.SIGKILL)
            except (Failure, ProcessLookupError):
                # Not there yet, or not any more.
                job.communicate()
                continue
            errors = self.expect_end(job)
            expect(f"rank {rank}" in errors, "the line that names rank", rank, "in", errors)
            if path.exists():
                parameters(path)
            kills += 1
        job = start(self.random.randint(1, 4))
        _, errors = job.communicate(timeout=600)
        expect(job.returncode == 0, "to go on, found", errors)
        expect_whole()

    @staticmethod
    def ends_within(job, seconds):
        try:
            job.wait(seconds)
            return True
        except subprocess.TimeoutExpired:
            return False

    def expect_end(self, job):
        """Expects a job to fail in time; returns what it said."""
        start = time.monotonic()
        try:
            _, errors = job.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            job.kill()
            raise Failure(f"the job had not ended after {PATIENCE} s") from None
        expect(job.returncode != 0, "a status other than 0")
        print(f"  ended with status {job.returncode} after {time.monotonic() - start:.1f} s")
        return errors

    def out_of_memory(self):
        """One rank may not take the memory that it needs."""
        job = self.start(
            2, *PICTURES, "--model", "resnet18", "--pictures", "3200",
            wrappers=[[], ["sh", "-c", 'ulimit -v 600000; exec "$@"', "sh"]])
        errors = self.expect_end(job)
        expect("rank 1" in errors, "a line that names rank 1 in", errors)

    def bad_file(self):
        """A file that one rank cannot read, and one that differs."""
        def cut(titles):
            del titles[100:]

        def other(titles):
            titles[7][0] = "w31"

        self.text("good")
        run = [*TEXT, "--data", "gigaword:text", "--epochs", "1"]
        for name, change, words in (("cut", cut, "rank 1 of 2: text/train.title.txt: "), ("stale", other, "others on rank 1")):
            self.text(name, change=change)
            job = self.start(2, *run, folders=[self.folder / "good", self.folder / name])
            lines = self.told(self.expect_end(job))
            expect(len(lines) == 1 and words in lines[0], "one line with", words, "found", lines)
            expect(job.returncode == 65, "status 65, found", job.returncode)

    def told_once(self):
        """What all ranks have to say is said by one."""
        _, errors = self.run(3, "bags", "train", "--data", "bags:none.jsonl", status=65)
        expect(len(self.told(errors)) == 1 and "none.jsonl" in errors, "one line, found", errors)
        output, _ = self.run(3, "bags", "train", "--help")
        expect(output.count("OVERVIEW") == 1, "one help, found", output)
        _, errors = self.run(3, "bags", "train", "--epoch", "3", status=64)
        expect(errors.count("Unknown option") == 1, "one refusal, found", errors)
        _, errors = self.run(2, "paths", "demo", status=64)
        expect(errors.count("expected bags train") == 1, "one refusal, found", errors)
        _, errors = self.run(9, *PICTURES, "--pictures", "320", status=65)
        expect(len(self.told(errors)) == 1 and "batch size" in errors, "one line, found", errors)

    def grid(self):
        """The paper's grid over bag sizes, on pictures in the format of CIFAR-100: goes on after Ctrl-C, and is recorded once."""
        source = random.Random(7)
        for name, count in (("train", 640), ("test", 100)):
            (self.folder / f"{name}.bin").write_bytes(b"".join(
                bytes([0, label]) + bytes(min(255, 2 * label + source.randrange(50)) for _ in range(3 * 32 * 32))
                for label in (source.randrange(100) for _ in range(count))))
        run = ["bags", "grid", "--data", f"cifar100:{self.folder}", "--model", "lenet", "--epochs", "3", "--batch-size", "64",
               "--learning-rate", "0.02", "--results", "grid.jsonl", "--figure", "grid.svg", "value:1,4,8:1", "value:16:1:4,8",
               "interpolated:4:1", "lp:4:1"]
        job = self.start(2, *run)
        while job.poll() is None and not (self.folder / "grid.jsonl").exists():
            time.sleep(0.01)
        os.kill(job.pid, signal.SIGUSR1)
        expect("the same command goes on" in self.expect_end(job), "to be told how to go on")
        for ranks in (4, 0):
            self.run(ranks, *run)
            cells = [json.loads(line)["options"] for line in (self.folder / "grid.jsonl").read_text().splitlines()]
            expect([(cell["gradient"], cell["bagSize"], cell["curriculum"]) for cell in cells] == [
                ("value", 1, []), ("value", 4, []), ("value", 8, []), ("value", 16, [4, 8]), ("interpolated", 4, []),
                ("lp", 4, [])], "every cell once, found", cells)
        expect((self.folder / "grid.svg").read_text().rstrip().endswith("</svg>"), "a figure")

    def solve(self):
        """Batches: the same lines as those of one process, with the places in the file."""
        source, size, count = random.Random(3), 5, 1003
        numbers = array.array("d", (source.uniform(0, 9) for _ in range(count * size * size)))
        numbers[217 * size * size + 7] = math.nan
        numbers[900 * size * size] = -math.inf
        header = f"{{'descr': '<f8', 'fortran_order': False, 'shape': ({count}, {size}, {size}), }}"
        header += " " * (-(len(header) + 11) % 64) + "\n"
        for name, content in (("batch", numbers), ("cut", numbers[:-1])):
            (self.folder / f"{name}.npy").write_bytes(
                b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode() + content.tobytes())
        for problem in (["assignment"], ["alignment", "--gradient"], ["ranked-assignment", "--count", "2", "--maximize"]):
            run = ["solve", problem[0], "batch.npy", *problem[1:]]
            expected, reason = self.run(0, *run, status=65)
            expect(expected.count("\n") == count, "a line for each problem")
            for ranks in (2, 3):
                found, errors = self.run(ranks, *run, status=65)
                expect(found == expected, problem, "has other answers on", ranks, "ranks")
                told = [line.replace(f"rank 0 of {ranks}: ", "") for line in self.told(errors)]
                expect(told == self.told(reason), "the same line as alone, found", told)
        for problem, file in (("assignment", "cut.npy"), ("assignment", "none.npy"), ("knapsack", "batch.npy")):
            more = ["--weights", "batch.npy", "--capacity", "3"] if problem == "knapsack" else []
            found, errors = self.run(2, "solve", problem, file, *more, status=65)
            expect(found.count("\n") == 1 and len(self.told(errors)) == 1, "one line each, found", found, errors)

    def stopped(self):
        """One rank is asked to stop, or all are by mpirun: all do after the same step, saved."""
        run = [*PICTURES, "--model", "lenet", "--epochs", "50", "--pictures", "3200", "--learning-rate", "0.02"]
        path = self.folder / "stopped.safetensors"
        for number in (signal.SIGTERM, signal.SIGUSR1):
            job = self.start(3, *run, "--checkpoint", str(path))
            # By then all of them train.
            while job.poll() is None and not path.exists():
                time.sleep(0.01)
            expect(job.poll() is None, "a run that is under way, found", job.returncode)
            os.kill(self.rank_process(job, 1) if number == signal.SIGTERM else job.pid, number)
            errors = self.expect_end(job)
            expect(job.returncode == 128 + number, "status", 128 + number, "found", job.returncode)
            expect(errors.count("stopped; saved in") == 1, "one line, found", errors)
            parameters(path)
            path.unlink()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tool")
    parser.add_argument("--kills", type=int, default=3, help="how many ranks are killed")
    parser.add_argument("--seed", type=int, default=random.randrange(1000), help="of the kills")
    parser.add_argument("--only", action="append", help="one of the checks; may be repeated")
    options = parser.parse_args()
    print(f"seed {options.seed}")
    failed = []
    with tempfile.TemporaryDirectory() as folder:
        checks = Checks(options.tool, folder, options)
        for name in options.only or ["told_once", "solve", "grid", "bad_file", "out_of_memory", "stopped", "killed", "lenet", "gru", "resnet"]:
            print(name, flush=True)
            try:
                getattr(checks, name)()
            except Failure as failure:
                failed.append(name)
                print(f"  FAILED: {failure}", flush=True)
    sys.exit(f"failed: {', '.join(failed)}" if failed else 0)


if __name__ == "__main__":
    main()
