"""Maximum flows and minimum-cost flows through graphs, beside OR-Tools.

Instances come from a seed that changes with every run and is printed; NETWORKS_SEED=1 draws those of seed 1 again.
OR-Tools gets its graph ready made and is timed on `solve` alone, of which making a graph of another form is a part;
ours is timed with all that a user calls: the solution, its flow, its cut and the arrays they are in. OR-Tools takes
whole capacities: real ones are rounded to multiples of 2^-30 for it.
"""
import os
import secrets

import numpy as np

from alternation import Contest, Peer

MAXIMUM, CHEAPEST = "maximum flow", "minimum-cost flow"
SEED = int(os.environ.get("NETWORKS_SEED", secrets.randbelow(2 ** 31)))


def contests(packages, quick):
    if "ortools" not in packages:
        return
    print(f"networks: seed {SEED}", flush=True)
    for number, (name, draw) in enumerate(FLOWS.items()):
        for kind in ("int",) if quick or name in OF_ONES else ("int", "real"):
            yield lambda name=name, draw=draw, kind=kind, n=number: flow_contest(name, draw, kind, n)
    for number, (name, draw) in enumerate(PRICED.items()):
        yield lambda name=name, draw=draw, n=number: priced_contest(name, draw, n)


def flow_contest(name, draw, kind, number):
    rng = np.random.default_rng([SEED, number])
    source, sink, tails, heads, capacities = draw(rng, lambda count: (
        rng.integers(1, 101, count).astype(np.float64) if kind == "int" else 100 * rng.random(count)))
    ends = np.stack([tails, heads], 1)
    return Contest(f"maximum-flow/{name}/{kind}", MAXIMUM, 1, 1, "maximum-flow",
                   [capacities, ends, np.array([source, sink])], [maximum_peer(source, sink, tails, heads, capacities)])


def maximum_peer(source, sink, tails, heads, capacities):
    from ortools.graph.python import max_flow
    finite = np.isfinite(capacities)
    unit = 1.0 if (capacities[finite] % 1 == 0).all() else 2.0 ** -30
    whole = np.rint(np.where(finite, capacities, 2 * capacities[finite].sum()) / unit).astype(np.int64)
    solver = max_flow.SimpleMaxFlow()
    solver.add_arcs_with_capacity(tails.astype(np.int32), heads.astype(np.int32), whole)
    return Peer("ortools SimpleMaxFlow", lambda: solver.solve(source, sink),
                lambda _: [np.array([solver.optimal_flow() * unit])])


def priced_contest(name, draw, number):
    tails, heads, costs, capacities, supplies = draw(np.random.default_rng([SEED, 100 + number]))
    ends = np.stack([tails, heads], 1)
    arrays = [costs.astype(np.float64), ends, capacities.astype(np.float64), supplies.astype(np.float64)]
    return Contest(f"minimum-cost-flow/{name}/int", CHEAPEST, 1, 1, "minimum-cost-flow", arrays,
                   [priced_peer(tails, heads, costs, capacities, supplies)])


def priced_peer(tails, heads, costs, capacities, supplies):
    from ortools.graph.python import min_cost_flow
    solver = min_cost_flow.SimpleMinCostFlow()
    solver.add_arcs_with_capacity_and_unit_cost(tails.astype(np.int32), heads.astype(np.int32), capacities, costs)
    solver.set_nodes_supplies(np.arange(len(supplies), dtype=np.int32), supplies)
    return Peer("ortools SimpleMinCostFlow", solver.solve, lambda _: [np.array([float(solver.optimal_cost())])])


# Graphs: source, sink, tails, heads, capacities; `numbers` draws so many of the kind of capacities.

def random_graph(nodes, arcs):
    return lambda rng, numbers: (0, nodes - 1, rng.integers(0, nodes, arcs), rng.integers(0, nodes, arcs), numbers(arcs))


def layered(layers, width, arcs):
    def draw(rng, numbers):
        inner, count = layers * width, arcs // (layers - 1)
        layer = np.repeat(np.arange(layers - 1), count) * width
        tails, heads = layer + rng.integers(0, width, len(layer)), layer + width + rng.integers(0, width, len(layer))
        return between_all(inner, tails, heads, numbers(len(layer)), np.arange(width), inner - width + np.arange(width),
                           np.full(width, 1e6), np.full(width, 1e6))
    return draw


def between_all(inner, tails, heads, capacities, first, last, entering, leaving):
    """With a source before some nodes and a sink behind others."""
    source, sink = inner, inner + 1
    return (source, sink, np.concatenate([np.full(len(first), source), tails, last]),
            np.concatenate([first, heads, np.full(len(last), sink)]), np.concatenate([entering, capacities, leaving]))


