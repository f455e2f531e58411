# SPDX-License-Identifier: Apache-2.0
# Copyright The hubbeam authors
"""Writes sklearn_metrics.json: metrics as scikit-learn computes them. Usage: sklearn_metrics.py FILE"""

import json
import sys
import warnings

import numpy as np
import sklearn
from sklearn import metrics

warnings.simplefilter("ignore")
random = np.random.default_rng(7)


def plain(x):
    x = np.asarray(x, dtype=np.float64)
    return [None if np.isnan(v) else float(v) for v in x.ravel()] if x.ndim else float(x)


def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def averages(truth, predicted, w, labels=None):
    out = {}
    for name in ("macro", "micro", "weighted"):
        p, r, f, _ = metrics.precision_recall_fscore_support(
            truth, predicted, average=name, sample_weight=w, zero_division=0, labels=labels)
        out[name] = plain([p, r, f])
    p, r, f, s = metrics.precision_recall_fscore_support(
        truth, predicted, sample_weight=w, zero_division=0, labels=labels)
    out.update(precision=plain(p), recall=plain(r), f1=plain(f), support=plain(s))
    return out


def areas(truth, scores, w):
    roc, pr = [], []
    for t, s in zip(truth.T, scores.T):
        roc.append(metrics.roc_auc_score(t, s, sample_weight=w))
        pr.append(metrics.average_precision_score(t, s, sample_weight=w))
    return {"roc": plain(roc), "pr": plain(pr)}


def ece(scores, right, w, bins=15):
    w = np.ones(len(scores)) if w is None else w
    at = np.minimum((scores.astype(np.float64) * bins).astype(int), bins - 1)
    error = 0
    for b in range(bins):
        m = at == b
        if m.any():
            error += abs(np.average(scores[m], weights=w[m]) - np.average(right[m], weights=w[m])) * w[m].sum()
    return float(error / w.sum())


def classes(w):
    n, k = 240, 5
    truth = random.choice(k, n, p=[0.4, 0.3, 0.2, 0.07, 0.03])
    scores = softmax(random.normal(size=(n, k)) * 1.5 + 1.5 * np.eye(k)[truth])
    scores = np.round(scores, 3).astype(np.float32)
    predicted = scores.argmax(axis=1)
    p = scores[np.arange(n), truth].astype(np.float64).clip(1e-7, 1)
    expected = averages(truth, predicted, w, list(range(k)))
    expected.update(areas(np.eye(k)[truth], scores, w))
    # Scores are rounded, so that some are equal: those of lower classes come first.
    rank = (-scores).argsort(axis=1, kind="stable")
    top = (rank[:, :3] == truth[:, None]).any(axis=1)
    expected.update(
        accuracy=metrics.accuracy_score(truth, predicted, sample_weight=w),
        top_three=float(np.average(top, weights=w)),
        log_loss=float(np.average(-np.log(p), weights=w)),
        confusion=plain(metrics.confusion_matrix(truth, predicted, sample_weight=w)),
        calibration=ece(scores.max(axis=1), (predicted == truth).astype(float), w))
    return case("classes", scores, truth.tolist(), w, expected)


def binary(w):
    n = 200
    truth = random.integers(0, 2, n)
    scores = (1 / (1 + np.exp(-(random.normal(size=n) * 2 + 2 * truth - 1)))).round(2).astype(np.float32)
    scores = scores.clip(0.01, 0.99)
    predicted = (scores >= 0.5).astype(int)
    expected = averages(truth, predicted, w)
    expected.update(areas(truth[:, None], scores[:, None], w))
    expected.update(
        accuracy=metrics.accuracy_score(truth, predicted, sample_weight=w),
        log_loss=metrics.log_loss(truth, scores.astype(np.float64), sample_weight=w),
        confusion=plain(metrics.confusion_matrix(truth, predicted, sample_weight=w)),
        calibration=ece(scores, truth.astype(float), w))
    return case("binary", scores, truth.tolist(), w, expected)


def labels(w):
    n, k = 150, 4
    truth = random.random((n, k)) < [0.5, 0.3, 0.2, 0.1]
    scores = (1 / (1 + np.exp(-(random.normal(size=(n, k)) * 1.5 + 2 * truth - 1)))).astype(np.float32)
    predicted = scores >= 0.5
    expected = averages(truth, predicted, w)
    expected.update(areas(truth, scores, w))
    one = scores.astype(np.float64)
    expected.update(
        micro_roc=metrics.roc_auc_score(truth, scores, average="micro", sample_weight=w),
        micro_pr=metrics.average_precision_score(truth, scores, average="micro", sample_weight=w),
        accuracy=metrics.accuracy_score(truth, predicted, sample_weight=w),
        log_loss=float(np.average(-np.where(truth, np.log(one), np.log(1 - one)).mean(axis=1), weights=w)),
        calibration=ece(scores.ravel(), truth.ravel().astype(float), None if w is None else np.repeat(w, k)))
    return case("labels", scores, [np.flatnonzero(t).tolist() for t in truth], w, expected)


def numbers(w):
    n = 120
    truth = (random.normal(size=n) * 3 + 1000).astype(np.float32)
    scores = (truth + random.normal(size=n)).astype(np.float32)
    t, s = truth.astype(np.float64), scores.astype(np.float64)
    expected = {
        "rmse": metrics.root_mean_squared_error(t, s, sample_weight=w),
        "mae": metrics.mean_absolute_error(t, s, sample_weight=w),
        "r2": metrics.r2_score(t, s, sample_weight=w),
        "bias": float(np.average(s - t, weights=w)),
        "largest": metrics.max_error(t, s),
        "mean": float(np.average(t, weights=w)),
    }
    return case("numbers", scores, [float(str(x)) for x in truth], w, expected)


def case(kind, scores, truth, w, expected):
    return {
        "kind": kind,
        "scores": [float(str(x)) for x in scores.ravel()],
        "truth": truth,
        "weights": None if w is None else w.tolist(),
        "expected": expected,
    }


def weights(n):
    return np.round(random.random(n) * 3, 2)


cases = []
for make, n in ((classes, 240), (binary, 200), (labels, 150), (numbers, 120)):
    cases += [make(None), make(weights(n))]
with open(sys.argv[1], "w", encoding="utf-8") as file:
    json.dump({"scikit-learn": sklearn.__version__, "cases": cases}, file, separators=(",", ":"))
    file.write("\n")
