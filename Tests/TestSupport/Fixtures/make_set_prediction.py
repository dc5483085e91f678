"""Writes set_prediction.json: DETR's loss of small batches, by torch's autograd and SciPy's matching.

    python make_set_prediction.py > set_prediction.json
"""
import json

import numpy as np
import scipy
import torch
from scipy.optimize import linear_sum_assignment


def corners(b):
    return torch.cat([b[..., :2] - b[..., 2:] / 2, b[..., :2] + b[..., 2:] / 2], -1)


def giou(a, b):
    """Of all pairs of [n, 4] and [m, 4]."""
    a, b = corners(a)[:, None], corners(b)[None]
    area = lambda low, high: (high - low).clamp(min=0).prod(-1)
    inter = area(torch.maximum(a[..., :2], b[..., :2]), torch.minimum(a[..., 2:], b[..., 2:]))
    hull = area(torch.minimum(a[..., :2], b[..., :2]), torch.maximum(a[..., 2:], b[..., 2:]))
    union = area(a[..., :2], a[..., 2:]) + area(b[..., :2], b[..., 2:]) - inter
    return inter / union - (hull - union) / hull


def focal(x, target, alpha=0.25, gamma=2.0):
    p = x.sigmoid()
    ce = torch.nn.functional.binary_cross_entropy_with_logits(x, target, reduction="none")
    q = p * target + (1 - p) * (1 - target)
    return (alpha * target + (1 - alpha) * (1 - target)) * (1 - q) ** gamma * ce


def case(rng, kind, counts, queries, classes):
    batch, width = len(counts), classes + (kind == "softmax")
    logits = torch.tensor(rng.standard_normal((batch, queries, width)).astype(np.float32).astype(float), requires_grad=True)
    box = lambda *shape: np.concatenate([rng.uniform(.2, .8, (*shape, 2)), rng.uniform(.1, .6, (*shape, 2))], -1).astype(np.float32)
    boxes = torch.tensor(box(batch, queries).astype(float), requires_grad=True)
    labels = [rng.integers(0, classes, n) for n in counts]
    truth = [torch.tensor(box(n).astype(float)) for n in counts]
    normalizer = max(1, sum(counts))
    targets, l1, overlap, of_query = [], 0, 0, []
    for b, n in enumerate(counts):
        with torch.no_grad():
            x = logits[b][:, labels[b]]
            one = torch.ones_like(x)
            cls = -logits[b].softmax(-1)[:, labels[b]] if kind == "softmax" else focal(x, one) - focal(x, 0 * one)
            cost = cls + 5 * torch.cdist(boxes[b], truth[b], p=1) - 2 * giou(boxes[b], truth[b])
        q, t = linear_sum_assignment(cost)
        matched = np.full(queries, -1)
        matched[q] = t
        of_query += matched.tolist()
        targets.append([int(labels[b][k]) if k >= 0 else classes for k in matched])
        l1 = l1 + (boxes[b][q] - truth[b][t]).abs().sum()
        overlap = overlap + (1 - giou(boxes[b][q], truth[b][t]).diagonal()).sum()
    target = torch.tensor(targets)
    if kind == "softmax":
        weight = torch.ones(width, dtype=torch.double)
        weight[-1] = 0.1
        cls = torch.nn.functional.cross_entropy(logits.flatten(0, 1), target.flatten(), weight)
    else:
        onehot = torch.nn.functional.one_hot(target, classes + 1)[..., :-1].double()
        cls = focal(logits, onehot).sum() / normalizer
    terms = [cls, l1 / normalizer, overlap / normalizer]
    total = terms[0] + 5 * terms[1] + 2 * terms[2]
    total.backward()
    flat = lambda a: np.asarray(a.detach() if hasattr(a, "detach") else a).ravel().tolist()
    return {"kind": kind, "counts": counts, "queries": queries, "columns": width, "logits": flat(logits),
            "boxes": flat(boxes), "labels": [v.tolist() for v in labels], "targetBoxes": [v.tolist() for v in truth],
            "terms": [float(t) for t in terms], "total": float(total), "targetOfQuery": of_query,
            "logitGradient": flat(logits.grad), "boxGradient": flat(boxes.grad)}


rng = np.random.default_rng(6)
cases = [case(rng, kind, counts, queries, classes) for kind in ("softmax", "focal")
         for counts, queries, classes in (([2, 0, 4], 6, 3), ([1], 5, 4), ([3, 3], 3, 2), ([2, 5], 4, 3))]
tool = f"torch {torch.__version__}, SciPy {scipy.__version__}"
print(json.dumps({"tool": tool, "cases": cases}))
