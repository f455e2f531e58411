"""Trains modules of the zoo with a linear head for twenty steps of SGD in Python, and writes what comes of it as JSON.

    python make_training.py [NAME ...]      (without a name: all)

One file per module, `NAME.json.gz`: the arguments of the function and the output that goes into the head, the rows (inputs and labels), the rows of each step, the rate,
the head's weights at the start, the loss of each step, and the values of all variables and of the head at the end. The loss is the mean of the softmax
cross entropy, plus the module's regularization losses, as Keras adds them. Assignments that the function makes (moving averages) happen in each step.
Variables go by the path that `hubbeam inspect` shows. Floats are base64 of little-endian float32.
"""
import base64
import gzip
import json
import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
HERE = os.path.dirname(os.path.abspath(__file__))
ZOO = os.path.join(HERE, "..", "..", "zoo")

import numpy as np
import tensorflow as tf
from tensorflow.core.protobuf import saved_model_pb2

STEPS, BATCH, CLASSES = 20, 8, 3
WORDS = ["the", "cat", "sat", "on", "a", "mat", "dog", "ran", "to", "see", "sun", "moon", "hello", "world", "good", "day", "rain", "zebra"]


def sentences(rng, rows):
    return np.array([" ".join(rng.choice(WORDS, rng.integers(1, 7))) for _ in range(rows)], dtype=object)


def images(rng, rows):
    return rng.integers(0, 16, (rows, 40, 40, 3)).astype(np.float32) / 16


def tokens(rng, rows):
    ids = rng.integers(1, 75, (rows, 12)).astype(np.int32)
    length = rng.integers(3, 13, rows)
    mask = (np.arange(12)[None, :] < length[:, None]).astype(np.int32)
    types = (np.arange(12)[None, :] >= length[:, None] // 2).astype(np.int32) * mask
    return {"input_word_ids": ids * mask, "input_mask": mask, "input_type_ids": types}


# name: rows, the call, arguments as `inspect` shows them, the output, the rate
MODULES = {
    "image_feature_vector": (images, lambda m, x: m(x, True, 0.997), {"training": True, "batch_norm_momentum": 0.997}, "output", 0.1),
    "nnlm": (sentences, lambda m, x: m(x), {}, "output", 0.5),
    "sentence_encoder": (sentences, lambda m, x: m(x), {}, "output", 0.1),
    "bert_encoder": (tokens, lambda m, x: m(x, False, None)["pooled_output"], {"training": False}, "pooled_output", 0.1),
}


def paths(folder, loaded):
    """Each variable under its shortest path, as ObjectGraph.members finds it."""
    proto = saved_model_pb2.SavedModel()
    with open(os.path.join(folder, "saved_model.pb"), "rb") as f:
        proto.ParseFromString(f.read())
    nodes = proto.meta_graphs[0].object_graph_def.nodes
    found, queue = {0: ("", loaded)}, [0]
    while queue:
        i = queue.pop(0)
        path, value = found[i]
        for child in nodes[i].children:
            kind = nodes[child.node_id].WhichOneof("kind")
            if child.node_id in found or child.local_name in ("signatures", "keras_api") or kind not in ("user_object", "variable"):
                continue
            name = child.local_name
            member = value[int(name)] if name.isdigit() else getattr(value, name)
            found[child.node_id] = (path + "." + name if path else name, member)
            queue.append(child.node_id)
    return {path: value for path, value in found.values() if isinstance(value, tf.Variable)}


def floats(array):
    array = np.asarray(array, dtype="<f4")
    return {"shape": list(array.shape), "base64": base64.b64encode(array.tobytes()).decode()}


def encoded(array):
    if array.dtype == object:
        return {"dtype": "string", "shape": list(array.shape), "values": list(array)}
    if array.dtype == np.int32:
        return {"dtype": "int32", "shape": list(array.shape), "values": array.ravel().tolist()}
    return {"dtype": "float32", **floats(array)}


def train(name):
    make, call, arguments, output, rate = MODULES[name]
    rng = np.random.default_rng(7)
    rows = 16 if make is images else 40
    inputs = make(rng, rows)
    labels = rng.integers(0, CLASSES, rows)
    folder = os.path.join(ZOO, name)
    module = tf.saved_model.load(folder)
    variables = paths(folder, module)
    columns = inputs if isinstance(inputs, dict) else {"": inputs}

    def batch(ids):
        cut = {k: tf.constant(v[ids]) for k, v in columns.items()}
        return cut if isinstance(inputs, dict) else cut[""]

    width = call(tf.saved_model.load(folder), batch([0])).shape[-1]  # another one: a call in training moves averages
    weights = tf.Variable(rng.normal(0, 0.3, (width, CLASSES)).astype(np.float32))
    bias = tf.Variable(np.zeros(CLASSES, np.float32))
    start = {"weights": floats(weights.numpy()), "bias": floats(bias.numpy())}
    trained = [v for v in variables.values() if v.trainable] + [weights, bias]
    steps, losses = [], []
    for step in range(STEPS):
        ids = rng.permutation(rows)[:BATCH]
        with tf.GradientTape() as tape:
            logits = tf.matmul(call(module, batch(ids)), weights) + bias
            loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels[ids], logits))
            loss += tf.add_n([f() for f in getattr(module, "regularization_losses", [])] or [tf.constant(0.0)])
        for variable, gradient in zip(trained, tape.gradient(loss, trained)):
            if gradient is not None:
                variable.assign_sub(rate * tf.convert_to_tensor(gradient))
        steps.append(ids.tolist())
        losses.append(float(loss))
    golden = {
        "module": name,
        "arguments": arguments,
        "output": output,
        "inputs": {k: encoded(v) for k, v in columns.items()},
        "labels": labels.tolist(),
        "steps": steps,
        "rate": rate,
        "start": start,
        "losses": losses,
        "end": {"weights": floats(weights.numpy()), "bias": floats(bias.numpy()), "variables": {p: floats(v.numpy()) for p, v in variables.items()}},
    }
    with open(os.path.join(HERE, name + ".json.gz"), "wb") as raw, gzip.GzipFile(fileobj=raw, mode="wb", mtime=0, filename="") as f:
        f.write(json.dumps(golden).encode())
    original = paths(folder, tf.saved_model.load(folder))
    print(name, losses[0], losses[-1], {p: float(np.abs(v.numpy() - original[p].numpy()).max()) for p, v in list(variables.items())[:8]}, {p for p, v in variables.items() if not v.trainable})


for name in sys.argv[1:] or MODULES:
    train(name)
