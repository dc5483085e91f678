"""Writes the .npy and .npz files beside this script with NumPy itself: python3 make_fixtures.py

Every .npy file but `structured` and `objects` holds the values (k * 7) % 23 of its type, k counting in C order.
"""

import pathlib

import numpy as np
from numpy.lib import format as npy

FOLDER = pathlib.Path(__file__).parent


def values(shape, dtype):
    return (np.arange(np.prod(shape, dtype=int)) * 7 % 23).reshape(shape).astype(dtype)


def main():
    for name in "f2 f4 f8 i1 i2 i4 i8 u1 u2 u4 u8".split():
        np.save(FOLDER / f"little_{name}.npy", values((3, 4), "<" + name))
        np.save(FOLDER / f"big_{name}.npy", values((3, 4), ">" + name))
    np.save(FOLDER / "booleans.npy", values((3, 4), "i4") > 11)
    np.save(FOLDER / "fortran.npy", np.asfortranarray(values((3, 4), "f8")))
    np.save(FOLDER / "fortran_batch.npy", np.asfortranarray(values((2, 3, 4), "f4")))
    np.save(FOLDER / "batch.npy", values((2, 3, 4), "f8"))
    np.save(FOLDER / "empty.npy", np.zeros((0, 4)))
    for version in (2, 3):
        with open(FOLDER / f"version_{version}.npy", "wb") as file:
            npy.write_array(file, values((3, 4), "f8"), version=(version, 0))
    np.save(FOLDER / "structured.npy", np.zeros((2, 2), [("a", "f4"), ("b", "i4")]))
    np.save(FOLDER / "objects.npy", np.array([[{}, 1]], object), allow_pickle=True)
    np.save(FOLDER / "complex.npy", np.zeros((2, 2), "c16"))
    archives()


def archives():
    arrays = dict(
        pictures=values((2, 3, 4), "f4"), labels=np.array([3, 0, 2**40]), half=values((3,), ">f2"),
        fortran=np.asfortranarray(values((3, 4), "f8")), empty=np.zeros((0, 4)), scalar=np.array(2.5),
        strings=np.array(["not", "numbers"]))
    # The order is that of the arguments.
    np.savez(FOLDER / "stored.npz", **arrays)
    np.savez_compressed(FOLDER / "deflated.npz", **arrays, zeros=np.zeros(100_000))
    # How doubles round to float16: what lies between two of them, ties, and both ends of the range.
    rng = np.random.default_rng(1)
    bits = rng.integers(0, 0x7C00, 300, dtype=np.uint16)
    lower = bits.view("f2").astype("f8")
    upper = (bits + np.uint16(1)).view("f2").astype("f8")
    upper[np.isinf(upper)] = 65536  # where the next one would be
    with np.errstate(over="ignore"):
        doubles = np.concatenate([
            (lower + upper) / 2, lower + (upper - lower) * rng.random(300), -lower,
            [0.0, -0.0, np.inf, -np.inf, 65519.999, 65520, 1e300, 2.0**-25, 2.0**-25 * 1.0001, 5e-324]])
        np.savez_compressed(FOLDER / "rounding.npz", doubles=doubles, half=doubles.astype("f2"))


if __name__ == "__main__":
    main()
