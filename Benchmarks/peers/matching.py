"""Relatives of assignment: columns with capacities, sparse costs, prices of staying unmatched, the bottleneck.

Peers get what they take: expanded columns, CSR matrices and bins are made before they are timed.
"""
from itertools import permutations

import numpy as np

from alternation import Contest, Peer
from assignment import one_by_one
from families import batch, costs as family_costs
from graphs import same

SEMI_GROUP, SPARSE_GROUP = "semi-assignment", "assignment, sparse"
SEMI_FAMILIES = ("uniform", "bag-1", "geometric", "few-valued")
SEMI_SHAPES = ((256, 32, 4), (64, 128, 16), (1, 1024, 64))  # problems, rows, columns, all of them needed
SPARSE_SHAPES = ((1024, 16), (4096, 16), (16384, 8))  # rows, entries a row


def contests(packages, quick, thread_counts):
    if 1 not in thread_counts:
        return
    for family in SEMI_FAMILIES[:1] if quick else SEMI_FAMILIES:
        for shape in SEMI_SHAPES[:2] if quick else SEMI_SHAPES:
            yield lambda family=family, shape=shape: semi_contest(packages, family, *shape)
    for family in ("uniform", "few-valued"):
        for rows, degree in SPARSE_SHAPES[:1] if quick else SPARSE_SHAPES:
            yield lambda family=family, rows=rows, degree=degree: sparse_contest(packages, family, rows, degree)


def expanded(costs, capacities):
    """Every column as often as it has room."""
    return np.ascontiguousarray(np.repeat(costs, capacities, axis=-1))


