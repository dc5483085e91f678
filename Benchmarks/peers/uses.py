"""The benchmark of uses: problems as users have them, from a seed that changes with every run.

Groups have targets: what each cell should reach, and what their geometric mean should. A cell is a problem against the
fastest peer on it, on one thread and one instruction set. Times are the processor's, so that other work of the machine
counts for nothing. Every value is compared, and every cell that falls short is listed at the end.
"""
import math
import zlib
from dataclasses import replace

import numpy as np

import alignment
import bag_step
import flows
import lap_peers
import matching
import networks
import report
import training
import transport
import use_costs
from alternation import Contest

TRACKERS, SETS = "trackers, 0/1, small integers", "set prediction, odd and ragged bags"
BAGS, SINGLE = "bags of 4 and 8", "single, 1,000 to 6,000"
SPARSE, FLOW, CHEAPEST = "sparse assignment", "maximum flow, general", "minimum-cost flow"
CUTS, TRANSPORT, ALIGNMENT = "cuts of grids", "transport, 100 to 5,000", "alignment against numba"
LETTERS, STEP, LAYER = "alignment of letters", "bag-loss step", "bag-loss step against Moreau"
TRAINING = "training steps, kept pages"
TARGETS = {TRACKERS: (1, 2), SETS: (2, 4), BAGS: (4, 6), SINGLE: (1.2, 3), SPARSE: (1.5, 2), FLOW: (1, 1.5),
           CHEAPEST: (2, 4), CUTS: (1.3, 2), TRANSPORT: (2, 4), ALIGNMENT: (3, 5), LETTERS: (1, 1), STEP: (5, 7),
           LAYER: (1, 1), TRAINING: (1.1, 1.3)}  # of each cell, of the mean
NEAR = 3  # peers that take longer than so many times the fastest are timed once


def contests(packages, quick, seed, keeps_pages):
    """One function for each cell, which makes it. Training steps are those of a process that keeps its pages."""
    def random(name):
        return np.random.default_rng([seed, zlib.crc32(name.encode())])

    every = training_steps if keeps_pages else everything
    for group, name, make in every(packages, quick):
        yield name, lambda group=group, name=name, make=make: replace(
            make(name, random(name)), name=name, group=group, threads=1, processor=True, near=NEAR, fewest_rounds=3)


def everything(packages, quick):
    """Group, name and maker of each cell; a maker takes the name and NumPy's generator."""
    for cells in (trackers, sets, bags, singles, sparse, maximum_flows, minimum_cost_flows, cuts, transports,
                  alignments, bag_steps):
        yield from cells(packages, quick)


def assignment(packages, family, count, rows, columns, dtype):
    """A maker of `count` problems; `columns` may be a range, of which each problem has a number of its own."""
    def make(name, rng):
        def columns_of_one():
            return int(rng.integers(columns.start, columns.stop)) if isinstance(columns, range) else columns

        def rows_of_one(width):
            return width if rows is None else rows

        widths = [columns_of_one() for _ in range(count)]
        problems = [np.ascontiguousarray(use_costs.costs(family, rows_of_one(width), width, rng), dtype)
                    for width in widths]
        return Contest(name, "", 1, count, "assignment", lap_peers.arrays(problems), lap_peers.peers(
            problems, packages), tolerance=1e-5 if dtype == np.float32 else 1e-9)

    return make


