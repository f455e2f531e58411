# Inertia of scikit-learn's k-means from given centers, its own then scaled to length 1 on the
# sphere: k_means.py FOLDER CELLS SPACE
import sys
import numpy as np
from sklearn.cluster import KMeans

folder, cells, space = sys.argv[1], int(sys.argv[2]), sys.argv[3]
vectors = np.fromfile(folder + "/vectors", "<f4").reshape(-1, cells)
seeds = np.fromfile(folder + "/seeds", "<f4").reshape(-1, cells)
fitted = KMeans(len(seeds), init=seeds, n_init=1, max_iter=100, algorithm="lloyd").fit(vectors)
centers = fitted.cluster_centers_
if space == "SPHERICAL":
    centers = centers / np.linalg.norm(centers, axis=1, keepdims=True)
squares = ((vectors[:, None, :] - centers[None]) ** 2).sum(axis=2)
open(folder + "/inertia", "w").write(str(squares.min(axis=1).sum()))
