"""PyEPO's own benchmark: a linear model that predicts costs, trained by the decisions that follow from them.

    python compare_pyepo.py                 three seeds, results/pyepo.json, .svg and .png

PyEPO generates the data: shortest paths over 5 x 5 nodes, and knapsacks of 32 items. Both sides start from the same
parameters, go through the same batches with the same noise and take the same steps of Adam; PyEPO by OR-Tools, GLOP for
paths and CP-SAT for knapsacks, the fastest of the open solvers that it has. Seconds are the processor's, of an epoch on
one thread without its test; normalized regrets are of test data, and PyEPO finds the same regret for our parameters.
"""
import argparse
import json
import os
import secrets
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(variable, "1")
os.environ["TQDM_DISABLE"] = "1"

import numpy as np
import pyepo
import torch
from pyepo.metric import regret
from pyepo.model.ort import knapsackCpModel, shortestPathModel

import report
from alternation import summary
from kernels import Kernels

RESULTS = Path(__file__).resolve().parents[1] / "results" / "pyepo.json"
BATCH, SAMPLES, RATE, SIGMA, FEATURES = 32, 3, 0.01, 1.0, 5  # as in PyEPO's tutorials
LOSSES = ("SPO+", "perturbed Fenchel-Young", "hinge")  # in the order that PreparedProblem+Decisions.swift has
DEGREE, NOISE = 6, 0.5


@dataclass
class Problem:
    """PyEPO's model and data, and what `Benchmarks serve` calls and wants of the problem."""
    name: str
    kind: str
    model: object
    features: np.ndarray
    costs: np.ndarray
    structure: np.ndarray
    train: int
    sign: int  # -1: PyEPO maximizes, ours is a minimum
    margin: float  # of the hinge loss, in the unit of the costs
    epochs: int  # after which regrets hardly fall


def paths(seed):
    train, test = 1000, 1000
    features, costs = pyepo.data.shortestpath.genData(train + test, FEATURES, (5, 5), DEGREE, NOISE, seed)
    model = shortestPathModel((5, 5))
    return Problem("shortest path, 5 x 5", "path-decisions", model, features, costs, np.array(model.arcs), train, 1,
                   0.3, 10)


def knapsacks(seed):
    train, test, capacity = 200, 300, 20
    weights, features, costs = pyepo.data.knapsack.genData(train + test, FEATURES, 32, 1, DEGREE, NOISE, seed)
    whole = np.rint(weights * 100).astype(np.int64)  # CP-SAT and ours count in whole numbers
    model = knapsackCpModel(whole, [capacity * 100])
    return Problem("knapsack, 32 items", "knapsack-decisions", model, features, costs,
                   np.append(whole[0], capacity * 100), train, -1, 0.3, 30)


class SameNoise(pyepo.func.perturbedFenchelYoung):
    """PyEPO's loss at the noise that ours draws, in the place of its own, which it draws too: with three samples a
    regret differs by a tenth from one draw to another."""

    def _perturb(self, cp, noises):
        return super()._perturb(cp, self.noise)


def noise(draw, instances, costs):
    """[instances, samples, costs], as `PerturbedProblem` draws them: SplitMix64, and the method of Box and Muller."""
    count = SAMPLES * instances * costs
    with np.errstate(over="ignore"):
        mixed = np.uint64(draw) + np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        mixed = (mixed ^ mixed >> np.uint64(30)) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ mixed >> np.uint64(27)) * np.uint64(0x94D049BB133111EB)
    unit = ((mixed ^ mixed >> np.uint64(31)) >> np.uint64(40)).astype(np.float32) * np.float32(2**-24)
    radius, angle = np.sqrt(-2 * np.log1p(-unit[0::2])), np.float32(2 * np.pi) * unit[1::2]
    normal = np.stack([radius * np.cos(angle), radius * np.sin(angle)], 1)
    return torch.from_numpy(normal.reshape(SAMPLES, instances, costs).transpose(1, 0, 2).copy())