def semi_contest(packages, family, count, rows, columns):
    costs = batch(family, count, rows, columns, dtype=np.float64)
    capacities = np.full(columns, rows // columns)
    copies = expanded(costs, capacities)
    peers = []
    if "scipy" in packages:
        from scipy.optimize import linear_sum_assignment
        peers.append(one_by_one("scipy.linear_sum_assignment, copied columns",
                                lambda problem: linear_sum_assignment(problem)[1], copies))
    if "lapx" in packages:
        import lap
        peers += [one_by_one(f"lapx.{name}, copied columns",
                             lambda problem, solve=getattr(lap, name), place=place: solve(problem, return_cost=False)[place],
                             copies) for name, place in (("lapjv", 0), ("lapjvr", 1))]
    return Contest(f"semi-assignment/{family}/{count}x{rows}x{columns}", SEMI_GROUP, 1, count, "semi-assignment",
                   [costs, capacities], peers, tolerance=1e-9)


def sparse_problem(family, rows, columns, degree, rng):
    """A CSR matrix with `degree` entries a row, one of them of a hidden matching, so that there is a solution."""
    from scipy.sparse import csr_matrix
    hidden = rng.permutation(columns)[:rows]
    pairs = np.concatenate([np.stack([np.arange(rows), hidden], 1), np.stack(
        [np.repeat(np.arange(rows), degree - 1), rng.integers(0, columns, rows * (degree - 1))], 1)])
    pairs = np.unique(pairs, axis=0)
    # SciPy takes no 0 for an entry, and lapmod counts in 1e-6ths: no cost is near them.
    costs = rng.random(len(pairs)) + 0.01 if family == "uniform" else rng.integers(1, 11, len(pairs)).astype(np.float64)
    return csr_matrix((costs, (pairs[:, 0], pairs[:, 1])), (rows, columns))


def sparse_arrays(matrix):
    return [matrix.data, matrix.indptr, matrix.indices, np.array([matrix.shape[1]])]


def sparse_contest(packages, family, rows, degree, rng=None):
    matrix = sparse_problem(family, rows, rows, degree, rng or np.random.default_rng(1))
    peers = []
    if "scipy" in packages:
        peers.append(Peer("scipy.min_weight_full_bipartite_matching", lambda: scipy_sparse(matrix),
                          lambda pairs: [np.array([value_of(matrix, *pairs)])]))
    if "lapx" in packages:
        peers.append(Peer("lapx.lapmod", lambda: lapx_sparse(matrix),
                          lambda columns: [np.array([value_of(matrix, np.arange(rows), columns)])]))
    return Contest(f"sparse-assignment/{family}/{rows}x{rows}, {degree} a row", SPARSE_GROUP, 1, 1,
                   "sparse-assignment", sparse_arrays(matrix), peers, tolerance=1e-9)


def scipy_sparse(matrix):
    from scipy.sparse.csgraph import min_weight_full_bipartite_matching
    return min_weight_full_bipartite_matching(matrix)


def lapx_sparse(matrix):
    import lap
    return lap.lapmod(matrix.shape[0], matrix.data, matrix.indptr, matrix.indices, return_cost=False)[0]


def value_of(matrix, rows, columns):
    return matrix[rows, columns].sum()


def agreement(kernels, instances=100):
    """Values of random problems beside SciPy, lapx and exhaustive search; a line that says how many agreed, or an
    AssertionError."""
    from scipy.optimize import linear_sum_assignment
    rng = np.random.default_rng(12)
    for number in range(instances):
        family = SEMI_FAMILIES[number % len(SEMI_FAMILIES)]
        rows, columns = (int(side) for side in rng.integers(1, 24, 2))
        costs = family_costs(family, rows, columns, rng)

        def assigned(matrix):
            return matrix[linear_sum_assignment(matrix)].sum()

        capacities = rng.integers(0, 4, columns)
        capacities[rng.integers(0, columns)] += max(0, rows - capacities.sum())
        same(kernels, "semi-assignment", [costs[None], capacities], [assigned(expanded(costs, capacities))])
        prices = [rng.normal(0.3, 0.5, side) for side in costs.shape]
        same(kernels, "priced-matching", [costs[None], *prices], [assigned(with_bins(costs, *prices))])
        same(kernels, "bottleneck-assignment", [costs[None]], [scipy_bottleneck(costs)])
        square = sparse_problem("uniform", rows, rows, 4, rng)
        same(kernels, "sparse-assignment", sparse_arrays(square), [
            value_of(square, *scipy_sparse(square)), value_of(square, np.arange(rows), lapx_sparse(square))])
        wide = sparse_problem("few-valued", rows, rows + columns, 4, rng)
        same(kernels, "sparse-assignment", sparse_arrays(wide), [value_of(wide, *scipy_sparse(wide))])
        small = costs[:5, :5]
        small = small if len(small) <= len(small.T) else small.T
        every = sorted(small[np.arange(len(small)), list(places)].sum()
                       for places in permutations(range(len(small.T)), len(small)))
        most = int(rng.integers(1, 30))
        same_list(kernels, "best-assignments", [small[None], np.array([most])], every[:most])
    return f"SciPy, lapx and exhaustive search agree on {instances} random matching problems of each kind"


def with_bins(costs, row_prices, column_prices):
    """A square problem: every row and every column has a bin of its own."""
    rows, columns = costs.shape
    square = np.full((rows + columns, rows + columns), 1e6)
    square[:rows, :columns] = costs
    square[np.arange(rows), columns + np.arange(rows)] = row_prices
    square[rows + np.arange(columns), np.arange(columns)] = column_prices
    square[rows:, columns:] = 0
    return square


def scipy_bottleneck(costs):
    """The least cost at which a matching of the cheaper pairs is complete, by bisection."""
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import maximum_bipartite_matching
    levels = np.unique(costs)
    low, high = 0, len(levels) - 1
    while low < high:
        middle = (low + high) // 2
        partners = maximum_bipartite_matching(csr_matrix(costs <= levels[middle]))
        low, high = (low, middle) if (partners >= 0).sum() == min(costs.shape) else (middle + 1, high)
    return levels[low]


def same_list(kernels, problem, arrays, theirs):
    job = kernels.prepare(problem, arrays, 1)
    ours = job.results(1)[0]
    job.discard()
    if len(ours) != len(theirs) or not np.allclose(ours, theirs, rtol=1e-9, atol=1e-9):
        raise AssertionError(f"{problem}: our values are {ours}, those of exhaustive search {theirs}")
