"""Writes the .npy files beside this script with NumPy itself: python3 make_fixtures.py

Every file but `structured` and `objects` holds the values (k * 7) % 23 of its type, k counting in C order.
"""

import pathlib

import numpy as np
from numpy.lib import format as npy

FOLDER = pathlib.Path(__file__).parent


def values(shape, dtype):
    return (np.arange(np.prod(shape, dtype=int)) * 7 % 23).reshape(shape).astype(dtype)


def main():
    for name in "f4 f8 i1 i2 i4 i8 u1 u2 u4 u8".split():
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
    np.save(FOLDER / "half.npy", np.zeros((2, 2), "f2"))


if __name__ == "__main__":
    main()
