"""Graphs of hnswlib's own. "make" writes small.hnsw. "query FILE SPACE DIMENSION EF K QUERIES OUT" writes to a file the labels of
the rows nearest to each of the float32 queries in a file."""

import sys

import hnswlib
import numpy as np


def make():
    rng = np.random.default_rng(3)
    index = hnswlib.Index("l2", 8)
    index.init_index(200, M=4, ef_construction=40, random_seed=7)
    index.set_num_threads(1)
    # Whole numbers, so that distances are exact; labels are not row numbers.
    index.add_items(rng.integers(-50, 50, (200, 8)).astype("f4"), np.arange(200) * 3 + 1000)
    for label in (1000, 1030, 1597):
        index.mark_deleted(label)
    index.save_index("small.hnsw")


def query(file, space, dimension, ef, k, queries, out):
    index = hnswlib.Index(space, int(dimension))
    index.load_index(file)
    index.set_ef(int(ef))
    index.set_num_threads(1)
    labels, _ = index.knn_query(np.fromfile(queries, "f4").reshape(-1, int(dimension)), int(k))
    np.savetxt(out, labels, "%d")


make() if sys.argv[1] == "make" else query(*sys.argv[2:])
