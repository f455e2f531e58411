# Reads centroids, which have length 1: centroids.py FILE ROWS COLUMNS
import sys
import numpy as np

centroids = np.load(sys.argv[1])
assert centroids.dtype == np.float32, centroids.dtype
assert centroids.shape == (int(sys.argv[2]), int(sys.argv[3])), centroids.shape
assert np.allclose(np.linalg.norm(centroids, axis=1), 1, atol=1e-5)
