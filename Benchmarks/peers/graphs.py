"""Shortest paths over grids of cells that cost, and spanning trees: SciPy's csgraph, igraph, NetworkX, OR-Tools, rustworkx.

Peers get their graphs ready made and are timed on finding the path or the tree alone; ours reads the costs
each time. A peer that does one problem at a time solves a part of the batch.
"""
import numpy as np

from alternation import Contest, Peer

PACKAGES = ("scipy", "igraph", "networkx", "ortools", "rustworkx")
GRID_GROUP = "shortest path over a grid"
TREE_GROUP = "spanning tree"
SHARE = 1 / 8  # of a batch of 64: what peers solve


def contests(packages, quick, thread_counts):
    packages = [name for name in PACKAGES if name in packages]
    if not packages or 1 not in thread_counts:
        return
    for neighbors in (8,) if quick else (8, 4):
        for side in (12, 64):
            yield lambda side=side, n=neighbors: grid_contest(packages, 64, side, n)
            if not quick:
                yield lambda side=side, n=neighbors: grid_contest(packages, 1, side, n)
    for side in (128,) if quick else (12, 64, 128):
        yield lambda side=side: tree_contest(packages, side)


def grid_arcs(side, neighbors):
    """Tails and heads: an arc costs the cell that it enters."""
    i, j = np.mgrid[:side, :side]
    steps = [(0, 1), (1, 0), (0, -1), (-1, 0), (1, 1), (1, -1), (-1, -1), (-1, 1)][:neighbors]
    tails, heads = [], []
    for down, right in steps:
        inside = (0 <= i + down) & (i + down < side) & (0 <= j + right) & (j + right < side)
        tails.append((i * side + j)[inside])
        heads.append(((i + down) * side + j + right)[inside])
    return np.concatenate(tails), np.concatenate(heads)


def grid_contest(packages, batch, side, neighbors):
    costs = np.random.default_rng(5).uniform(0.8, 9.2, (batch, side, side)).astype(np.float32)
    tails, heads = grid_arcs(side, neighbors)
    share = SHARE if batch > 1 else 1
    problems = [problem.ravel().astype(np.float64) for problem in costs[:max(1, int(batch * share))]]
    peers = []
    for package in packages:
        solvers = [PATHS[package](side * side, tails, heads, problem[heads]) for problem in problems]
        peers.append(Peer(
            package, lambda solvers=solvers: [solve() for solve in solvers],
            lambda paths, problems=problems: [np.array([p[path].sum() for p, path in zip(problems, paths)])],
            share))
    name = f"grid-path/{batch}x{side}x{side}, {neighbors} neighbors"
    return Contest(name, GRID_GROUP, 1, batch, "grid-path", [costs, np.array([neighbors])], peers)


def scipy_path(nodes, tails, heads, costs):
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import dijkstra
    matrix = csr_matrix((costs, (tails, heads)), (nodes, nodes))

    def solve():
        _, before = dijkstra(matrix, indices=0, return_predecessors=True)
        path = [nodes - 1]
        while path[-1] != 0:
            path.append(before[path[-1]])
        return path

    return solve


def igraph_path(nodes, tails, heads, costs):
    import igraph
    graph = igraph.Graph(nodes, list(zip(tails.tolist(), heads.tolist())), directed=True)
    weights = costs.tolist()
    return lambda: graph.get_shortest_path(0, nodes - 1, weights=weights)


def networkx_path(nodes, tails, heads, costs):
    import networkx
    graph = networkx.DiGraph()
    graph.add_weighted_edges_from(zip(tails.tolist(), heads.tolist(), costs.tolist()))
    return lambda: networkx.dijkstra_path(graph, 0, nodes - 1)


def ortools_path(nodes, tails, heads, costs):
    """OR-Tools' shortest paths take a function; its min-cost flow takes arrays: a unit of flow, whole costs."""
    from ortools.graph.python import min_cost_flow
    whole = np.round(costs * 2 ** 20).astype(np.int64)
    supplies = np.zeros(nodes, np.int64)
    supplies[0], supplies[-1] = 1, -1

    def solve():
        flow = min_cost_flow.SimpleMinCostFlow()
        arcs = flow.add_arcs_with_capacity_and_unit_cost(tails, heads, np.ones(len(tails), np.int64), whole)
        flow.set_nodes_supplies(np.arange(nodes), supplies)
        flow.solve()
        used = np.flatnonzero(flow.flows(arcs))
        return np.concatenate([[0], heads[used]])  # the cells of the path, in the order of arcs

    return solve


def rustworkx_path(nodes, tails, heads, costs):
    import rustworkx
    graph = rustworkx.PyDiGraph()
    graph.add_nodes_from(range(nodes))
    graph.add_edges_from(list(zip(tails.tolist(), heads.tolist(), costs.tolist())))
    return lambda: rustworkx.dijkstra_shortest_paths(graph, 0, target=nodes - 1, weight_fn=float)[nodes - 1]


PATHS = {"scipy": scipy_path, "igraph": igraph_path, "networkx": networkx_path, "ortools": ortools_path,
         "rustworkx": rustworkx_path}


