# SPDX-License-Identifier: Apache-2.0
# Copyright The hubbeam authors
"""Makes heads.json: what scikit-learn and Keras make of the same rows.

Regressions by scikit-learn, to a gradient of 1e-10; and the weights after ten steps of Keras (tf_keras, the
formulas that Optimizer follows) with each optimizer and each loss, from given weights.
"""

import json
import os
import sys

os.environ["TF_USE_LEGACY_KERAS"] = "1"
import numpy as np
import tensorflow as tf
import tf_keras as keras
from sklearn.linear_model import LogisticRegression, Ridge

ROWS, FEATURES, CLASSES, BATCH, STEPS = 60, 5, 3, 6, 10
rng = np.random.default_rng(17)
classes = np.arange(ROWS) % CLASSES
centres = rng.normal(size=(CLASSES, FEATURES))
x = np.round(centres[classes] + rng.normal(size=(ROWS, FEATURES)), 3).astype(np.float32)
weights = np.round(rng.uniform(0.5, 2, ROWS), 2).astype(np.float32)
binary = (x[:, 0] + 0.3 * rng.normal(size=ROWS) > 0).astype(np.float32)
labels = (x[:, :2] + 0.5 * rng.normal(size=(ROWS, 2)) > 0).astype(np.float32)
number = np.round(100 + 7 * x @ rng.normal(size=FEATURES) + rng.normal(size=ROWS), 2).astype(np.float32)


def softmax_regression(y, c, **more):
    fit = LogisticRegression(C=c, tol=1e-10, max_iter=10_000, **more).fit(x.astype(np.float64), y, weights)
    return {"c": c, "weights": fit.coef_.T.ravel().tolist(), "bias": fit.intercept_.tolist()}


ridge = Ridge(alpha=2.0).fit(x.astype(np.float64), number, weights)
regressions = {
    "CLASSES": softmax_regression(classes, 0.7),
    "BINARY": softmax_regression(binary, 0.4),
    "NUMBER": {"alpha": 2.0, "weights": ridge.coef_.tolist(), "bias": [float(ridge.intercept_)]},
}

TASKS = {
    "CLASSES": (classes, CLASSES, lambda s: keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=s)),
    "LABELS": (labels, 2, lambda s: keras.losses.BinaryCrossentropy(from_logits=True, label_smoothing=s)),
    "BINARY": (binary, 1, lambda s: keras.losses.BinaryCrossentropy(from_logits=True, label_smoothing=s)),
    "NUMBER": ((number - 100) / 7, 1, lambda s: keras.losses.MeanSquaredError()),
}
OPTIMIZERS = {
    "adam": lambda **o: keras.optimizers.Adam(0.02, **o),
    "sgd": lambda **o: keras.optimizers.SGD(0.1, **o),
    "momentum": lambda **o: keras.optimizers.SGD(0.1, momentum=0.9, **o),
    "nesterov": lambda **o: keras.optimizers.SGD(0.1, momentum=0.9, nesterov=True, **o),
    "adagrad": lambda **o: keras.optimizers.Adagrad(0.1, **o),
}


def trained(task, optimizer, hidden=None, activation="relu", l2=0.0, l1=0.0, smoothing=0.0, clip=None):
    y, outputs, loss = TASKS[task]
    target = np.eye(CLASSES, dtype=np.float32)[y] if task == "CLASSES" else np.reshape(y, (ROWS, -1)).astype(np.float32)
    penalty = keras.regularizers.L1L2(l1, l2)
    sizes = ([hidden] if hidden else []) + [outputs]
    model = keras.Sequential(
        [keras.Input((FEATURES,))]
        + [keras.layers.Dense(n, activation=None if i == len(sizes) - 1 else activation, kernel_regularizer=penalty)
           for i, n in enumerate(sizes)])
    start = np.random.default_rng(3)
    for layer in model.layers:
        layer.set_weights([np.round(start.normal(size=v.shape) * 0.3, 3).astype(np.float32) for v in layer.get_weights()])
    before = [v.ravel().tolist() for v in model.get_weights()]
    rule = OPTIMIZERS[optimizer](**({"global_clipnorm": clip} if clip else {}))
    fn, losses = loss(smoothing), []
    for step in range(STEPS):
        part = slice(step * BATCH, (step + 1) * BATCH)
        with tf.GradientTape() as tape:
            value = fn(target[part], model(x[part], training=True), sample_weight=weights[part]) + sum(model.losses)
        rule.apply_gradients(zip(tape.gradient(value, model.trainable_variables), model.trainable_variables))
        losses.append(float(value))
    return {
        "task": task, "optimizer": optimizer, "hidden": hidden or 0, "activation": activation.upper(), "l1": l1, "l2": l2,
        "labelSmoothing": smoothing, "clipNorm": clip or 0, "start": before,
        "end": [v.ravel().tolist() for v in model.get_weights()], "losses": losses}


trainings = [trained("CLASSES", o) for o in OPTIMIZERS]
trainings += [trained(t, "adam", hidden=4) for t in TASKS]
trainings += [trained("CLASSES", "sgd", hidden=4, activation=a) for a in ("elu", "tanh", "sigmoid", "gelu", "swish")]
trainings += [
    trained("CLASSES", "momentum", hidden=4, l2=0.01, l1=0.003), trained("CLASSES", "sgd", clip=0.3),
    trained("CLASSES", "adam", smoothing=0.1), trained("LABELS", "adam", smoothing=0.2),
    trained("BINARY", "adagrad", smoothing=0.2)]


def rounded(value):
    if isinstance(value, float):
        return float(f"{value:.9g}")
    if isinstance(value, dict):
        return {k: rounded(v) for k, v in value.items()}
    return [rounded(v) for v in value] if isinstance(value, list) else value


json.dump(rounded({
    "x": x.tolist(), "weights": weights.tolist(),
    "targets": {t: np.reshape(v[0], (ROWS, -1)).astype(np.float32).tolist() for t, v in TASKS.items()},
    "number": number.tolist(), "regressions": regressions, "batch": BATCH, "trainings": trainings}),
    open(sys.argv[1] if len(sys.argv) > 1 else "heads.json", "w"))
