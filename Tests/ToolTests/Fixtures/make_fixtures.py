"""Writes the .npz files beside this script with SciPy: python3 make_fixtures.py"""

import pathlib

import numpy as np
from scipy import sparse

FOLDER = pathlib.Path(__file__).parent


def main():
    matrix = sparse.csr_matrix(np.array([[4.0, 1, 0], [2, 0, 5], [0, 0, 2]]))
    sparse.save_npz(FOLDER / "sparse.npz", matrix)
    sparse.save_npz(FOLDER / "sparse_columns.npz", matrix.tocsc())


if __name__ == "__main__":
    main()