def tree_contest(packages, side):
    node = np.arange(side * side).reshape(side, side)
    ends = np.concatenate([np.stack([node[:, :-1].ravel(), node[:, 1:].ravel()], 1),
                           np.stack([node[:-1].ravel(), node[1:].ravel()], 1)])
    costs = np.random.default_rng(6).random(len(ends)) + 1e-3
    peers = [Peer(package, *TREES[package](side * side, ends, costs)) for package in packages if package in TREES]
    return Contest(f"spanning-tree/{side}x{side}", TREE_GROUP, 1, 1, "spanning-tree", [costs, ends], peers)


def scipy_tree(nodes, ends, costs):
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import minimum_spanning_tree
    matrix = csr_matrix((costs, (ends[:, 0], ends[:, 1])), (nodes, nodes))
    return lambda: minimum_spanning_tree(matrix), lambda tree: [np.array([tree.sum()])]


def igraph_tree(nodes, ends, costs):
    import igraph
    graph = igraph.Graph(nodes, ends.tolist())
    weights = costs.tolist()
    return (lambda: graph.spanning_tree(weights=weights, return_tree=False),
            lambda edges: [np.array([costs[edges].sum()])])


def networkx_tree(nodes, ends, costs):
    import networkx
    graph = networkx.Graph()
    graph.add_weighted_edges_from((int(a), int(b), float(c)) for (a, b), c in zip(ends, costs))
    return (lambda: list(networkx.minimum_spanning_edges(graph, data=True)),
            lambda edges: [np.array([sum(data["weight"] for _, _, data in edges)])])


def rustworkx_tree(nodes, ends, costs):
    import rustworkx
    graph = rustworkx.PyGraph()
    graph.add_nodes_from(range(nodes))
    graph.add_edges_from([(int(a), int(b), float(c)) for (a, b), c in zip(ends, costs)])
    return (lambda: rustworkx.minimum_spanning_edges(graph, weight_fn=float),
            lambda edges: [np.array([sum(weight for _, _, weight in edges)])])


TREES = {"scipy": scipy_tree, "igraph": igraph_tree, "networkx": networkx_tree, "rustworkx": rustworkx_tree}


def agreement(kernels, instances=100):
    """Values of random graphs beside NetworkX and SciPy; a line that says how many agreed, or an AssertionError."""
    import networkx
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import bellman_ford, minimum_spanning_tree
    rng = np.random.default_rng(11)
    for number in range(instances):
        nodes = int(rng.integers(2, 40))
        # A way to every node first, so that all problems have a solution; no two arcs between the same nodes.
        arcs = {(int(rng.integers(0, head)), head) for head in range(1, nodes)}
        arcs |= {(int(a), int(b)) for a, b in rng.integers(0, nodes, (3 * nodes, 2)) if a != b}
        ends = np.array(sorted(arcs))
        levels = rng.normal(size=nodes) * (number % 2)  # every second with negative costs, but no such cycle
        costs = rng.random(len(ends)) + levels[ends[:, 0]] - levels[ends[:, 1]]
        graph = networkx.DiGraph()
        graph.add_weighted_edges_from((int(a), int(b), float(c)) for (a, b), c in zip(ends, costs))
        pair = np.array([0, nodes - 1])
        matrix = csr_matrix((costs, (ends[:, 0], ends[:, 1])), (nodes, nodes))
        same(kernels, "shortest-path", [costs, ends, pair], [
            networkx.bellman_ford_path_length(graph, 0, nodes - 1), bellman_ford(matrix, indices=0)[nodes - 1]])
        branching = networkx.minimum_spanning_arborescence(graph_below(graph, 0))
        same(kernels, "arborescence", [costs, ends, np.array([0])], [branching.size("weight")])
        single = {(min(a, b), max(a, b)): abs(c) + 0.1 for (a, b), c in zip(ends.tolist(), costs)}
        edges, weights = np.array(list(single)), np.array(list(single.values()))
        undirected = networkx.Graph()
        undirected.add_weighted_edges_from((int(a), int(b), float(c)) for (a, b), c in zip(edges, weights))
        forest = minimum_spanning_tree(csr_matrix((weights, (edges[:, 0], edges[:, 1])), (nodes, nodes)))
        same(kernels, "spanning-tree", [weights, edges], [
            networkx.minimum_spanning_tree(undirected).size("weight"), forest.sum()])
        side, neighbors = int(rng.integers(2, 15)), (4, 8)[number % 2]
        cells = rng.integers(1, 9, (1, side, side)).astype(np.float32)
        tails, heads = grid_arcs(side, neighbors)
        path = networkx_path(side * side, tails, heads, cells.ravel()[heads].astype(np.float64))()
        same(kernels, "grid-path", [cells, np.array([neighbors])], [cells.ravel()[path].sum()])
    return f"NetworkX and SciPy agree on {instances} random graphs each: paths, trees, arborescences, grids"


def graph_below(graph, root):
    """Without the arcs into the root, so that it is the root of every arborescence."""
    below = graph.copy()
    below.remove_edges_from(list(graph.in_edges(root)))
    return below


def same(kernels, problem, arrays, theirs):
    job = kernels.prepare(problem, arrays, 1)
    ours = job.results(1)[0][0]
    job.discard()
    for value in theirs:
        if not abs(ours - value) <= 1e-9 * max(1, abs(value)):
            raise AssertionError(f"{problem}: our value is {ours}, another package's {value}")
