"""The whole loss of a training step on bags: from logits to the gradient of the mean optimal value."""
import numpy as np

from alternation import Contest, Peer

BAGS, CLASSES = 64, 100
BAG_SIZES = (4, 8, 12, 16, 24, 32)


def matching_by_scipy(costs):
    from scipy.optimize import linear_sum_assignment
    return np.stack([linear_sum_assignment(problem)[1] for problem in costs])


def matching_by_lapx(threads):
    import lap
    return lambda costs: np.stack(lap.lapjvr_batch(costs, return_cost=False, n_threads=threads)[1])


def contests(packages, quick, thread_counts):
    if "torch" not in packages or not {"scipy", "lapx"} & set(packages):
        return
    for threads in thread_counts:
        for size in (8, 32) if quick else BAG_SIZES:
            yield lambda size=size, threads=threads: contest(packages, size, threads)


def contest(packages, size, threads):
    import torch
    import torch.nn.functional as F
    torch.set_num_threads(threads)
    rng = np.random.default_rng(1)
    logits = rng.standard_normal((BAGS, size, CLASSES), dtype=np.float32)
    labels = rng.integers(0, CLASSES, (BAGS, size))
    x, y = torch.from_numpy(logits).requires_grad_(), torch.from_numpy(labels)
    index = y[:, None, :].expand(BAGS, size, size)

    def peer(name, match):
        def run():
            x.grad = None
            costs = -F.log_softmax(x, -1).gather(2, index)
            columns = torch.from_numpy(match(costs.detach().numpy()).astype(np.int64))
            values = costs.gather(2, columns[:, :, None]).sum((1, 2))
            values.mean().backward()
            return values
        return Peer(name, run, lambda values: [values.detach().numpy(), x.grad.numpy()])

    peers = [peer("torch + scipy", matching_by_scipy)] if "scipy" in packages else []
    if "lapx" in packages:
        peers.append(peer("torch + lapx batch", matching_by_lapx(threads)))
    return Contest(f"bag-loss/{BAGS}x{size}x{CLASSES}/float", "bag-loss step", threads, BAGS,
                   "bag-loss", [logits, labels], peers)
