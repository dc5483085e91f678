"""Linear assignment: batches of small problems, and single large ones."""
import numpy as np

from alternation import Contest, Peer
from families import FAMILIES, TRACKER_FAMILIES, batch

BATCH_SIZES = (4, 8, 16, 32, 64, 128)
SINGLE_SIZES = (256, 512, 1024, 2048, 4096)
TRACKER_SIZES = (50, 300, 500, 1000, 2000)
# lapx: every routine that takes a dense square matrix, by the form of what it returns.
LAPX_VECTOR = ("lapjv",)
LAPX_PAIR = ("lapjvx", "lapjvc", "lapjvs", "lapjvr", "lapjvh")
LAPX_BATCH = ("lapjvx_batch", "lapjvs_batch", "lapjvr_batch", "lapjvh_batch")


def values(costs, columns):
    """The value of each problem, matched costs added up in double."""
    columns = np.asarray(columns)[..., None].astype(np.int64)
    return np.take_along_axis(costs[:len(columns)], columns, 2).sum((1, 2), dtype=np.float64)


def one_by_one(name, solve, costs, share=1.0):
    """A peer that is called for each problem; `solve` returns the column of each row."""
    part = costs[:max(1, int(len(costs) * share))]
    return Peer(name, lambda: [solve(problem) for problem in part],
                lambda columns: [values(costs, np.stack(columns))], share)


def scipy_peers(costs, threads):
    from scipy.optimize import linear_sum_assignment
    return [] if threads > 1 else [
        one_by_one("scipy", lambda problem: linear_sum_assignment(problem)[1], costs)]


def lapx_peers(costs, threads):
    import lap

    def batched(name):
        solve = getattr(lap, name)
        return Peer(f"lapx.{name}", lambda: solve(costs, return_cost=False, n_threads=threads)[1],
                    lambda columns: [values(costs, np.stack(columns))])

    def single(name, place):
        solve = getattr(lap, name)
        return one_by_one(f"lapx.{name}", lambda problem: solve(problem, return_cost=False)[place], costs)

    singles = [single(name, 0) for name in LAPX_VECTOR] + [single(name, 1) for name in LAPX_PAIR]
    if costs.shape[1] > 1024:  # the fastest of them at 256 to 1,024, in every family
        singles = [single(name, 1) for name in ("lapjvr", "lapjvh")]
    return (singles if threads == 1 else []) + ([batched(name) for name in LAPX_BATCH] if len(costs) > 1 else [])


