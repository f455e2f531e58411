"""Embeds lines with the demo module: python use_demo_module.py MODULE LINES OUT; OUT gets float32 vectors."""
import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_USE_LEGACY_KERAS"] = "1"
import numpy as np
import tensorflow as tf
import tensorflow_hub as hub

folder, lines, out = sys.argv[1:4]
with open(lines, encoding="utf-8") as f:
    texts = tf.constant(f.read().split("\n")[:-1])
vectors = hub.load(folder)(texts).numpy()
layer = hub.KerasLayer(folder, input_shape=[], dtype=tf.string, trainable=True)
model = tf.keras.Sequential([layer, tf.keras.layers.Dense(1)])
np.testing.assert_allclose(layer(texts).numpy(), vectors, atol=1e-6)
model.compile("sgd", "mse")
model.fit(texts, tf.ones([len(texts), 1]), epochs=1, verbose=0)
saved = tf.saved_model.load(folder)
assert saved.embeddings.shape == [8192, 128]
np.testing.assert_allclose(saved.signatures["serving_default"](texts)["output_0"].numpy(), vectors, atol=1e-6)
vectors.astype("<f4").tofile(out)
