"""The whole loss of a training step on bags: from logits to the gradient of the mean optimal value."""
import numpy as np

from alternation import Contest, Peer

BAGS, CLASSES = 64, 100
BAG_SIZES = (4, 8, 12, 16, 24, 32)
LAMBDA = 20.0  # of interpolation
SMOOTHING = 1e-2  # of the quadratic term


def matching_by_scipy(costs):
    from scipy.optimize import linear_sum_assignment
    return np.stack([linear_sum_assignment(problem)[1] for problem in costs])


def matching_by_lapx(threads):
    import lap
    return lambda costs: np.stack(lap.lapjvr_batch(costs, return_cost=False, n_threads=threads)[1])


def smoothed_layer(size):
    """The assignment polytope with the quadratic term that makes its solution differentiable. Of the
    solvers and modes that this layer has, these were the fastest."""
    import cvxpy as cp
    from cvxpylayers.torch import CvxpyLayer
    costs, matching = cp.Parameter((size, size)), cp.Variable((size, size))
    goal = cp.sum(cp.multiply(costs, matching)) + SMOOTHING / 2 * cp.sum_squares(matching)
    rules = [matching >= 0, cp.sum(matching, 0) == 1, cp.sum(matching, 1) == 1]
    return CvxpyLayer(cp.Problem(cp.Minimize(goal), rules), parameters=[costs], variables=[matching],
                      solver_args={"solve_method": "Clarabel", "mode": "dense" if size <= 4 else "lsqr"})


def moreau_layer(size):
    """The same problem by Moreau, the fastest backend of cvxpylayers, called by itself: through cvxpylayers 1.2.0 with
    cvxpy 1.9.3 its solutions have entries of -60 and values far from the optimum, in less time."""
    import moreau
    import moreau.torch
    import torch
    from scipy.sparse import eye, kron, vstack
    ones, pairs = np.ones((1, size)), size * size
    rules = vstack([kron(eye(size), ones), kron(ones, eye(size)), -eye(pairs)]).tocsr()
    bounds = torch.from_numpy(np.r_[np.ones(2 * size), np.zeros(pairs)])
    places = [torch.arange(pairs + 1), torch.arange(pairs)] + [
        torch.from_numpy(part.astype(np.int64)) for part in (rules.indptr, rules.indices)]
    solver = moreau.torch.Solver(
        pairs, rules.shape[0], *places, cones=moreau.Cones(num_zero_cones=2 * size, num_nonneg_cones=pairs),
        settings=moreau.Settings(enable_grad=True, solver="ipm", device="cpu"))
    numbers = torch.full((pairs,), SMOOTHING, dtype=torch.float64), torch.from_numpy(rules.data)

    def layer(costs):
        goals = costs.reshape(len(costs), -1)
        solution = solver.solve(*numbers, goals, bounds.expand(len(costs), -1))
        return [solution.x.reshape(costs.shape)]

    return layer


def interpolation(match):
    """Vlastelica et al. 2020: a second run of the solver at the costs plus LAMBDA times the gradient by
    the solution."""
    import torch

    def solve(costs):
        columns = torch.from_numpy(match(costs).astype(np.int64))[:, :, None]
        return torch.zeros(costs.shape).scatter_(2, columns, 1.0)

    class Matching(torch.autograd.Function):
        @staticmethod
        def forward(context, costs):
            solution = solve(costs.numpy())
            context.save_for_backward(costs, solution)
            return solution

        @staticmethod
        def backward(context, gradient):
            costs, solution = context.saved_tensors
            return (solve((costs + LAMBDA * gradient).numpy()) - solution) / LAMBDA

    return Matching.apply


def contests(packages, quick, thread_counts):
    if "torch" not in packages or not {"scipy", "lapx", "cvxpylayers", "moreau"} & set(packages):
        return
    for threads in thread_counts:
        for size in (8, 32) if quick else BAG_SIZES:
            yield lambda size=size, threads=threads: contest(
                packages, size, threads, *random_logits(size, np.random.default_rng(1)))


def random_logits(size, rng):
    """Of bags in single precision, and labels."""
    return (rng.standard_normal((BAGS, size, CLASSES), dtype=np.float32),
            rng.integers(0, CLASSES, (BAGS, size)))


def contest(packages, size, threads, logits, labels):
    import torch
    import torch.nn.functional as F
    torch.set_num_threads(threads)

    def peer(name, values_of_costs, bags=BAGS, **options):
        x, y = torch.from_numpy(logits[:bags]).requires_grad_(), torch.from_numpy(labels[:bags])
        index = y[:, None, :].expand(bags, size, size)

        def run():
            x.grad = None
            values = values_of_costs(-F.log_softmax(x, -1).gather(2, index))
            values.mean().backward()
            return values

        def results(values):
            is_exact = "tolerance" not in options
            return [values.detach().numpy()] + ([x.grad.numpy()] if is_exact else [])
        return Peer(name, run, results, bags / BAGS, **options)

    def value(match):
        def values(costs):
            columns = torch.from_numpy(match(costs.detach().numpy()).astype(np.int64))
            return costs.gather(2, columns[:, :, None]).sum((1, 2))
        return values

    def interpolated(match):
        solve = interpolation(match)
        return lambda costs: (costs * solve(costs)).sum((1, 2))

    def smoothed(layer):
        return lambda costs: (costs * layer(costs.double())[0].float()).sum((1, 2))

    peers = []
    if "scipy" in packages:
        peers += [peer("torch + scipy", value(matching_by_scipy)),
                  peer("torch + scipy, interpolation", interpolated(matching_by_scipy))]
    if "lapx" in packages:
        match = matching_by_lapx(threads)
        peers += [peer("torch + lapx batch", value(match)),
                  peer("torch + lapx batch, interpolation", interpolated(match))]
    if "cvxpylayers" in packages and threads == 1:
        # At most this share dearer than the optimum: half the quadratic term of a matching.
        peers.append(peer("cvxpylayers LP", smoothed(smoothed_layer(size)), BAGS if size <= 16 else BAGS // 4,
                          tolerance=SMOOTHING / 2))
    if "moreau" in packages and threads == 1:
        peers.append(peer("Moreau LP", smoothed(moreau_layer(size)), BAGS if size <= 16 else BAGS // 4,
                          tolerance=SMOOTHING / 2))
    return Contest(f"bag-loss/{BAGS}x{size}x{logits.shape[-1]}/float", "bag-loss step", threads, BAGS,
                   "bag-loss", [logits, labels], peers)
