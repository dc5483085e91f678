"""Optimal transport: batches of random instances for agreement, and single large ones."""
import numpy as np

from alternation import Contest, Peer

SIZES = (100, 500, 2000)
FAMILIES = ("uniform", "clouds")
MARGINALS = ("equal", "random")
COST_SCALE, MASS_SCALE = 10**6, 10**6  # OR-Tools counts both in whole numbers
MOST_ITERATIONS = 100_000_000


def problem(family, marginals, size, rng, columns=None):
    """Costs [size, columns], supply and demand, float64."""
    columns = columns or size
    if family == "uniform":
        costs = rng.random((size, columns))
    elif family == "integers":
        costs = rng.integers(0, 10, (size, columns)).astype(np.float64)
    else:
        start, end = rng.random((size, 1, 2)), rng.random((1, columns, 2))
        costs = ((start - end) ** 2).sum(-1)
    if marginals == "equal":
        return costs, np.full(size, 1 / size), np.full(columns, 1 / columns)
    supply, demand = rng.random(size) + 0.01, rng.random(columns) + 0.01
    return costs, supply / supply.sum(), demand / demand.sum()


def pot_peers(problems):
    import ot
    return [Peer("pot.emd", lambda: [ot.emd2(a, b, c, numItermax=MOST_ITERATIONS) for c, a, b in problems],
                 lambda values: [np.array(values)])]


def ortools_peers(problems):
    """Minimum-cost flow on whole numbers: rounded costs and masses, so less exact; building is timed, as
    every call has new costs."""
    from ortools.graph.python import min_cost_flow
    if len(problems) > 1 or problems[0][0].size > 500 * 500:
        return []

    def solve(costs, supply, demand):
        rows, columns = costs.shape
        flow = min_cost_flow.SimpleMinCostFlow()
        masses = [np.rint(part * MASS_SCALE).astype(np.int64) for part in (supply, demand)]
        masses[1][masses[1].argmax()] += masses[0].sum() - masses[1].sum()
        tails = np.repeat(np.arange(rows, dtype=np.int32), columns)
        heads = rows + np.tile(np.arange(columns, dtype=np.int32), rows)
        flow.add_arcs_with_capacity_and_unit_cost(
            tails, heads, np.full(costs.size, MASS_SCALE, np.int64), np.rint(costs * COST_SCALE).astype(np.int64).ravel())
        flow.set_nodes_supplies(np.arange(rows + columns, dtype=np.int32), np.concatenate([masses[0], -masses[1]]))
        if flow.solve() != flow.OPTIMAL:
            raise RuntimeError("OR-Tools found no optimum")
        return flow.optimal_cost() / COST_SCALE / MASS_SCALE

    return [Peer("ortools.min_cost_flow", lambda: [solve(*part) for part in problems],
                 lambda values: [np.array(values)], tolerance=1e-3)]


def scipy_peers(problems):
    """The linear program; with equal marginals the assignment, which SciPy solves faster."""
    from scipy.optimize import linear_sum_assignment
    costs, supply, demand = problems[0]
    if len(problems) > 1 or np.ptp(supply) > 0 or np.ptp(demand) > 0:
        return []
    return [Peer("scipy.linear_sum_assignment",
                 lambda: [c[linear_sum_assignment(c)].mean() for c, _, _ in problems],
                 lambda values: [np.array(values)])]


def sinkhorn(costs, supply, demand, temperature):
    """POT in the log domain. It stops at a Euclidean distance of 1e-6 of the column sums, looked at every tenth time."""
    import ot
    return ot.sinkhorn(supply, demand, costs, temperature, method="sinkhorn_log", stopThr=1e-6, numItermax=100_000)


PEERS = {"pot": pot_peers, "ortools": ortools_peers, "scipy": scipy_peers}


def contests(packages, quick, thread_counts):
    """Single large problems, and hundreds of small ones whose values must agree."""
    if 1 not in thread_counts:
        return
    for family in FAMILIES + ("integers",):
        for shape in ((7, 7), (13, 29), (40, 40)):
            yield lambda family=family, shape=shape: contest(packages, family, "random", 100, *shape)
    for family in FAMILIES:
        for marginals in MARGINALS:
            for size in SIZES[:1] if quick else SIZES:
                yield lambda family=family, marginals=marginals, size=size: contest(
                    packages, family, marginals, 1, size, size)
    for family in FAMILIES:
        for size in SIZES[:1] if quick else SIZES[:2]:
            yield lambda family=family, size=size: entropic(packages, family, size)


def stacked(problems):
    return [np.stack(parts) for parts in zip(*problems)]


def contest(packages, family, marginals, count, rows, columns):
    rng = np.random.default_rng(1)
    problems = [problem(family, marginals, rows, rng, columns) for _ in range(count)]
    peers = [peer for package in packages if package in PEERS for peer in PEERS[package](problems)]
    return Contest(f"transport/{family}/{marginals}/{count}x{rows}x{columns}", "transport", 1, count, "transport",
                   stacked(problems), peers, tolerance=1e-9)


def entropic(packages, family, size):
    """Ours goes on until its column sums are as near as those that POT stops at, both added up."""
    if "pot" not in packages:
        return Contest(f"sinkhorn/{family}", "sinkhorn", 1, 1, "sinkhorn", [], [])
    costs, supply, demand = problem(family, "random", size, np.random.default_rng(1))
    temperature = 0.01
    error = abs(sinkhorn(costs, supply, demand, temperature).sum(0) - demand).sum()
    peer = Peer("pot.sinkhorn_log", lambda: sinkhorn(costs, supply, demand, temperature),
                lambda plan: [np.array([(plan * costs).sum()])])
    return Contest(f"sinkhorn/{family}/random/1x{size}x{size}", "sinkhorn", 1, 1, "sinkhorn",
                   stacked([(costs, supply, demand)]) + [np.array([temperature]), np.array([error])], [peer],
                   tolerance=1e-4)
