"""Compares two sets of features value by value. Usage: compare_features.py GLOB GLOB

Each glob names TFRecord files of tf.Example that two programs made of the same rows, in any order. Rows are paired by the
ranks of their floats and by their integers but for those of columns named *_bucket, so neither small differences nor other
buckets part a pair. Prints the greatest difference of each column; exit status 1 when a float differs by more than 1e-5 of
its size, or an integer of another column than a bucket at all.
"""
import glob
import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = ""
import numpy as np
import tensorflow as tf


def read(pattern):
    files = sorted(glob.glob(pattern))
    if not files:
        sys.exit(f"no file matches {pattern}")
    records = [r for batch in tf.data.TFRecordDataset(files).batch(10000).as_numpy_iterator() for r in batch]
    first = tf.train.Example.FromString(records[0]).features.feature
    kinds = {n: tf.float32 if f.WhichOneof("kind") == "float_list" else tf.int64 for n, f in first.items()}
    parsed = tf.io.parse_example(records, {n: tf.io.FixedLenFeature([], t) for n, t in kinds.items()})
    return {n: v.numpy() for n, v in sorted(parsed.items())}


def order(columns):
    keys = [np.unique(v, return_inverse=True)[1] if v.dtype == np.float32 else v
            for n, v in columns.items() if not n.endswith("_bucket")]
    return np.lexsort(keys)


def main():
    one, two = read(sys.argv[1]), read(sys.argv[2])
    if list(one) != list(two):
        sys.exit(f"the columns are {list(one)} and {list(two)}")
    rows = [len(next(iter(c.values()))) for c in (one, two)]
    if rows[0] != rows[1]:
        sys.exit(f"the rows are {rows[0]} and {rows[1]}")
    a, b = order(one), order(two)
    bad = False
    for name in one:
        x, y = one[name][a].astype(np.float64), two[name][b].astype(np.float64)
        differences = np.abs(x - y)
        allowed = 0 if one[name].dtype == np.int64 else 1e-5 * np.maximum(1, np.abs(x))
        wrong = int(np.sum(differences > allowed))
        bad |= wrong > 0 and not name.endswith("_bucket")
        print(f"{name:20s} {differences.max():10.3g}  {wrong} of {rows[0]} rows differ")
    sys.exit(1 if bad else 0)


main()
