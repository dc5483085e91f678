"""What each kernel should reach, and what it does: the table that `compare.py --targets` prints.

A target is the geometric mean of ratios over its cases unless it says that every case should reach it.
"""
import json
import math
import re
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from report import best_rows, draw_bars

# What has no peer: our own start from scratch, one thread, and the machine's copy bandwidth.
OWN = ("^(assignment-start/|assignment/(bag-1|uniform)/(1024x32x32|256x128x128)/float|"
       "alignment/exponential/128x(64x64|128x128)/float|grid-path/uniform-8/64x64x64/|grid-cut/.*/4x128x128/|"
       "bag-costs/|cross-entropy/)")


@dataclass
class Target:
    """Rows of peers.json whose case, group and peer match; least: of the mean, or of each case."""
    kernel: str
    against: str
    least: float
    case: str
    peer: str = ""
    group: str = ""
    of_each: float = 0  # what every case should reach besides
    own: str = ""  # "ratio to" a reference, or "bandwidth", of the rows of `Benchmarks`


SINGLE, BATCH = r"^assignment/[^/]+/1x", r"^assignment/[^/]+/(256|1024)x"
PEERS = r"^(?!highs)"
TARGETS = (
    Target("assignment, batches", "the fastest of SciPy, lapx, POT, torch", 4, BATCH, PEERS, of_each=2),
    Target("assignment, single, 256 to 4,096", "the same and OR-Tools", 2, SINGLE, PEERS, of_each=1),
    Target("assignment from known potentials, 32", "from scratch", 3, "x32x32/", own="from scratch"),
    Target("assignment from known potentials, 256", "from scratch", 3, "x256x256/", own="from scratch"),
    Target("assignment from known potentials, 1,024", "from scratch", 3, "x1024x1024/", own="from scratch"),
    Target("bag costs, forward + backward", "torch log_softmax + gather", 4, "^bag-costs", "gather$"),
    Target("bag costs, forward + backward", "the same, kept pages", 2, "^bag-costs", "gather, kept pages"),
    Target("bag costs, 30,000 classes", "copy bandwidth", 0.6, "bag-costs/.*x30000/", own="bandwidth"),
    Target("cross-entropy, 100 classes", "torch F.cross_entropy", 3, "^cross-entropy/4096x100/", "entropy$"),
    Target("cross-entropy, 1,000 classes", "torch F.cross_entropy", 4, "^cross-entropy/8192x1000/", "entropy$"),
    Target("cross-entropy, 30,000 classes", "torch F.cross_entropy", 6, "^cross-entropy/2048x30000/", "entropy$"),
    Target("cross-entropy", "the same, kept pages", 2, "^cross-entropy", "entropy, kept pages", of_each=2),
    Target("bag-loss step", "torch + SciPy", 7, "^bag-loss", r"^torch \+ scipy$"),
    Target("bag-loss step", "torch + lapx batch", 5, "^bag-loss", r"^torch \+ lapx batch$"),
    Target("alignment, batch of 128", "numba", 4, "^alignment/128x", "^numba"),
    Target("alignment, one problem, 512 and 2,048", "numba", 3, "^alignment/1x", "^numba"),
    Target("alignment of letters", "parasail, 16-bit letters", 1, "^alignment/letters", "^parasail"),
    Target("training step, ResNet-18", "torch, two threads", 1, "^training/resnet18/", group="^training step$"),
    Target("training step, ResNet-20", "torch, two threads", 1, "^training/resnet20/", group="^training step$"),
    Target("training step, LSTM", "torch, two threads", 1, "^training/lstm/", group="^training step$"),
    Target("training step, GRU", "torch, two threads", 1, "^training/gru/", group="^training step$"),
    Target("two threads, batches", "one thread", 1.7, "^(assignment|alignment|grid-path|grid-cut)/", own="current"),
    Target("two threads, rows", "one thread", 1.7, "^(bag-costs|cross-entropy)/", own="current"),
    Target("shortest paths on batches of grids", "the fastest peer", 3, "^grid-path/", of_each=3),
    Target("spanning tree, grids of 12, 64 and 128", "the fastest peer", 3, "^spanning-tree/", of_each=3),
    Target("cuts of grids", "the fastest peer but libmaxflow", 2, "^grid-cut/", "^(?!libmaxflow)", of_each=2),
    Target("transport, 100 to 2,000", "the fastest of POT, SciPy, OR-Tools", 1, "^transport/", of_each=1),
    Target("Sinkhorn", "POT", 0, "^sinkhorn/"),
    Target("semi-assignment", "the fastest peer on copied columns", 0, "^semi-assignment/"),
    Target("sparse assignment", "the fastest peer", 0, "^sparse-assignment/"),
)


def own_rows(program):
    """Rows of our own benchmarks that targets are about."""
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/own.json"
        subprocess.run([program, "--filter", OWN, "--json", path], check=True)
        return [row for row in json.loads(Path(path).read_text())["rows"]
                if row["threads"] > 1 or row["case"].startswith("assignment-start/")
                or row["contestant"] == "current"]


def ratios(target, rows, own):
    """By case."""
    if target.own == "bandwidth":
        return {row["case"]: row["bandwidthShare"] for row in own
                if re.search(target.case, row["case"]) and row["threads"] == 1 and "bandwidthShare" in row}
    if target.own:
        return {row["case"]: found["ratio"]["median"] for row in own if re.search(target.case, row["case"])
                for found in row["ratios"]
                if found["reference"] == target.own and (row["threads"] > 1 or target.own != "current")}
    matching = [row for row in rows if row["threads"] == 1 or row["case"].startswith("training/")]
    matching = [row for row in matching if re.search(target.case, row["case"])
                and re.search(target.peer, row["peer"]) and re.search(target.group, row["group"])]
    return {row["case"]: row["ratio"]["median"] for row in best_rows(matching, "case")}


def reached(rows, own):
    """One entry for each target that was measured."""
    found = []
    for target in TARGETS:
        by_case = ratios(target, rows, own)
        if not by_case:
            continue
        mean = math.exp(sum(map(math.log, by_case.values())) / len(by_case))
        where = min(by_case, key=by_case.get)
        found.append(dict(
            kernel=target.kernel, against=target.against, cases=len(by_case), target=target.least,
            mean=mean, targetOfEach=target.of_each, least=by_case[where], where=where,
            most=max(by_case.values()),
            met=bool(mean >= target.least and by_case[where] >= target.of_each)))
    return found


def lines(entries):
    yield ""
    yield (f"{'kernel':40s} {'against':38s} {'cases':>5s}  {'target':>6s} {'reached':>8s}  {'of each':>7s} "
           f"{'least':>7s}")
    for entry in entries:
        targets = [f"{value:g}" if value else "" for value in (entry["target"], entry["targetOfEach"])]
        yield (f"{entry['kernel']:40s} {entry['against']:38s} {entry['cases']:5d}  {targets[0]:>6s} "
               f"{entry['mean']:8.2f}  {targets[1]:>7s} {entry['least']:7.2f}  "
               f"{'' if entry['met'] else 'missed: ' + entry['where']}")


def draw(path, entries):
    draw_bars(path, [(f"{entry['kernel']} : {entry['against']}", entry) for entry in entries])
