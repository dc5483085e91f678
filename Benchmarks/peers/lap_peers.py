"""Assignment by other packages, for costs of any shape: square, wide, tall, and ragged batches.

lapx has several routines, and laprust and lapcpp are its authors' newest; what takes batches is given whole ones.
"""
import importlib

import numpy as np

from alternation import Peer

LAPX_PAIRS = ("lapjvx", "lapjvc", "lapjvs", "lapjvr", "lapjvh")
FASTEST_OF_LARGE, LARGE = ("lapjvr", "lapjvh"), 2500  # the others are far behind at half that size
LAPX_BATCHES = ("lapjvx_batch", "lapjvs_batch", "lapjvr_batch", "lapjvh_batch")
LESS_EXACT = ("lapx.lapjvs", "lapx.lapjvs_batch")  # which compute in single precision


def values(problems, pairs):
    """The value of each problem, matched costs added up in double."""
    return [np.array([problem[rows, columns].sum(dtype=np.float64)
                      for problem, (rows, columns) in zip(problems, pairs)])]


def one_by_one(name, solve, problems):
    """A peer that is called for each problem, and returns rows and columns."""
    return Peer(name, lambda: [solve(problem) for problem in problems], lambda pairs: values(problems, pairs),
                tolerance=1e-4 if name in LESS_EXACT else None)


def whole_batch(name, solve, problems, **options):
    """A peer that is called once; it returns a list of rows and one of columns."""
    stacked = np.stack(problems)
    return Peer(name, lambda: solve(stacked, return_cost=False, n_threads=1, **options),
                lambda found: values(problems, zip(*found)), tolerance=1e-4 if name in LESS_EXACT else None)


def peers(problems, packages):
    """Peers for a list of matrices, each of which is contiguous."""
    shapes = {problem.shape for problem in problems}
    is_batch = len(problems) > 1 and len(shapes) == 1
    extended = {} if all(rows == columns for rows, columns in shapes) else {"extend_cost": True}
    found = []
    if "scipy" in packages:
        from scipy.optimize import linear_sum_assignment
        found.append(one_by_one("scipy", linear_sum_assignment, problems))
    if "lapx" in packages:
        found += lapx_peers(problems, is_batch, extended)
    for name in (name for name in ("laprust", "lapcpp") if name in packages):
        module = importlib.import_module(name)
        found.append(one_by_one(f"{name}.lapjv", lambda problem, solve=module.lapjv: solve(
            problem, return_cost=False, **extended), problems))
        if is_batch:
            found.append(whole_batch(f"{name}.lapjv_batch", module.lapjv_batch, problems, **extended))
    return found


def lapx_peers(problems, is_batch, extended):
    import lap

    def lapjv(problem):
        columns = lap.lapjv(problem, return_cost=False, **extended)[0]
        return np.flatnonzero(columns >= 0), columns[columns >= 0]

    is_large = max(map(len, problems)) > LARGE
    found = [] if is_large else [one_by_one("lapx.lapjv", lapjv, problems)]
    for name in FASTEST_OF_LARGE if is_large else LAPX_PAIRS:
        solve, options = getattr(lap, name), {} if name == "lapjvc" else extended  # lapjvc takes any shape
        found.append(one_by_one(f"lapx.{name}", lambda problem, solve=solve, options=options: solve(
            problem, return_cost=False, **options), problems))
    if is_batch:
        found += [whole_batch(f"lapx.{name}", getattr(lap, name), problems, **extended) for name in LAPX_BATCHES]
    return found


def arrays(problems):
    """What `Benchmarks serve` wants: the costs, and if shapes differ how much each problem uses of its padded ones."""
    rows, columns = np.array([problem.shape for problem in problems]).T
    padded = np.zeros((len(problems), rows.max(), columns.max()), problems[0].dtype)
    for target, problem in zip(padded, problems):
        target[:problem.shape[0], :problem.shape[1]] = problem
    return [padded] if np.ptp(rows) == np.ptp(columns) == 0 else [padded, rows, columns]
