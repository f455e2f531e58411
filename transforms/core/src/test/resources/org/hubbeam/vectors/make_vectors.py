"""Computes vectors.json with NumPy: what the steps after a module give. Usage: make_vectors.py OUT"""
import json
import sys

import numpy as np

random = np.random.default_rng(5)


def floats(array):
    return [float(v) for v in np.asarray(array, np.float32).ravel()]


def pooled(x, mask):
    """x [n, t, d], mask [n, t] of bool; sequences without a position become zeros."""
    out = {"mean": [], "max": [], "first": [], "sqrt-n": []}
    for rows, kept in zip(x.astype(np.float64), mask):
        chosen = rows[kept]
        if len(chosen) == 0:
            chosen = np.zeros((1, x.shape[2]))
        out["mean"].append(chosen.mean(axis=0))
        out["max"].append(chosen.max(axis=0))
        out["first"].append(chosen[0])
        out["sqrt-n"].append(chosen.sum(axis=0) / np.sqrt(len(chosen)))
    return {kind: floats(np.stack(rows)) for kind, rows in out.items()}


def splitmix(seed, count):
    with np.errstate(over="ignore"):
        z = np.uint64(seed) + np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return z ^ (z >> np.uint64(31))


def gaussian(seed, inputs, dims):
    count = inputs * dims
    u = (splitmix(seed, count + count % 2) >> np.uint64(11)).astype(np.float64) * 2.0**-53
    radius, angle = np.sqrt(-2 * np.log(1 - u[0::2])), 2 * np.pi * u[1::2]
    z = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1).ravel()[:count]
    return (z / np.sqrt(dims)).reshape(inputs, dims)


def pca(x, dims):
    mean = x.mean(axis=0)
    _, _, axes = np.linalg.svd(x - mean, full_matrices=False)
    axes = axes[:dims]
    for axis in axes:
        if axis[np.argmax(np.abs(axis))] < 0:
            axis *= -1
    return mean, axes.T


x = random.normal(size=(4, 3, 5)).astype(np.float32)
x[1, 2] = [0.5, -0.5, 1.5, 2.5, -127]
mask = np.array([[1, 1, 1], [0, 1, 1], [1, 0, 0], [0, 0, 0]])
vectors = x.reshape(12, 5).copy()
vectors[3] = 0
wide = vectors.astype(np.float64)
lengths = np.linalg.norm(wide, axis=1, keepdims=True)
scales = (np.abs(vectors).max(axis=1) / np.float32(127)).astype(np.float32)
safe = np.where(scales > 0, scales, 1).astype(np.float64)[:, None]
bits = random.integers(0, 1 << 32, 2000, dtype=np.uint64).astype(np.uint32)
halves = np.concatenate([
    bits.view(np.float32),
    np.array([0, -0.0, 1, 65504, 65519, 2.0**-14, 2.0**-24, 2.0**-25, 1.5 * 2.0**-24,
              2.5 * 2.0**-24, 1 + 2.0**-11, 1 + 3 * 2.0**-11, np.inf, -np.inf], np.float32)])
halves = halves[np.isinf(halves) | (np.abs(halves) < 65520)]
cloud = (random.normal(size=(60, 6)) * [9, 5, 3, 1, 0.5, 0.1]) @ random.normal(size=(6, 6)) + 4
cloud = cloud.astype(np.float32)
mean, components = pca(cloud.astype(np.float64), 3)

json.dump(
    {
        "sequences": {"dims": list(x.shape), "values": floats(x), "mask": mask.ravel().tolist(),
                      "pooled": pooled(x, np.ones_like(mask, bool)),
                      "masked": pooled(x, mask.astype(bool))},
        "l2": floats(wide / np.where(lengths > 0, lengths, 1)),
        "int8": {"values": floats(vectors), "scales": floats(scales),
                 "stored": np.rint(wide / safe).astype(np.int8).ravel().tolist()},
        "float16": {"bits": halves.view(np.int32).tolist(),
                    "stored": halves.astype(np.float16).view(np.int16).tolist()},
        "gaussian": {"seed": 7, "inputs": 5, "dims": 3, "matrix": floats(gaussian(7, 5, 3)),
                     "projected": floats(wide @ gaussian(7, 5, 3))},
        "pca": {"values": floats(cloud), "inputs": 6, "dims": 3, "mean": floats(mean),
                "components": floats(components),
                "projected": floats((cloud - mean) @ components)},
    },
    open(sys.argv[1], "w", encoding="utf-8"))
