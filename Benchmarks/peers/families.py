"""Families of assignment costs; Cases/CostFamilies.swift has the same formulas."""
import numpy as np

BAG_CLASSES = 100
FAMILIES = ("uniform", "bag-1", "bag-5", "geometric", "product", "few-valued")
TRACKER_FAMILIES = ("gated", "gated-far", "zero-one")  # Cases/TrackerCases.swift


def costs(family, rows, columns, rng):
    """One cost matrix [rows, columns], float64."""
    if family == "uniform":
        return rng.random((rows, columns))
    if family in ("bag-1", "bag-5"):  # logit scale 1 and 5; labels may repeat: equal columns
        logits = rng.standard_normal((rows, BAG_CLASSES)) * float(family[4:])
        largest = logits.max(1, keepdims=True)
        log_sum_exp = largest + np.log(np.exp(logits - largest).sum(1, keepdims=True))
        return (log_sum_exp - logits)[:, rng.integers(0, BAG_CLASSES, columns)]
    if family == "geometric":
        start, end = rng.random((rows, 1, 2)), rng.random((1, columns, 2))
        return np.sqrt(((start - end) ** 2).sum(-1))
    if family == "product":
        return np.outer(np.arange(1.0, rows + 1), np.arange(1.0, columns + 1))
    if family == "few-valued":
        return rng.integers(0, 10, (rows, columns)).astype(np.float64)
    if family in ("gated", "gated-far"):  # 1 to 10 candidates a row, all others at the gate
        gate, scale = (1.0, 1.0) if family == "gated" else (1e5, 100.0)
        result = np.full((rows, columns), gate)
        for row in result:
            candidates = rng.integers(0, columns, rng.integers(1, 11))
            row[candidates] = rng.random(len(candidates)) * scale
        return result
    if family == "zero-one":
        return (rng.random((rows, columns)) >= 0.01).astype(np.float64)
    raise ValueError(f"unknown family {family}")


def batch(family, count, rows, columns, seed=1, dtype=np.float32):
    """[count, rows, columns], the same for the same arguments."""
    rng = np.random.default_rng(seed)
    return np.stack([costs(family, rows, columns, rng) for _ in range(count)]).astype(dtype)