def square_arcs(side):
    cell = np.arange(side * side).reshape(side, side)
    pairs = [(a.ravel(), b.ravel()) for a, b in ((cell[:, :-1], cell[:, 1:]), (cell[:-1], cell[1:]))]
    return (np.concatenate([x for a, b in pairs for x in (a, b)]), np.concatenate([x for a, b in pairs for x in (b, a)]))


def columns(side):
    def draw(_, numbers):
        tails, heads = square_arcs(side)
        edge = side * np.arange(side)
        return between_all(side * side, tails, heads, numbers(len(tails)), edge, edge + side - 1, np.full(side, 1e6),
                           np.full(side, 1e6))
    return draw


def pulls(side):
    def draw(rng, numbers):
        tails, heads = square_arcs(side)
        pull = 2.5 * numbers(side * side) // 1 * rng.choice([-1, 1], side * side)
        first, last = np.flatnonzero(pull > 0), np.flatnonzero(pull < 0)
        return between_all(side * side, tails, heads, numbers(len(tails)), first, last, pull[first], -pull[last])
    return draw


def hubs(nodes, each):
    """Preferential attachment; arcs in either direction."""
    def draw(rng, numbers):
        ends, pairs = list(range(each)), []
        for new in range(each, nodes):
            olds = [ends[place] for place in rng.integers(0, len(ends), each)]
            pairs += [(new, old) for old in olds]
            ends += olds + [new]
        pairs = np.array(pairs)
        turned = rng.random(len(pairs)) < 0.5
        tails, heads = np.where(turned, pairs[:, 1], pairs[:, 0]), np.where(turned, pairs[:, 0], pairs[:, 1])
        return nodes - 1, nodes - 2, tails, heads, numbers(len(pairs))
    return draw


def chain(nodes, reach):
    def draw(_, numbers):
        node = np.arange(nodes)
        pairs = [(node[:-step], node[step:]) for step in range(1, reach + 1)]
        tails = np.concatenate([x for a, b in pairs for x in (a, b)])
        heads = np.concatenate([x for a, b in pairs for x in (b, a)])
        return 0, nodes - 1, tails, heads, numbers(len(tails))
    return draw


def two_sides(count, each, projects=False):
    """People and tasks, a unit each; or projects that need tools, which cost."""
    def draw(rng, numbers):
        left, right = np.arange(count), count + np.arange(count)
        tails, heads = np.repeat(left, each), count + rng.integers(0, count, count * each)
        ones = np.ones(count)
        return between_all(2 * count, tails, heads, np.full(len(tails), np.inf if projects else 1.0), left, right,
                           numbers(count) if projects else ones, each / 2 * numbers(count) // 1 + 1 if projects else ones)
    return draw


FLOWS = {
    "random 2,000 nodes": random_graph(2_000, 20_000), "random 20,000 nodes": random_graph(20_000, 200_000),
    "layers 2,500 nodes": layered(50, 50, 40_000), "grid 100 x 100, columns": columns(100),
    "grid 100 x 100, pulls": pulls(100), "hubs 10,000 nodes": hubs(10_000, 8), "chain 20,000 nodes": chain(20_000, 3),
    "path 50,000 nodes": chain(50_000, 1), "projects 5,000": two_sides(5_000, 4, projects=True),
    "people 10,000, 5 tasks": two_sides(10_000, 5), "people 10,000, 2 tasks": two_sides(10_000, 2),
}
OF_ONES = ("people 10,000, 5 tasks", "people 10,000, 2 tasks")


# Networks: tails, heads, costs, capacities, supplies, all whole.

def random_network(nodes, arcs, most=None):
    """A circle that takes everything, and arcs between any nodes, which take up to `most`."""
    def draw(rng):
        node = np.arange(nodes)
        tails = np.concatenate([node, rng.integers(0, nodes, arcs - nodes)])
        heads = np.concatenate([(node + 1) % nodes, rng.integers(0, nodes, arcs - nodes)])
        capacities = np.full(arcs, 10 ** 9) if most is None else rng.integers(1, most, arcs)
        capacities[:nodes] = 10 ** 9
        return tails, heads, rng.integers(1, 1001, arcs), capacities, supplies(rng, nodes, 100)
    return draw


def supplies(rng, nodes, most):
    amounts = rng.integers(0, most + 1, nodes)
    return amounts - rng.permutation(amounts)


def square(side):
    def draw(rng):
        tails, heads = square_arcs(side)
        return tails, heads, rng.integers(1, 101, len(tails)), np.full(len(tails), 10 ** 9), supplies(rng, side * side, 20)
    return draw


PRICED = {
    "random 1,000 nodes": random_network(1_000, 8_000), "random 5,000 nodes": random_network(5_000, 40_000),
    "random 1,000 nodes, limits": random_network(1_000, 8_000, 50), "grid 32 x 32": square(32), "grid 64 x 64": square(64),
}
