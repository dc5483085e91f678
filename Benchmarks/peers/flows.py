"""Maximum flows and minimum cuts of grids with four neighbors; flows through graphs, in networks.py.

Ours gives the value and the cut, which is what a loss needs. OR-Tools and SciPy give the flow too, and have
no way to leave it out; igraph is asked for the value alone. The time to make a graph object counts for OR-Tools,
whose arcs cannot change their capacities all at once, and not for the others. libmaxflow is Boykov and Kolmogorov's
own code, if Debian's libmaxflow-dev and g++ are installed. `agreement` is hundreds of small random grids, with ties.
"""
import ctypes
import shutil
import subprocess
import tempfile
from pathlib import Path

import numpy as np

import networks
from alternation import Contest, Peer

GROUP = "minimum cut of a grid"
HEADER = Path("/usr/include/maxflow-3.0/maxflow.h")


def contests(packages, quick, thread_counts):
    for family in ("columns", "segmentation"):
        for size in (32,) if quick else (32, 128):
            yield lambda family=family, size=size: contest(packages, family, size)
    yield lambda: agreement(packages)
    yield from networks.contests(packages, quick)


def costs_of(family, batch, size, seed=7):
    """Whole numbers [batch, 6, size, size]."""
    rng = np.random.default_rng(seed)
    costs = rng.integers(1, 101, (batch, 6, size, size))
    costs[:, :2] = 0
    if family == "columns":
        costs[:, 0, :, 0] = costs[:, 1, :, -1] = 10**6
    else:
        pull = rng.integers(-250, 251, (batch, size, size))
        costs[:, 0], costs[:, 1] = np.maximum(pull, 0), np.maximum(-pull, 0)
    return costs


def graph_of(costs):
    """Tails, heads and capacities of one grid; the last two nodes are source and sink."""
    size = costs.shape[1]
    cell = np.arange(size * size).reshape(size, size)
    source, sink = np.full_like(cell, size * size), np.full_like(cell, size * size + 1)
    parts = [(source, cell, costs[0]), (cell, sink, costs[1]),
             (cell[:, :-1], cell[:, 1:], costs[2][:, :-1]), (cell[:-1], cell[1:], costs[3][:-1]),
             (cell[:, 1:], cell[:, :-1], costs[4][:, 1:]), (cell[1:], cell[:-1], costs[5][1:])]
    tails, heads, capacities = (np.concatenate([part[k].ravel() for part in parts]).astype(np.int32) for k in range(3))
    kept = capacities > 0
    return tails[kept], heads[kept], capacities[kept]


def contest(packages, family, size):
    costs = costs_of(family, 1, size)
    return Contest(f"grid-cut/{family}/1x{size}x{size}/double", GROUP, 1, 1, "grid-cut", [costs.astype(np.float64)],
                   [make(costs) for name, make in PEERS.items() if name in packages and name != "networkx"
                    and (name != "libmaxflow" or can_build())])


def agreement(packages):
    costs = np.concatenate([np.minimum(costs_of(family, 200, 8, seed), limit) for seed, (family, limit) in enumerate(
        [("columns", 3), ("columns", 100), ("segmentation", 3), ("segmentation", 250)])])
    return Contest("grid-cut/agreement/800x8x8/double", GROUP + ", 800 small ones", 1, len(costs), "grid-cut",
                   [costs.astype(np.float64)],
                   [make(costs) for name, make in PEERS.items() if name in packages
                    and (name != "libmaxflow" or can_build())], tolerance=0)


def scipy_peer(costs):
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import maximum_flow
    nodes = costs[0, 0].size + 2
    graphs = [csr_matrix((capacities, (tails, heads)), (nodes, nodes))
              for tails, heads, capacities in map(graph_of, costs)]
    return Peer("scipy maximum_flow", lambda: [maximum_flow(graph, nodes - 2, nodes - 1) for graph in graphs],
                lambda flows: [np.array([flow.flow_value for flow in flows])])


def ortools_peer(costs):
    from ortools.graph.python import max_flow
    nodes = costs[0, 0].size + 2
    graphs = [graph_of(grid) for grid in costs]

    def solve(graph):
        solver = max_flow.SimpleMaxFlow()
        arcs = solver.add_arcs_with_capacity(*graph)
        solver.solve(nodes - 2, nodes - 1)
        return solver.optimal_flow(), solver.flows(arcs)

    return Peer("ortools SimpleMaxFlow", lambda: [solve(graph) for graph in graphs],
                lambda found: [np.array([value for value, _ in found])])


def igraph_peer(costs):
    import igraph
    nodes = costs[0, 0].size + 2
    graphs = []
    for tails, heads, capacities in map(graph_of, costs):
        graph = igraph.Graph(nodes, list(zip(tails.tolist(), heads.tolist())), directed=True)
        graphs.append((graph, capacities.tolist()))
    return Peer("igraph maxflow_value",
                lambda: [graph.maxflow_value(nodes - 2, nodes - 1, capacity=capacities) for graph, capacities in graphs],
                lambda values: [np.array(values)])


def networkx_peer(costs):
    import networkx
    nodes = costs[0, 0].size + 2
    graphs = []
    for tails, heads, capacities in map(graph_of, costs):
        graph = networkx.DiGraph()
        graph.add_nodes_from((nodes - 2, nodes - 1))
        graph.add_edges_from((t, h, {"capacity": c}) for t, h, c in zip(tails.tolist(), heads.tolist(), capacities.tolist()))
        graphs.append(graph)
    return Peer("networkx preflow_push",
                lambda: [networkx.maximum_flow_value(graph, nodes - 2, nodes - 1) for graph in graphs],
                lambda values: [np.array(values)])


def can_build():
    return HEADER.exists() and shutil.which("g++") is not None


def libmaxflow_peer(costs):
    folder = tempfile.mkdtemp()
    library = f"{folder}/boykov_kolmogorov.so"
    subprocess.run(["g++", "-O2", "-shared", "-fPIC", f"-I{HEADER.parent}", "-o", library,
                    str(Path(__file__).with_name("boykov_kolmogorov.cpp")), "-lmaxflow"], check=True)
    solve = ctypes.CDLL(library).cut_grids
    shutil.rmtree(folder)
    whole, values = np.ascontiguousarray(costs, dtype=np.int32), np.empty(len(costs))
    pointers = [array.ctypes.data_as(ctypes.c_void_p) for array in (whole, values)]
    batch, _, rows, columns = costs.shape
    return Peer("libmaxflow (Boykov, Kolmogorov)",
                lambda: solve(pointers[0], batch, rows, columns, pointers[1]), lambda _: [values])


PEERS = {"scipy": scipy_peer, "ortools": ortools_peer, "igraph": igraph_peer, "networkx": networkx_peer,
         "libmaxflow": libmaxflow_peer}