def pot_peers(costs, threads):
    import ot
    size = costs.shape[1]
    weights = np.full(size, 1.0 / size)
    # POT computes in double: it is given doubles, so that no conversion is timed.
    exact = costs.astype(np.float64)

    def solve(problem):
        return ot.emd(weights, weights, problem, numItermax=10_000_000).argmax(1)

    part = exact[:max(1, len(exact) // 8)]
    return [] if threads > 1 else [
        Peer("pot.emd", lambda: [solve(problem) for problem in part],
             lambda columns: [values(exact, np.stack(columns))], len(part) / len(exact))]


def ortools_peers(costs, threads):
    """OR-Tools takes integers: the costs are rounded to 2^-20 of the largest."""
    from ortools.graph.python import linear_sum_assignment
    if threads > 1 or len(costs) > 1:
        return []
    size = costs.shape[1]
    step = costs.max() / 2**20
    rows, columns = (pair.ravel() for pair in np.indices((size, size), dtype=np.int32))

    def solve(problem):
        assignment = linear_sum_assignment.SimpleLinearSumAssignment()
        assignment.add_arcs_with_cost(rows, columns, np.rint(problem / step).astype(np.int64).ravel())
        assignment.solve()
        return np.array([assignment.right_mate(row) for row in range(size)])

    peer = one_by_one("ortools", solve, costs)
    peer.tolerance = 1e-3
    return [peer]


def torch_linear_assignment_peers(costs, threads):
    import torch
    from torch_linear_assignment import batch_linear_assignment
    tensor = torch.from_numpy(costs)
    return [] if threads > 1 else [
        Peer("torch-linear-assignment", lambda: batch_linear_assignment(tensor),
             lambda columns: [values(costs, columns.numpy())])]


def highs_peers(costs, threads):
    """The assignment polytope as a linear program: one model, whose costs change; a cold start each time,
    which is faster here than from the last basis."""
    import highspy
    count, size = len(costs), costs.shape[1]
    if threads > 1 or size > 128:
        return []
    part = costs[:max(1, count // (64 if size <= 32 else 128))].astype(np.float64).reshape(-1, size * size)
    model, columns = assignment_program(size), np.arange(size * size, dtype=np.int32)

    def solve(problem):
        model.changeColsCost(len(columns), columns, problem)
        model.clearSolver()
        model.run()
        solution = model.getSolution()
        return np.asarray(solution.col_value), solution.row_dual

    return [Peer("highs LP", lambda: [solve(problem)[0] for problem in part],
                 lambda solutions: [(np.stack(solutions) * part).sum(1)], len(part) / count)]


def assignment_program(size):
    """A HiGHS model without costs: dual simplex, one thread. Presolve, which finds nothing here, is off."""
    import highspy
    program = highspy.HighsLp()
    pairs = np.arange(size * size, dtype=np.int32)
    program.num_col_, program.num_row_ = len(pairs), 2 * size
    program.col_cost_, program.col_lower_ = np.zeros(len(pairs)), np.zeros(len(pairs))
    program.col_upper_ = np.full(len(pairs), highspy.kHighsInf)
    program.row_lower_ = program.row_upper_ = np.ones(2 * size)
    program.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    program.a_matrix_.start_ = np.arange(len(pairs) + 1, dtype=np.int32) * 2
    program.a_matrix_.index_ = np.stack([pairs // size, size + pairs % size], 1).ravel()
    program.a_matrix_.value_ = np.ones(2 * len(pairs))
    model = highspy.Highs()
    for option, value in (("output_flag", False), ("threads", 1), ("solver", "simplex"), ("presolve", "off")):
        model.setOptionValue(option, value)
    model.passModel(program)
    return model


PEERS = {"scipy": scipy_peers, "lapx": lapx_peers, "pot": pot_peers,
         "ortools": ortools_peers, "torch-linear-assignment": torch_linear_assignment_peers,
         "highs": highs_peers}


def contests(packages, quick, thread_counts):
    """One contest for each family, shape and number of threads, if any of the packages takes part."""
    families = ("bag-1",) if quick else FAMILIES
    sizes = (8, 16, 32) if quick else BATCH_SIZES
    for threads in thread_counts:
        for size in sizes:
            count = 1024 if size <= 32 else 256
            for family in families:
                yield lambda family=family, size=size, count=count, threads=threads: contest(
                    "assignment, batches", packages, family, count, size, threads, np.float32)
    if not quick and 1 in thread_counts:
        for size in SINGLE_SIZES:
            for family in FAMILIES:
                yield lambda family=family, size=size: contest(
                    "assignment, single", packages, family, 1, size, 1, np.float64)
        for size in TRACKER_SIZES:
            for family in TRACKER_FAMILIES:
                yield lambda family=family, size=size: contest(
                    "assignment, trackers", [package for package in packages if package in ("scipy", "lapx")],
                    family, 1, size, 1, np.float64)


def contest(group, packages, family, count, size, threads, dtype):
    costs = batch(family, count, size, size, dtype=dtype)
    peers = [peer for package in packages if package in PEERS and not is_slow(package, family, size)
             for peer in PEERS[package](costs, threads)]
    type_name = "float" if dtype == np.float32 else "double"
    kind = "trackers" if family in TRACKER_FAMILIES else "assignment"
    return Contest(f"{kind}/{family}/{count}x{size}x{size}/{type_name}", group, threads, count,
                   "assignment", [costs], peers, fewest_rounds=3 if size > 1024 else 5)


def is_slow(package, family, size):
    """Half a minute and more: at 4,096 products are left to POT, the fastest at 2,048, and all else is not."""
    return size > 2048 and (package != "pot" if family == "product" else package in ("pot", "ortools"))
