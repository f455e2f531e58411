"""Writes scikit-learn's digits as float32 [1797, 64]; with a layout of them, prints its trustworthiness and umap-learn's."""
import json
import sys

from sklearn.datasets import load_digits

digits = load_digits().data.astype("<f4")
if sys.argv[1] == "write":
    digits.tofile(sys.argv[2])
else:
    import numpy as np
    import umap
    from sklearn.manifold import trustworthiness

    ours = np.fromfile(sys.argv[2], "<f4").reshape(-1, 2)
    theirs = umap.UMAP(n_neighbors=15, min_dist=0.1, random_state=1).fit_transform(digits)
    measured = {
        name: float(trustworthiness(digits, layout, n_neighbors=15))
        for name, layout in [("ours", ours), ("theirs", theirs)]
    }
    json.dump(measured, open(sys.argv[3], "w"))
