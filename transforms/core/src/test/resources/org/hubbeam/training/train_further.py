"""Trains modules that Java wrote further, as Keras does.

    python train_further.py FOLDER OUT.json

FOLDER holds modules, and for each NAME its input in NAME.json: for each column its dtype, shape and
values. OUT.json gets what the modules gave, and what training changed.
"""
import json
import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_USE_LEGACY_KERAS"] = "1"
import numpy as np
import tensorflow as tf
import tensorflow_hub as hub

folder, out = sys.argv[1:3]


def array(column):
    dtype = object if column["dtype"] == "string" else column["dtype"]
    return np.array(column["values"], dtype).reshape(column["shape"])


def examine(where, columns):
    arrays = {name: array(c) for name, c in columns.items()}
    lone = len(arrays) == 1
    given = next(iter(arrays.values())) if lone else arrays
    tensors = tf.nest.map_structure(
        lambda a: tf.constant(a.tolist() if a.dtype == object else a, tf.string if a.dtype == object else None), given
    )
    rows = len(next(iter(arrays.values())))
    layer = hub.KerasLayer(where, trainable=True)
    scores = layer(tensors)
    loaded = hub.load(where)
    signature = loaded.signatures["serving_default"]
    result = {
        "scores": scores.numpy().tolist(),
        "signature": signature(**({next(iter(signature.structured_input_signature[1])): tensors} if lone else tensors))["scores"].numpy().tolist(),
        "trainable": [v.name for v in layer.trainable_variables],
        "variables": [v.name for v in layer.variables],
        "losses": [float(l) for l in layer.losses],
        "labels": loaded.labels.asset_path.numpy().decode().split("/")[-1] if hasattr(loaded, "labels") else None,
    }
    inputs = {
        n: tf.keras.Input(a.shape[1:], dtype=tf.string if a.dtype == object else a.dtype, name="column_%d" % i)
        for i, (n, a) in enumerate(arrays.items())
    }
    model = tf.keras.Model(inputs, layer(next(iter(inputs.values())) if lone else inputs))
    model.compile(tf.keras.optimizers.Adam(0.003), "sparse_categorical_crossentropy")
    labels = np.arange(rows) % scores.shape[1]
    dataset = tf.data.Dataset.from_tensor_slices(({k: tf.constant(v.tolist(), tf.string) if v.dtype == object else v for k, v in arrays.items()}, labels)).repeat(16).batch(rows)
    before = [v.numpy() for v in layer.variables]
    result["loss"] = [model.evaluate(dataset, verbose=0)]
    model.fit(dataset, epochs=1, verbose=0)
    result["loss"].append(model.evaluate(dataset, verbose=0))
    result["changed"] = [v.name for v, b in zip(layer.variables, before) if not np.array_equal(v.numpy(), b)]
    return result


results = {}
for name in sorted(os.listdir(folder)):
    where = os.path.join(folder, name)
    if os.path.isdir(where):
        with open(where + ".json") as columns:
            results[name] = examine(where, json.load(columns))
with open(out, "w") as file:
    json.dump(results, file)
