# SPDX-License-Identifier: Apache-2.0
# Copyright The hubbeam authors
"""The peers of the search suites: hnswlib and faiss on the same vectors as this project's own loops.

search.py build hnswlib|faiss THREADS FOLDER FILE   builds an index of FOLDER/vectors.npy and writes it to FILE
search.py query hnswlib|faiss THREADS FOLDER FILE   finds the least ef with recall 0.998, and queries with it
search.py exact THREADS FOLDER                      exact search by faiss, 100 queries at a time

Prints rows a second: of processor time for one thread, of wall time for several.
"""
import os
import sys
import time

how, threads = sys.argv[1], int(sys.argv[3] if sys.argv[1] != "exact" else sys.argv[2])
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = str(threads)

import faiss
import hnswlib
import numpy as np

faiss.omp_set_num_threads(threads)
M, CONSTRUCTION, K, RECALL, SECONDS = 16, 200, 10, 0.998, 3
clock = time.process_time if threads == 1 else time.perf_counter


class Hnswlib:
    def build(self, vectors):
        self.index = hnswlib.Index("ip", vectors.shape[1])
        self.index.init_index(len(vectors), M=M, ef_construction=CONSTRUCTION)
        self.index.set_num_threads(threads)
        self.index.add_items(vectors)

    def save(self, file):
        self.index.save_index(file)

    def load(self, file, dimension):
        self.index = hnswlib.Index("ip", dimension)
        self.index.load_index(file)
        self.index.set_num_threads(threads)

    def query(self, queries, ef):
        self.index.set_ef(ef)
        return self.index.knn_query(queries, K)[0]


class Faiss:
    def build(self, vectors):
        self.index = faiss.IndexHNSWFlat(vectors.shape[1], M, faiss.METRIC_INNER_PRODUCT)
        self.index.hnsw.efConstruction = CONSTRUCTION
        self.index.add(vectors)

    def save(self, file):
        faiss.write_index(self.index, file)

    def load(self, file, dimension):
        self.index = faiss.read_index(file)

    def query(self, queries, ef):
        self.index.hnsw.efSearch = ef
        return self.index.search(queries, K)[1]


def rate(rows, work):
    """Rows a second, repeated for some seconds."""
    done, start = 0, clock()
    while done == 0 or clock() - start < SECONDS:
        work()
        done += rows
    return done / (clock() - start)


def recall(found, truth):
    return float(np.mean([len(set(a) & set(b)) / K for a, b in zip(found, truth)]))


def least(fits, low, high):
    """The least whole number that fits, by bisection; the highest if none does."""
    while low < high:
        middle = (low + high) // 2
        if fits(middle):
            high = middle
        else:
            low = middle + 1
    return low


if how == "exact":
    folder = sys.argv[3]
    index = faiss.IndexFlatIP(np.load(folder + "/vectors.npy", mmap_mode="r").shape[1])
    index.add(np.load(folder + "/vectors.npy"))
    queries = np.load(folder + "/queries.npy")
    index.search(queries[:100], K)
    blocks = [queries[i : i + 100] for i in range(0, len(queries), 100)]
    print("rows/s %.1f" % rate(len(queries), lambda: [index.search(block, K) for block in blocks]))
    sys.exit()

peer, folder, file = {"hnswlib": Hnswlib, "faiss": Faiss}[sys.argv[2]](), sys.argv[4], sys.argv[5]
if how == "build":
    vectors = np.load(folder + "/vectors.npy")
    start = clock()
    peer.build(vectors)
    print("rows/s %.1f" % (len(vectors) / (clock() - start)))
    peer.save(file)
    print("measured bytes %d" % os.path.getsize(file))
else:
    queries, truth = np.load(folder + "/queries.npy"), np.load(folder + "/truth.npy")
    peer.load(file, queries.shape[1])
    ef = least(lambda ef: recall(peer.query(queries, ef), truth) >= RECALL, K, 1000)
    print("rows/s %.1f" % rate(len(queries), lambda: peer.query(queries, ef)))
    print("measured ef %d" % ef)
    print("measured recall@10 %.4f" % recall(peer.query(queries, ef), truth))
