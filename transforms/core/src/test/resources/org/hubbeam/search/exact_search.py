# SPDX-License-Identifier: Apache-2.0
# Copyright The hubbeam authors

"""The nearest rows by NumPy: exact_search.py VECTORS QUERIES DIMENSION K OUT.

VECTORS and QUERIES are float32 without a header. OUT gets for each metric and query a line:
the metric, and the numbers of the nearest rows.
"""

import sys

import numpy as np

vectors, queries, dimension, k, out = sys.argv[1:]
x = np.fromfile(vectors, "<f4").reshape(-1, int(dimension)).astype("f8")
q = np.fromfile(queries, "<f4").reshape(-1, int(dimension)).astype("f8")
dot = q @ x.T
cosine = dot / np.linalg.norm(q, axis=1)[:, None] / np.linalg.norm(x, axis=1)
distance = np.linalg.norm(q[:, None] - x[None], axis=2)
with open(out, "w") as file:
    for name, scores in ("DOT", -dot), ("COSINE", -cosine), ("EUCLIDEAN", distance):
        for row in np.argsort(scores, axis=1, kind="stable")[:, : int(k)]:
            print(name, *row, file=file)