def trained_by_pyepo(problem, loss, model, orders, data, test):
    """After each epoch its seconds and the regret."""
    if loss == "SPO+":
        function = pyepo.func.SPOPlus(problem.model, processes=1)
    else:
        function = SameNoise(problem.model, n_samples=SAMPLES, sigma=SIGMA, processes=1)
    optimizer = torch.optim.Adam(model.parameters(), lr=RATE)
    for epoch, order in enumerate(orders, 1):
        noises = [problem.sign * noise((epoch << 32) + first, len(order[first:first + BATCH]), problem.costs.shape[1])
                  for first in range(0, len(order), BATCH)]
        start = time.process_time()
        for x, c, w, z in torch.utils.data.DataLoader(data, BATCH, sampler=order.tolist()):
            predicted, function.noise = model(x), noises.pop(0)
            value = function(predicted, c, w, z) if loss == "SPO+" else function(predicted, w)
            optimizer.zero_grad()
            value.backward()
            optimizer.step()
        seconds = time.process_time() - start
        yield seconds, regret(model, problem.model, test)


def trained_by_us(problem, loss, solutions, start, orders, kernels):
    """After each epoch its seconds, the regret and the parameters. The job's first epoch, which is part of getting it
    ready, is not timed."""
    inputs = [problem.features.astype(np.float32), problem.sign * problem.costs.astype(np.float32)]
    arrays = [part[:problem.train] for part in inputs] + [solutions] + [part[problem.train:] for part in inputs] + [
        problem.sign * start, orders, np.array([LOSSES.index(loss), BATCH, SAMPLES, RATE, SIGMA, problem.margin]),
        problem.structure]
    job = kernels.prepare(problem.kind, arrays, 1)
    for epoch in range(len(orders)):
        seconds = job.seconds(1, of_processor=True) if epoch else None
        (value,), parameters = job.results(2)
        yield seconds, value, problem.sign * parameters
    job.discard()


def linear_model(problem, seed):
    torch.manual_seed(seed)
    return torch.nn.Linear(FEATURES, problem.costs.shape[1])


def flat(model):
    return torch.cat([part.detach().reshape(-1) for part in (model.weight, model.bias)]).numpy().copy()


def assign(model, parameters):
    values = torch.from_numpy(parameters)
    with torch.no_grad():
        model.weight.copy_(values[:model.weight.numel()].reshape(model.weight.shape))
        model.bias.copy_(values[model.weight.numel():])


def measure(problem, seed, epochs, kernels):
    """Rows, one for each loss and side."""
    data, held = (pyepo.data.dataset.optDataset(problem.model, problem.features[part], problem.costs[part])
                  for part in (slice(problem.train), slice(problem.train, None)))
    test = torch.utils.data.DataLoader(held, BATCH)
    rng = np.random.default_rng(seed)
    orders = np.stack([rng.permutation(problem.train) for _ in range(epochs)])
    for loss in LOSSES:
        model = linear_model(problem, seed)
        start = flat(model)
        common = dict(problem=problem.name, loss=loss, seed=seed, start=regret(model, problem.model, test))
        ours = trained_by_us(problem, loss, data.sols.numpy(), start, orders, kernels)
        theirs = trained_by_pyepo(problem, loss, model, orders, data, test) if loss != "hinge" else ()
        sides = {"ours": [], "PyEPO": []}
        for _ in range(epochs):  # in turn
            sides["ours"].append(next(ours))
            if theirs:
                sides["PyEPO"].append(next(theirs))
        check(problem, sides["ours"][-1], test)
        for side, found in sides.items():
            if found:
                seconds = [row[0] for row in found if row[0] is not None]
                yield common | dict(side=side, seconds=summary(seconds), regrets=[float(row[1]) for row in found])


def check(problem, last, test):
    """PyEPO's metric must find our regret for our parameters, but for ties."""
    model = linear_model(problem, 0)
    assign(model, last[2])
    theirs = regret(model, problem.model, test)
    if abs(theirs - last[1]) > 1e-3 * max(abs(theirs), 0.01):
        raise AssertionError(f"{problem.name}: PyEPO finds a regret of {theirs} where ours is {last[1]}")


