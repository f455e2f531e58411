# SPDX-License-Identifier: Apache-2.0
# Copyright The hubbeam authors
"""The peer of the training suites: Keras.

train.py ROWS FEATURES BATCH EPOCHS [HIDDEN,...]   trains a head on made vectors of 11 classes, with Adam
train.py tune FOLDER ROWS BATCH EPOCHS TABLE       trains a module with a linear head, on what it takes, or on ids of a table of so many rows

Prints rows a second of processor time, of the epochs after the first quarter.
"""
import os
import sys
import time

os.environ["TF_USE_LEGACY_KERAS"] = "1"
import numpy as np
import tensorflow as tf
import tf_keras as keras

tf.config.threading.set_intra_op_parallelism_threads(1)
tf.config.threading.set_inter_op_parallelism_threads(1)


def tune(folder, rows, batch, epochs, table):
    import tensorflow_hub as hub

    rng = np.random.default_rng(1)
    classes = np.arange(rows) % 11
    module = hub.load(folder)
    functions = module.__call__.concrete_functions
    if not getattr(module, "trainable_variables", ()):
        # a tf.Module is saved without the lists that KerasLayer takes what it trains from
        module.variables = list(functions[0].variables)
        module.trainable_variables = [v for v in module.variables if v.trainable]
    layer = hub.KerasLayer(module, trainable=True)
    # as TuneLoop has them: texts, ids of a table, numbers, or integers that are 0 and 1
    word = lambda c: "".join(chr(97 + (c + n) % 26) for n in rng.integers(0, 14, rng.integers(1, 9)))
    def made(spec):
        shape = (rows, *(16 if d is None else d for d in spec.shape[1:]))
        if table:
            return rng.integers(0, table, (rows, 20))
        if spec.dtype == tf.string:
            return np.array([" ".join(word(c) for _ in range(8)) for c in classes], dtype=object)
        return rng.random(shape, np.float32) if spec.dtype.is_floating else rng.integers(0, 2, shape, np.int32)
    specs = functions[0].structured_input_signature[0][0]
    inputs = tf.nest.map_structure(made, specs)
    given = tf.nest.map_structure(lambda a, s: keras.Input(a.shape[1:], dtype=s.dtype), inputs, specs)
    output = layer(given)
    model = keras.Model(given, keras.layers.Dense(11)(output["default"] if isinstance(output, dict) else output))
    assert layer.trainable_weights, "Keras finds nothing to train in " + folder
    model.compile(keras.optimizers.Adam(0.001), keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    data = tf.data.Dataset.from_tensor_slices((inputs, classes)).shuffle(10_000).batch(batch)
    model.fit(data, epochs=1, verbose=0)
    start = time.process_time()
    history = model.fit(data, epochs=epochs - 1, verbose=0)
    print("rows/s %.1f" % (rows * (epochs - 1) / (time.process_time() - start)))
    print("measured loss %.4f" % history.history["loss"][-1])


if sys.argv[1] == "tune":
    tune(sys.argv[2], *map(int, sys.argv[3:7]))
    sys.exit()
rows, features, batch, epochs = map(int, sys.argv[1:5])
hidden = [int(n) for n in sys.argv[5].split(",")] if len(sys.argv) > 5 else []
rng = np.random.default_rng(1)
classes = np.arange(rows) % 11
vectors = ((rng.random((11, features)) - 0.5) * 0.2)[classes] + rng.random((rows, features)) - 0.5
vectors = vectors.astype(np.float32)
model = keras.Sequential(
    [keras.Input((features,))] + [keras.layers.Dense(n, activation="relu") for n in hidden] + [keras.layers.Dense(11)])
model.compile(keras.optimizers.Adam(0.001), keras.losses.SparseCategoricalCrossentropy(from_logits=True))
model.fit(vectors, classes, batch_size=batch, epochs=epochs // 4, verbose=0)
start = time.process_time()
history = model.fit(vectors, classes, batch_size=batch, epochs=epochs - epochs // 4, verbose=0)
print("rows/s %.1f" % (rows * (epochs - epochs // 4) / (time.process_time() - start)))
print("measured loss %.4f" % history.history["loss"][-1])
