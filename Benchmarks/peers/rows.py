"""Row kernels, forward and backward: torch's autograd as it comes, and with malloc told to keep pages.

Most of torch's time on large shapes is page faults on fresh buffers; `compare.py` therefore runs
these contests twice, the second time in a process whose malloc keeps its pages (MALLOC_MMAP_MAX_=0).
"""
import os

import numpy as np

from alternation import Contest, Peer

BAG_SHAPES = ((256, 16, 100), (64, 32, 1_000), (64, 32, 30_000))
CROSS_ENTROPY_SHAPES = ((4_096, 100), (8_192, 1_000), (2_048, 30_000))
KEEPS_PAGES = {"MALLOC_MMAP_MAX_": "0", "MALLOC_TRIM_THRESHOLD_": "16000000000"}


def with_malloc(text):
    """The text, and whether malloc keeps its pages in this process."""
    kept = all(os.environ.get(name) == value for name, value in KEEPS_PAGES.items())
    return f"{text}, kept pages" if kept else text


def contests(packages, quick, thread_counts):
    if "torch" not in packages:
        return
    for threads in thread_counts:
        for shape in BAG_SHAPES[:1] if quick else BAG_SHAPES:
            yield lambda shape=shape, threads=threads: bag_costs(shape, threads)
        for shape in CROSS_ENTROPY_SHAPES[:1] if quick else CROSS_ENTROPY_SHAPES:
            yield lambda shape=shape, threads=threads: cross_entropy(shape, threads)


def bag_costs(shape, threads):
    """C[j, k] = -log softmax(x_j)[y_k] and the pullback of the gradient of a matching's mean value."""
    import torch
    import torch.nn.functional as F
    torch.set_num_threads(threads)
    batch, size, classes = shape
    rng = np.random.default_rng(1)
    logits = rng.standard_normal(shape, dtype=np.float32)
    labels = rng.integers(0, classes, (batch, size))
    cotangent = np.zeros((batch, size, size), np.float32)
    cotangent[:, np.arange(size), rng.permutation(size)] = 1 / batch
    x, y = torch.from_numpy(logits).requires_grad_(), torch.from_numpy(labels)
    index, dc = y[:, None, :].expand(batch, size, size), torch.from_numpy(cotangent)

    def run(costs):
        x.grad = None
        c = costs(x)
        c.backward(dc)
        return c

    def results(c):
        return [c.detach().numpy(), x.grad.numpy()]

    return Contest(
        f"bag-costs/{batch}x{size}x{classes}/float", with_malloc("bag costs, forward + backward"), threads, batch,
        "bag-costs", [logits, labels, cotangent],
        [Peer(with_malloc("torch log_softmax + gather"),
              lambda: run(lambda x: -F.log_softmax(x, -1).gather(2, index)), results),
         Peer(with_malloc("torch logsumexp - gather"),
              lambda: run(lambda x: torch.logsumexp(x, -1, keepdim=True) - x.gather(2, index)), results)])


def cross_entropy(shape, threads):
    """The mean cross-entropy and its gradient."""
    import torch
    import torch.nn.functional as F
    torch.set_num_threads(threads)
    rows, classes = shape
    rng = np.random.default_rng(1)
    logits = rng.standard_normal(shape, dtype=np.float32)
    labels = rng.integers(0, classes, rows)
    x, y = torch.from_numpy(logits).requires_grad_(), torch.from_numpy(labels)

    def run():
        x.grad = None
        loss = F.cross_entropy(x, y)
        loss.backward()
        return loss

    return Contest(
        f"cross-entropy/{rows}x{classes}/float", with_malloc("cross-entropy, forward + backward"), threads, rows,
        "cross-entropy", [logits, labels],
        [Peer(with_malloc("torch F.cross_entropy"), run,
              lambda loss: [loss.detach().numpy(), x.grad.numpy()])])