def trackers(packages, quick):
    def cell(family, rows, columns):
        shape = rows if family in ("overlaps", "motion") else f"{rows}x{columns}"  # as many as appear
        return TRACKERS, f"{family}/{shape}", assignment(packages, family, 1, rows, columns, np.float64)

    for size in (50, 500) if quick else (50, 300, 500, 1000, 2000):
        for family in ("gated", "gated-far", "overlaps", "motion"):
            yield cell(family, size, size)
    for size in () if quick else (300, 1200):
        yield cell("gated", size, 4 * size // 3)
        yield cell("gated-far", 4 * size // 3, size)
    for size in (500,) if quick else (500, 1000):
        for family in ("zeros-0.5", "zeros-1", "zeros-2", "ones-0.5", "ones-2"):
            yield cell(family, size, size)
    for size in (100, 700) if quick else (100, 700, 1500):
        for family in ("integers-99", "few-valued"):
            yield cell(family, size, size)


def sets(packages, quick):
    def cell(family, count, rows, columns):
        shown = f"{columns.start}..{columns.stop - 1}" if isinstance(columns, range) else columns
        return (SETS, f"{family}/{count}x{rows or shown}x{shown}",
                assignment(packages, family, count, rows, columns, np.float32))

    for rows, columns in ((100, 7), (100, 30), (300, 20), (900, 60), (100, range(1, 31))):
        yield cell("set-prediction", 16, rows, columns)
    for size in (5, 10, 24) if quick else (5, 6, 7, 10, 20, 24, 48, 96, 200):
        for family in ("bag-1",) if quick else ("uniform", "bag-1", "fashion"):
            if family != "fashion" or use_costs.FASHION.exists():
                yield cell(family, 1024 if size <= 24 else 12_288 // size, size, size)
    for family in ("uniform", "bag-1"):
        yield cell(family, 1024, None, range(4, 25))


def bags(packages, quick):
    for size in (4, 8):
        for family in ("bag-1",) if quick else ("uniform", "bag-1", "bag-5", "few-valued", "fashion"):
            if family != "fashion" or use_costs.FASHION.exists():
                yield (BAGS, f"{family}/1024x{size}x{size}",
                       assignment(packages, family, 1024, size, size, np.float32))


def singles(packages, quick):
    families = ("uniform", "geometric", "bag-1", "bag-5", "few-valued", "embeddings-128")
    sizes = {1000: families + ("product", "fashion"), 3000: families, 5000: ("geometric",), 6000: ("uniform",)}
    for size, families in {1000: families[:2]}.items() if quick else sizes.items():
        for family in families:
            if family != "fashion" or use_costs.FASHION.exists():
                yield (SINGLE, f"{family}/{size}x{size}",
                       assignment(packages, family, 1, size, size, np.float64))


def sparse(packages, quick):
    def make(family, rows, degree):
        def contest(name, rng):
            return matching.sparse_contest(packages, family, rows, degree, rng)
        return SPARSE, f"sparse/{family}/{rows}x{rows}, {degree} a row", contest

    for rows, degree in ((1024, 16),) if quick else ((1024, 16), (4096, 16), (16_384, 8), (5000, 50)):
        for family in ("uniform", "few-valued"):
            yield make(family, rows, degree)


def maximum_flows(packages, quick):
    def make(family, nodes):
        def contest(name, rng):
            problem = networks.maximum_flow_problem(family, nodes, rng)
            tails, heads, capacities, source, sink = problem
            return Contest(name, "", 1, 1, "maximum-flow",
                           networks.arc_arrays(capacities, tails, heads) + [np.array([source, sink])],
                           [peer(*problem) for package, peer in networks.MAXIMUM_FLOW_PEERS.items()
                            if package in packages and (package != "scipy" or capacities.dtype == np.int64)],
                           tolerance=1e-9)
        return FLOW, f"maximum-flow/{family}/{nodes}", contest

    quickest = (("random", 2000), ("layered", 2500), ("hubs", 5000))
    for family, nodes in quickest if quick else quickest + (
            ("random", 20_000), ("layered", 40_000), ("grid", 10_000), ("hubs", 20_000),
            ("bipartite", 20_000), ("one-way", 900), ("one-way", 10_000), ("projects", 5000),
            ("random-real", 2000), ("layered-real", 2500), ("hubs-real", 5000)):
        yield make(family, nodes)


def minimum_cost_flows(packages, quick):
    def make(family, nodes):
        def contest(name, rng):
            problem = networks.minimum_cost_problem(family, nodes, rng)
            tails, heads, costs, capacities, supplies = problem
            peers = [networks.ortools_minimum_cost_flow(*problem)] if "ortools" in packages else []
            return Contest(name, "", 1, 1, "minimum-cost-flow", networks.arc_arrays(costs, tails, heads) + [
                capacities.astype(np.float64), supplies.astype(np.float64)], peers, tolerance=1e-9)
        return CHEAPEST, f"minimum-cost-flow/{family}/{nodes}", contest

    quickest = (("grid", 1024), ("random", 1000))
    for family, nodes in quickest if quick else quickest + (("grid", 10_000), ("random", 5000), ("bipartite", 400)):
        yield make(family, nodes)


def cuts(packages, quick):
    def make(family, size):
        def contest(name, rng):
            costs = flows.costs_of(family, 1, size, int(rng.integers(2**31)))
            slow = ("networkx",) if size < 512 else ("networkx", "scipy", "igraph")  # minutes
            peers = [peer(costs) for package, peer in flows.PEERS.items() if package in packages
                     and package not in slow and (package != "libmaxflow" or flows.can_build())]
            peers += [networks.pymaxflow_grid(costs)] if "pymaxflow" in packages else []
            return Contest(name, "", 1, 1, "grid-cut", [costs.astype(np.float64)], peers, tolerance=1e-9)
        return CUTS, f"grid-cut/{family}/{size}x{size}", contest

    for family in ("columns", "segmentation"):
        for size in (32,) if quick else (32, 128, 512):
            yield make(family, size)


def transports(packages, quick):
    def make(family, marginals, size):
        def contest(name, rng):
            problems = [transport.problem(family, marginals, size, rng)]
            return Contest(name, "", 1, 1, "transport", transport.stacked(problems),
                           transport.pot_peers(problems) if "pot" in packages else [], tolerance=1e-9)
        return TRANSPORT, f"transport/{family}/{marginals}/{size}x{size}", contest

    for size in (100,) if quick else (100, 500, 2000, 5000):
        for family in transport.FAMILIES:
            for marginals in ("random",) if size == 5000 else transport.MARGINALS:
                yield make(family, marginals, size)


def alignments(packages, quick):
    def make(group, kind, batch, rows, columns, peers):
        def contest(name, rng):
            if kind == "logits":  # of states over tokens, as speech and text have them
                logits = 2 * rng.standard_normal((batch, rows, columns))
                costs = np.log(np.exp(logits).sum(-1, keepdims=True)) - logits
            else:
                costs = -np.log(rng.random((batch, rows, columns)) + 1e-6)
            costs = costs.astype(np.float32)
            return Contest(name, "", 1, batch, "alignment", [costs], peers(costs, rng))
        return group, f"alignment/{kind}/{batch}x{rows}x{columns}", contest

    if "numba" in packages:
        for kind in ("exponential", "logits"):
            for shape in ((16, 16), (64, 64)) if quick else ((16, 16), (24, 40), (32, 32), (64, 64), (128, 128)):
                yield make(ALIGNMENT, kind, 128, *shape, lambda costs, _: [alignment.numba_peer(costs, 1)])
            for size in () if quick else (512, 2048):
                yield make(ALIGNMENT, kind, 1, size, size, lambda costs, _: [alignment.numba_peer(costs, 1)])

    def letters(family, size):
        def contest(name, rng):
            problem = alignment.letter_problem(family, size, rng)
            return Contest(name, "", 1, 1, "letter-alignment", alignment.arrays(*problem),
                           alignment.letter_peers(packages, *problem))
        return LETTERS, f"letters/{family}/{size}", contest

    if {"parasail", "edlib"} <= set(packages):
        for family in ("bases",) if quick else alignment.LETTERS:
            for size in (512,) if quick else (512, 2048, 10_000) if family.endswith("copies") else (512, 2048):
                yield letters(family, size)


def bag_steps(packages, quick):
    if "torch" not in packages:
        return

    def step(group, name, size, rivals, logits_of=bag_step.random_logits):
        rivals = [package for package in packages if package in rivals]
        return group, name, lambda _, rng: bag_step.contest(rivals, size, 1, *logits_of(size, rng))

    for size in (8, 24) if quick else (4, 7, 8, 12, 16, 20, 24, 32):
        yield step(STEP, f"bag-loss/64x{size}x100", size, ("lapx", "scipy"))
    for size in (8, 24) if use_costs.FASHION.exists() and not quick else ():
        yield step(STEP, f"bag-loss/fashion/64x{size}x10", size, ("lapx", "scipy"), use_costs.fashion_logits)
    for size in (8,) if quick else (8, 32):
        yield step(LAYER, f"bag-loss-layer/64x{size}x100", size, ("moreau",))


def training_steps(packages, quick):
    if "torch" not in packages:
        return
    for name in ("resnet20",) if quick else training.NETWORKS:
        yield TRAINING, f"training/{name}", lambda cell, rng, name=name: training.images(
            name, 1, int(rng.integers(2**31)))
    for name in () if quick else ("lstm", "gru"):
        yield TRAINING, f"training/{name}", lambda cell, rng, name=name: training.sequences(
            name, 1, int(rng.integers(2**31)))


def reached(rows):
    """For each group and instruction set what was reached of its targets."""
    found = []
    cells = report.best_rows(rows, "case", "instructionSet")
    for group, (of_each, of_mean) in TARGETS.items():
        for instruction_set in sorted({cell["instructionSet"] for cell in cells if cell["group"] == group}):
            ratios = {cell["case"]: cell["ratio"]["median"] for cell in cells
                      if (cell["group"], cell["instructionSet"]) == (group, instruction_set)}
            where = min(ratios, key=ratios.get)
            found.append(dict(
                group=group, instructionSet=instruction_set, cells=len(ratios), targetOfEach=of_each,
                target=of_mean, mean=math.exp(sum(map(math.log, ratios.values())) / len(ratios)),
                least=ratios[where], where=where))
    return found


def short(rows):
    """Cells in which a peer is first, or that are under their target, the worst first."""
    cells = [cell | {"target": max(1, TARGETS[cell["group"]][0])}
             for cell in report.best_rows(rows, "case", "instructionSet")]
    return sorted((cell for cell in cells if cell["ratio"]["median"] < cell["target"]),
                  key=lambda cell: cell["ratio"]["median"] / cell["target"])


def lines(rows):
    """The table by group, and last that of every cell that falls short."""
    yield ""
    yield (f"{'group':38s} {'set':7s} {'cells':>5s}  {'target of each':>14s} {'least':>6s}  {'of the mean':>11s} "
           f"{'mean':>6s}  least cell")
    for entry in reached(rows):
        missed = entry["mean"] < entry["target"] or entry["least"] < entry["targetOfEach"]
        yield (f"{entry['group']:38s} {entry['instructionSet']:7s} {entry['cells']:5d}  {entry['targetOfEach']:14g} "
               f"{entry['least']:6.2f}  {entry['target']:11g} {entry['mean']:6.2f}  {entry['where']}"
               f"{'  MISSED' if missed else ''}")
    cells = short(rows)
    yield ""
    yield f"{len(cells)} cells in which we are not first or under the target{':' if cells else ''}"
    if cells:
        yield (f"{'cell':44s} {'set':7s} {'target':>6s} {'reached':>7s}  {'ours':>8s} {'peer':>8s}  fastest peer")
    for cell in cells:
        ours, theirs = (report.seconds(cell[side]["median"])
                        for side in ("ourSecondsPerInstance", "peerSecondsPerInstance"))
        yield (f"{cell['case']:44s} {cell['instructionSet']:7s} {cell['target']:6g} {cell['ratio']['median']:7.2f}  "
               f"{ours:>8s} {theirs:>8s}  {cell['peer']}{'' if cell['ratio']['median'] >= 1 else '  NOT FIRST'}")
