"""Costs as users have them, for uses.py: trackers, set prediction, whole numbers, embeddings, a trained model's logits.

Every function takes NumPy's generator, and gives float64 costs [rows, columns] of one problem.
"""
import functools
import gzip
from pathlib import Path

import numpy as np

from families import costs as family_costs

FASHION = Path("/usr/share/datasets/fashion-mnist")  # Debian's dataset-fashion-mnist
FAR = 1e5  # what trackers write for a pair beyond the gate


def boxes(count, side, rng):
    """Corners [count, 4] of boxes whose sides are some 1, in a square of the given side."""
    centers, sizes = rng.random((count, 2)) * side, rng.uniform(0.5, 1.5, (count, 2))
    return np.hstack([centers - sizes / 2, centers + sizes / 2])


def areas(corners):
    return (corners[..., 2] - corners[..., 0]) * (corners[..., 3] - corners[..., 1])


def overlap_parts(first, second):
    """Areas of each pair: of what both have, and of both together."""
    left = np.maximum(first[:, None, :2], second[None, :, :2])
    right = np.minimum(first[:, None, 2:], second[None, :, 2:])
    common = np.maximum(right - left, 0).prod(-1)
    return common, areas(first)[:, None] + areas(second)[None] - common


def next_frame(tracks, spread, rng, side):
    """The detections of the next frame: each track moves or ends, one in ten, and others begin, in any order."""
    kept = tracks[rng.random(len(tracks)) < 0.9]
    moved = kept + np.tile(rng.normal(0, spread, (len(kept), 2)), 2)[:, :kept.shape[1]]
    born = rng.poisson(len(tracks) / 10)
    new = boxes(born, side, rng) if tracks.shape[1] == 4 else rng.random((born, 2)) * side
    return rng.permutation(np.concatenate([moved, new]))


def overlaps(count, rng):
    """1 less intersection over union; a box overlaps with some 4 others, all other pairs cost 1."""
    side = np.sqrt(count)
    tracks = boxes(count, side, rng)
    common, union = overlap_parts(tracks, next_frame(tracks, 0.2, rng, side))
    return 1 - common / union


def motion(count, rng):
    """Distances of points from where tracks expect them, gated: 1 to 10 candidates each."""
    side = np.sqrt(count)
    tracks = rng.random((count, 2)) * side
    detections = next_frame(tracks, 0.3, rng, side)
    distances = np.sqrt(((tracks[:, None] - detections[None]) ** 2).sum(-1))
    return np.where(distances < 1.2, distances, FAR)


def shares(rows, columns, share, value, rng):
    """A share of one value, 0 or 1, the rest the other."""
    return np.where(rng.random((rows, columns)) < share, value, 1.0 - value)


def integers(rows, columns, most, rng):
    return rng.integers(1, most + 1, (rows, columns)).astype(np.float64)


def set_prediction(queries, objects, rng):
    """What detectors with a fixed number of queries match by: less the probability of the object's class, 5 times
    the distance of the boxes in their numbers, less twice their generalized overlap. Most objects have queries
    near them."""
    found, wanted = rng.random((queries, 4)), rng.random((objects, 4))
    near = rng.integers(0, objects, queries)
    found = np.where(rng.random((queries, 1)) < 0.7, wanted[near] + rng.normal(0, 0.05, (queries, 4)), found)
    found[:, 2:], wanted[:, 2:] = np.abs(found[:, 2:]) * 0.4 + 0.02, wanted[:, 2:] * 0.4 + 0.02
    first, second = (np.hstack([part[:, :2] - part[:, 2:] / 2, part[:, :2] + part[:, 2:] / 2])
                     for part in (found, wanted))
    common, union = overlap_parts(first, second)
    hull = (np.maximum(first[:, None, 2:], second[None, :, 2:])
            - np.minimum(first[:, None, :2], second[None, :, :2])).prod(-1)
    beliefs = np.exp(2 * rng.standard_normal((queries, 91)))
    beliefs /= beliefs.sum(1, keepdims=True)
    return (5 * np.abs(found[:, None] - wanted[None]).sum(-1) - beliefs[:, rng.integers(0, 91, objects)]
            - 2 * (common / union - (hull - union) / hull))


def embeddings(rows, columns, dimensions, rng):
    """Distances of vectors of length 1, as of retrieval and of reidentification."""
    first, second = (rng.standard_normal((count, dimensions)) for count in (rows, columns))
    first, second = (part / np.linalg.norm(part, axis=1, keepdims=True) for part in (first, second))
    return np.sqrt(np.maximum(2 - 2 * first @ second.T, 0))


@functools.lru_cache(1)
def fashion():
    """Logits [10000, 10] of Fashion-MNIST's test pictures and their labels: softmax regression after three passes
    over its training pictures."""
    pictures, labels, tests, answers = (fashion_file(name) for name in (
        "train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1"))
    weights, rng = np.zeros((785, 10), np.float32), np.random.default_rng(0)
    for start in (start for _ in range(3) for start in range(0, len(labels), 200)):
        chosen = rng.integers(0, len(labels), 200)
        logits = pictures[chosen] @ weights
        errors = np.exp(logits - logits.max(1, keepdims=True))
        errors /= errors.sum(1, keepdims=True)
        errors[np.arange(200), labels[chosen]] -= 1
        weights -= 0.1 / 200 * pictures[chosen].T @ errors
    return tests @ weights, answers


def fashion_file(name):
    """Labels, or pictures between 0 and 1 with a number that is always 1."""
    data = np.frombuffer(gzip.decompress((FASHION / f"{name}-ubyte.gz").read_bytes()), np.uint8)
    if "labels" in name:
        return data[8:].astype(np.int64)
    pictures = data[16:].reshape(-1, 784).astype(np.float32) / 255
    return np.hstack([pictures, np.ones((len(pictures), 1), np.float32)])


def fashion_bag(size, rng):
    """Costs of matching pictures with the labels of their bag, in an order that nobody knows."""
    logits, answers = fashion()
    chosen = rng.integers(0, len(answers), size)
    picked = logits[chosen].astype(np.float64)
    largest = picked.max(1, keepdims=True)
    log_sum_exp = largest + np.log(np.exp(picked - largest).sum(1, keepdims=True))
    return (log_sum_exp - picked)[:, rng.permutation(answers[chosen])]


def fashion_logits(size, rng, bags=64):
    """Logits [bags, size, 10] in single precision and labels [bags, size]."""
    logits, answers = fashion()
    chosen = rng.integers(0, len(answers), (bags, size))
    return logits[chosen], answers[chosen]


def costs(family, rows, columns, rng):
    """One problem of a family's name. `overlaps` and `motion` find out their columns themselves."""
    own = {"overlaps": lambda: overlaps(rows, rng), "motion": lambda: motion(rows, rng),
           "integers-99": lambda: integers(rows, columns, 99, rng),
           "set-prediction": lambda: set_prediction(rows, columns, rng),
           "embeddings-128": lambda: embeddings(rows, columns, 128, rng),
           "fashion": lambda: fashion_bag(rows, rng)}
    if family in own:
        return own[family]()
    if family.startswith(("zeros-", "ones-")):
        value, percent = family.split("-")
        return shares(rows, columns, float(percent) / 100, float(value == "ones"), rng)
    return family_costs(family, rows, columns, rng)
