"""Modules that Keras 3 exports (model.export), with goldens by Python, for ForeignModulesTest.

    python make_exports.py [FOLDER]      (tensorflow 2.21, keras 3.15)

Goldens are {"module", "signature", "inputs", "outputs"}: what serving_default gives, in the encoding of the zoo.
"""
import base64
import json
import os
import shutil
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import numpy as np
import tensorflow as tf
import keras
from keras import layers, ops

OUT = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(os.path.abspath(__file__)), "exports"))


def scalar(x, kind):
    if kind == "S":
        try:
            return x.decode("utf-8")
        except UnicodeDecodeError:
            return {"base64": base64.b64encode(x).decode()}
    if kind == "b":
        return bool(x)
    if kind in "iu":
        return int(x)
    return "NaN" if np.isnan(x) else float(str(x))


def encode(a):
    a = np.asarray(a.numpy() if hasattr(a, "numpy") else a)
    if a.dtype.kind in "OSU":
        return {"dtype": "string", "shape": list(a.shape), "values": [scalar(x, "S") for x in a.ravel()]}
    kind = a.dtype.kind if a.dtype.kind in "biuf" else "f"
    return {"dtype": str(a.dtype), "shape": list(a.shape), "values": [scalar(x, kind) for x in a.ravel()]}


def strings(*values):
    a = np.empty(len(values), object)
    a[:] = [v.encode() for v in values]
    return a


def golden(name, inputs):
    path = os.path.join(OUT, name)
    f = tf.saved_model.load(path).signatures["serving_default"]
    out = f(**{k: tf.constant(v) for k, v in inputs.items()})
    with open(path + ".golden.json", "w", encoding="utf-8") as g:
        json.dump({"module": name, "signature": "serving_default", "inputs": {k: encode(v) for k, v in inputs.items()},
                   "outputs": {k: encode(v) for k, v in out.items()}}, g, ensure_ascii=False, separators=(",", ":"))


def export(name, model, inputs):
    path = os.path.join(OUT, name)
    shutil.rmtree(path, ignore_errors=True)
    model.export(path, verbose=False)
    golden(name, inputs)


def main():
    os.makedirs(OUT, exist_ok=True)
    keras.utils.set_random_seed(7)
    rng = np.random.default_rng(7)
    x = lambda *shape: np.round(rng.normal(size=shape), 3).astype(np.float32)

    # A plain stack of layers.
    plain = keras.Sequential([keras.Input((5,), name="features"), layers.Dense(6, activation="gelu"), layers.Dense(3)])
    export("keras_dense", plain, {"features": x(3, 5)})

    # Text inside the model: a vocabulary, embeddings, attention with a mask.
    text = keras.Input((), dtype="string", name="text")
    ids = layers.TextVectorization(output_sequence_length=6, vocabulary=["a", "small", "parcel", "baker"])(text)
    e = layers.Embedding(6, 8, mask_zero=True)(ids)
    a = layers.MultiHeadAttention(2, 4)(e, e)
    export("keras_text", keras.Model(text, layers.GlobalAveragePooling1D()(a)), {"text": strings("a small parcel", "Baker!", "")})

    # Several inputs of several types as a dict, several outputs as a dict; a lookup, an integer embedding, a feature cross.
    user = keras.Input((), dtype="int64", name="user")
    city = keras.Input((), dtype="string", name="city")
    ages = keras.Input((2,), name="ages")
    u = layers.Embedding(10, 4)(user)
    c = layers.StringLookup(vocabulary=["rome", "oslo"], output_mode="one_hot")(city)
    h = layers.Concatenate()([u, c, layers.Normalization(mean=[40., 3.], variance=[100., 2.])(ages)])
    heads = keras.Model({"user": user, "city": city, "ages": ages}, {"score": layers.Dense(1)(h), "vector": layers.Dense(5)(h)})
    export("keras_heads", heads, {"user": np.array([1, 9], np.int64), "city": strings("oslo", "lima"), "ages": x(2, 2) * 10 + 40})

    # Quantised to int8, and a recurrent layer.
    small = keras.Sequential([keras.Input((6,), name="x"), layers.Dense(8, activation="relu"), layers.Dense(2)])
    small.quantize("int8")
    export("keras_int8", small, {"x": x(4, 6)})
    series = keras.Sequential([keras.Input((4,), name="steps"), layers.Reshape((4, 1)), layers.GRU(3), layers.Dropout(.5)])
    export("keras_gru", series, {"steps": x(2, 4)})

    # An archive with endpoints of its own, one of them named as older guides do.
    class Served(keras.Model):
        def __init__(self):
            super().__init__()
            self.dense = layers.Dense(3)

        def call(self, inputs, training=False):
            return self.dense(inputs)

    model = Served()
    model(x(1, 4))
    archive = keras.export.ExportArchive()
    archive.track(model)
    spec = [keras.InputSpec(shape=(None, 4), dtype="float32")]
    archive.add_endpoint("serve", lambda inputs: model(inputs), [tf.TensorSpec((None, 4), tf.float32, name="inputs")])
    archive.add_endpoint("serving_fn", lambda inputs: {"norm": ops.norm(model(inputs), axis=1)},
                         [tf.TensorSpec((None, 4), tf.float32, name="inputs")])
    path = os.path.join(OUT, "keras_archive")
    shutil.rmtree(path, ignore_errors=True)
    archive.write_out(path, verbose=False)
    golden("keras_archive", {"inputs": x(3, 4)})


if __name__ == "__main__":
    main()
