"""Flows in general networks, and cuts of grids by PyMaxflow.

Peers' graphs are ready made before they are timed, but for PyMaxflow, whose graphs can be solved once.
Ours and OR-Tools give the flow besides the value; igraph is asked for the value alone. OR-Tools takes whole numbers: real
capacities are rounded to 2^-30.
"""
import numpy as np

import flows
from alternation import Peer


def maximum_flow_problem(family, nodes, rng):
    """Tails, heads, capacities from 1 to 100, whole but for families that are called real, the source and the sink,
    which are the last two nodes."""
    if family == "one-way":
        return one_way_network(int(np.sqrt(nodes)), rng)
    if family == "projects":
        return project_network(nodes, rng)
    family, is_real = family.removesuffix("-real"), family.endswith("-real")
    layer = np.full(nodes, -1)
    if family == "layered":  # as many layers as a layer has nodes, each node with arcs to four of the next
        width = int(np.sqrt(nodes))
        layer = np.arange(nodes) // width
        tails = np.repeat(np.arange(nodes - width), 4)
        heads = (layer[tails] + 1) * width + rng.integers(0, width, len(tails))
    elif family == "grid":
        return grid_network(int(np.sqrt(nodes)), rng)
    elif family == "hubs":  # each node to three earlier ones, the likelier the more arcs they have, and back
        tails, heads = attached(nodes, 3, rng)
    elif family == "bipartite":  # a matching: each node of a half with arcs to five of the other
        layer = np.arange(nodes) // (nodes // 2)
        tails = np.repeat(np.arange(nodes // 2), 5)
        heads = rng.integers(nodes // 2, nodes, len(tails))
    else:
        tails, heads = rng.integers(0, nodes, (2, 10 * nodes))
    first, last = (np.flatnonzero(layer == layer.min()), np.flatnonzero(layer == layer.max())) \
        if layer[0] == 0 else rng.permutation(nodes)[:nodes // 10].reshape(2, -1)
    tails = np.concatenate([tails, np.full(len(first), nodes), last])
    heads = np.concatenate([heads, first, np.full(len(last), nodes + 1)])
    capacities = rng.uniform(1, 100, len(tails)) if is_real else rng.integers(1, 101, len(tails))
    capacities[-len(first) - len(last):] *= 10
    if family == "bipartite":
        capacities[:] = 1
    return tails.astype(np.int32), heads.astype(np.int32), capacities, nodes, nodes + 1


def grid_network(side, rng):
    """Four neighbors, from the left column to the right."""
    tails, heads, capacities = flows.graph_of(flows.costs_of("columns", 1, side, int(rng.integers(2**31)))[0])
    return tails, heads, capacities.astype(np.int64), side * side, side * side + 1


def one_way_network(side, rng):
    """A grid with arcs to the right and down, from its first corner to its last."""
    nodes = side * side
    cell = np.append(np.roll(np.arange(nodes - 1), 1), nodes - 1).reshape(side, side)
    tails = np.concatenate([cell[:, :-1].ravel(), cell[:-1].ravel()])
    heads = np.concatenate([cell[:, 1:].ravel(), cell[1:].ravel()])
    return tails.astype(np.int32), heads.astype(np.int32), rng.integers(1, 101, len(tails)), nodes - 2, nodes - 1


def project_network(nodes, rng):
    """Which projects to choose: each has a gain, from the source, or a price, to the sink, and needs up to three of the
    next fifty. J. Picard, Management Science 22 (1976), doi:10.1287/mnsc.22.11.1268."""
    gains = rng.integers(1, 101, nodes) * rng.choice([-1, 1], nodes)
    needing = np.repeat(np.arange(nodes), 3)
    needed = needing + rng.integers(1, 51, len(needing))
    exists = needed < nodes
    needing, needed = needing[exists], needed[exists]
    tails = np.concatenate([np.where(gains > 0, nodes, np.arange(nodes)), needing])
    heads = np.concatenate([np.where(gains > 0, np.arange(nodes), nodes + 1), needed])
    capacities = np.concatenate([abs(gains), np.full(len(needing), abs(gains).sum())])
    return tails.astype(np.int32), heads.astype(np.int32), capacities, nodes, nodes + 1


def attached(nodes, arcs, rng):
    """A network that has grown: tails and heads of arcs both ways."""
    ends = list(range(arcs))
    for node in range(arcs, nodes):
        chosen = [ends[place] for place in rng.integers(0, len(ends), arcs)]
        ends += [end for other in chosen for end in (node, other)]
    pairs = np.array(ends[arcs:]).reshape(-1, 2)
    return np.concatenate([pairs[:, 0], pairs[:, 1]]), np.concatenate([pairs[:, 1], pairs[:, 0]])


def minimum_cost_problem(family, nodes, rng):
    """Tails, heads, costs 1 to 100, capacities and supplies, which some flow meets."""
    if family == "grid":
        side = int(np.sqrt(nodes))
        cell = np.arange(side * side).reshape(side, side)
        pairs = np.concatenate([np.stack([part.ravel() for part in sides], 1) for sides in (
            (cell[:, :-1], cell[:, 1:]), (cell[:-1], cell[1:]), (cell[:, 1:], cell[:, :-1]), (cell[1:], cell[:-1]))])
    elif family == "bipartite":
        half = nodes // 2
        pairs = np.stack([part.ravel() for part in np.indices((half, half))], 1) + [0, half]
    else:
        pairs = rng.integers(0, nodes, (10 * nodes, 2))
    tails, heads = pairs.T.astype(np.int32)
    capacities = rng.integers(1, 51, len(tails))
    flow = np.where(rng.random(len(tails)) < 0.1, rng.integers(0, capacities + 1), 0)
    supplies = np.bincount(tails, flow, nodes) - np.bincount(heads, flow, nodes)
    return tails, heads, rng.integers(1, 101, len(tails)), capacities, supplies.astype(np.int64)


def arc_arrays(numbers, tails, heads):
    """What `Benchmarks serve` wants of arcs: their numbers and their ends."""
    return [numbers.astype(np.float64), np.stack([tails, heads], 1)]


def ortools_maximum_flow(tails, heads, capacities, source, sink):
    from ortools.graph.python import max_flow
    scale = 1 if capacities.dtype == np.int64 else 2**30
    solver = max_flow.SimpleMaxFlow()
    solver.add_arcs_with_capacity(tails, heads, np.rint(capacities * scale).astype(np.int64))

    def solve():
        if solver.solve(source, sink) != solver.OPTIMAL:
            raise RuntimeError("OR-Tools found no maximum flow")
        return solver.optimal_flow()

    return Peer("ortools SimpleMaxFlow", solve, lambda value: [value / scale],
                tolerance=None if scale == 1 else 1e-7)


def scipy_maximum_flow(tails, heads, capacities, source, sink):
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import maximum_flow
    graph = csr_matrix((capacities.astype(np.int32), (tails, heads)), (sink + 1, sink + 1))
    return Peer("scipy maximum_flow", lambda: maximum_flow(graph, source, sink).flow_value)


def igraph_maximum_flow(tails, heads, capacities, source, sink):
    import igraph
    graph = igraph.Graph(sink + 1, np.stack([tails, heads], 1).tolist(), directed=True)
    listed = capacities.tolist()
    return Peer("igraph maxflow_value", lambda: graph.maxflow_value(source, sink, capacity=listed))


def pymaxflow_maximum_flow(tails, heads, capacities, source, sink):
    """Boykov and Kolmogorov's method, for which arcs of the source and the sink are capacities of nodes."""
    import maxflow
    number, make = (np.int64, maxflow.GraphInt) if capacities.dtype == np.int64 else (np.float64, maxflow.GraphFloat)
    leaving, entering = tails == source, heads == sink
    inner = ~(leaving | entering | (heads == source) | (tails == sink))
    from_source = np.bincount(heads[leaving], capacities[leaving], source).astype(number)
    to_sink = np.bincount(tails[entering], capacities[entering], source).astype(number)
    arcs = [part[inner] for part in (tails, heads, capacities)] + [np.zeros(inner.sum(), number)]

    def solve():
        graph = make(source, inner.sum())
        nodes = graph.add_grid_nodes(source)
        graph.add_edges(*arcs)
        graph.add_grid_tedges(nodes, from_source, to_sink)
        return graph.maxflow()

    return Peer("PyMaxflow", solve)


MAXIMUM_FLOW_PEERS = {"ortools": ortools_maximum_flow, "scipy": scipy_maximum_flow, "igraph": igraph_maximum_flow,
                      "pymaxflow": pymaxflow_maximum_flow}


def ortools_minimum_cost_flow(tails, heads, costs, capacities, supplies):
    from ortools.graph.python import min_cost_flow
    solver = min_cost_flow.SimpleMinCostFlow()
    solver.add_arcs_with_capacity_and_unit_cost(tails, heads, capacities, costs)
    solver.set_nodes_supplies(np.arange(len(supplies), dtype=np.int32), supplies)

    def solve():
        if solver.solve() != solver.OPTIMAL:
            raise RuntimeError("OR-Tools found no optimum")
        return solver.optimal_cost()

    return Peer("ortools SimpleMinCostFlow", solve)


def pymaxflow_grid(costs):
    """Cuts of whole-number grids [batch, 6, size, size], as flows.py has them."""
    import maxflow
    directions = [np.zeros((3, 3), np.int64) for _ in range(4)]
    for direction, place in zip(directions, ((1, 2), (2, 1), (1, 0), (0, 1))):
        direction[place] = 1

    def solve(grid):
        graph = maxflow.GraphInt()
        nodes = graph.add_grid_nodes(grid.shape[1:])
        for weights, structure in zip(grid[2:], directions):
            graph.add_grid_edges(nodes, weights, structure)
        graph.add_grid_tedges(nodes, grid[0], grid[1])
        return graph.maxflow()

    return Peer("PyMaxflow", lambda: [solve(grid) for grid in costs], lambda values: [np.array(values)])
