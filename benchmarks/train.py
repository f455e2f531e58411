# SPDX-License-Identifier: Apache-2.0
# Copyright The hubbeam authors
"""The peer of the training suites: Keras.

train.py ROWS FEATURES BATCH EPOCHS [HIDDEN,...]   trains a head on made vectors of 11 classes, with Adam

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