def table(rows):
    """Means over the seeds: the regret after the last epoch, and how many times faster an epoch is."""
    yield ""
    yield f"{'problem':22s} {'loss':24s} {'side':6s} {'regret':>8s} {'of start':>9s} {'s an epoch':>11s}  times faster"
    for problem in dict.fromkeys(row["problem"] for row in rows):
        found = {}
        for loss in LOSSES:
            for side in ("ours", "PyEPO"):
                some = [row for row in rows if (row["problem"], row["loss"], row["side"]) == (problem, loss, side)]
                if some:
                    found[loss, side] = [np.mean(part) for part in zip(*(
                        (row["regrets"][-1], row["start"], row["seconds"]["median"]) for row in some))]
        for (loss, side), (last, start, seconds) in found.items():
            theirs = found.get((loss, "PyEPO"))
            faster = f"{theirs[2] / seconds:10.1f}" if theirs and side == "ours" else ""
            yield f"{problem:22s} {loss:24s} {side:6s} {last:8.4f} {start:9.4f} {seconds:11.2g}  {faster}"
        best = {side: min(values[0] for (_, of), values in found.items() if of == side) for side in ("ours", "PyEPO")}
        yield f"{problem:22s} best regret: ours {best['ours']:.4f}, PyEPO's {best['PyEPO']:.4f}: " + (
            "within 1 %" if best["ours"] <= 1.01 * best["PyEPO"] else "NOT within 1 %")


def draw(path, rows):
    """Mean regret by epoch, a panel for each problem; SVG and PNG."""
    problems = list(dict.fromkeys(row["problem"] for row in rows))
    with tempfile.TemporaryDirectory() as folder:
        panels = []
        for problem in problems:
            curves = []
            for loss in LOSSES:
                for side in ("ours", "PyEPO"):
                    some = [[row["start"]] + row["regrets"] for row in rows
                            if (row["problem"], row["loss"], row["side"]) == (problem, loss, side)]
                    if some:
                        np.savetxt(f"{folder}/{len(panels)}-{len(curves)}", np.mean(some, 0))
                        style = f"lc {LOSSES.index(loss) + 1} " + ("lw 2" if side == "ours" else "lw 2 dt 2 pt 6")
                        curves.append(f"'{len(panels)}-{len(curves)}' using 0:1 with linespoints {style} "
                                      f"title '{loss}, {side}'")
            panels.append(f"set title '{problem}'\nplot " + ", ".join(curves))
        for terminal, kind in (("svg noenhanced background 'white'", "svg"), ("pngcairo noenhanced", "png")):
            script = (f"set terminal {terminal} size 1100,420 font 'DejaVu Sans,11'\n"
                      f"set output '{Path(path).resolve().with_suffix(f'.{kind}')}'\nset multiplot layout 1,2\n"
                      "set logscale y\nset xlabel 'epochs'\nset ylabel 'normalized regret of test data'\nset grid\n")
            Path(folder, "script").write_text(script + "\n".join(panels) + "\n")
            subprocess.run(["gnuplot", "script"], cwd=folder, check=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--seed", type=int, help="the first; by default another in every run")
    parser.add_argument("--epochs", type=int, help="by default 10 for paths and 30 for knapsacks")
    parser.add_argument("--json", default=str(RESULTS))
    options = parser.parse_args()
    first = secrets.randbelow(2**31) if options.seed is None else options.seed
    torch.set_num_threads(1)
    print(f"seeds from {first}")
    rows = []
    with Kernels() as kernels:
        for seed in range(first, first + options.seeds):
            for make in (paths, knapsacks):
                problem = make(seed)
                for row in measure(problem, seed, options.epochs or problem.epochs, kernels):
                    rows.append(row)
                    print(f"{row['problem']:22s} {row['loss']:24s} {row['side']:6s} seed {seed}: regret "
                          f"{row['regrets'][-1]:.4f}, {report.seconds(row['seconds']['median'])} an epoch", flush=True)
        head = {"machine": report.machine(), "instructionSet": kernels.instruction_set, "packages": report.versions()}
    Path(options.json).write_text(json.dumps(head | {"rows": report.rounded(rows)}, indent=1) + "\n")
    draw(options.json, rows)
    print(*table(rows), sep="\n")


if __name__ == "__main__":
    main()
