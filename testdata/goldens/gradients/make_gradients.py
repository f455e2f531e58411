"""The gradients that Python's tape gives for functions of the zoo, as JSON.

    python make_gradients.py [MODULE ...]      writes gradients.json.gz beside this file

For each function: inputs (strings in base64) and the gradient of half the sum of the squares of all floating outputs
by each trainable variable that the function captures. Keys are the numbers of the function's bound inputs; null where
the tape gives none. `kind` is `__call__` or `sig:NAME`, `ci` the number of the graph; functions with dropout are
marked `random` by hand.
"""
import base64
import gzip
import json
import os
import sys

os.environ["TF_USE_LEGACY_KERAS"] = "1"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np
import tensorflow as tf
from tensorflow.python.checkpoint.trackable_view import TrackableView

HERE = os.path.dirname(os.path.abspath(__file__))
ZOO = os.path.join(HERE, "..", "..", "zoo")
MODULES = sys.argv[1:] or [
    "audio_yamnet", "bert_encoder", "detector", "fixed_batch", "gan", "half_precision", "image_classifier",
    "image_feature_vector", "image_fixed_size", "image_u8", "multi_signature", "nested_dict_out", "nnlm", "no_signature",
    "ragged_in", "scalar_in", "sentence_encoder", "sparse_in_v2", "style", "superres", "swivel20", "text_tokens",
    "video_i3d", "video_streaming"]


def values(array):
    plain = [base64.b64decode(v["base64"]) if isinstance(v, dict) else v for v in array["values"]]
    if array["dtype"] == "string":
        return np.array([v.encode() if isinstance(v, str) else v for v in plain], dtype=object)
    return np.array(plain, dtype=tf.as_dtype(array["dtype"]).as_numpy_dtype)


def flat(inputs):
    """The tensors of a call in the order of their names; None where it has an input that is not dense or ragged."""
    tensors = []
    for name in sorted(inputs):
        array = inputs[name]
        if "indices" in array:
            return None
        if "row_splits" in array:
            splits = array["row_splits"]
            splits = splits if isinstance(splits[0], list) else [splits]
            if len(splits) != 1:
                return None
            tensors += [values(array), np.array(splits[0], np.int64)]
        else:
            tensors.append(values(array).reshape(array["shape"]))
    return None if any(t.size == 0 for t in tensors) else tensors


def encoded(x):
    x = np.asarray(x)
    if x.dtype.kind in "OSU":
        texts = [v if isinstance(v, bytes) else v.encode() for v in x.ravel()]
        return dict(dtype="string", shape=list(x.shape), values=[base64.b64encode(t).decode() for t in texts])
    return dict(dtype=str(x.dtype), shape=list(x.shape), values=[float(v) for v in x.ravel().astype(np.float64)])


def golden(name, kind, number, function, tensors, variables):
    captured = {i: v for i, c in enumerate(function.captured_inputs)
                for v in variables if c is v.handle and v.trainable}
    if not captured or len(function.inputs) - len(function.captured_inputs) != len(tensors):
        return None
    given = [tf.constant(x, dtype=t.dtype) for x, t in zip(tensors, function.inputs)]
    with tf.GradientTape() as tape:
        outputs = tf.nest.flatten(function._call_flat(given, function.captured_inputs), expand_composites=True)
        floating = [o for o in outputs if o is not None and o.dtype.is_floating]
        loss = tf.add_n([0.5 * tf.reduce_sum(tf.square(tf.cast(o, tf.float32))) for o in floating])
    gradients = tape.gradient(loss, list(captured.values()))
    numbers = {
        str(i): None if g is None else
        [float(x) for x in tf.cast(tf.convert_to_tensor(g), tf.float32).numpy().ravel()]
        for i, g in zip(captured, gradients)}
    constants = [x for x in tf.nest.flatten(function.structured_input_signature) if not isinstance(x, tf.TypeSpec)]
    return dict(name=name, kind=kind, ci=number, args=str(constants), inputs=[encoded(t.numpy()) for t in given],
                loss=float(loss), grads=numbers)


def goldens(name):
    module = tf.saved_model.load(os.path.join(ZOO, name))
    variables = [o for o in TrackableView(module).descendants() if isinstance(o, tf.Variable)]
    done = set()
    for call in json.load(open(os.path.join(ZOO, name + ".golden.json")))["calls"]:
        tensors = flat(call["inputs"]) if "outputs" in call and call["inputs"] else None
        if tensors is None:
            continue
        if call.get("member") == "__call__":
            kind, functions = "__call__", list(enumerate(module.__call__.concrete_functions))
        elif call.get("signature") in module.signatures:
            kind, functions = "sig:" + call["signature"], [(0, module.signatures[call["signature"]])]
        else:
            continue
        for number, function in functions:
            if (kind, number) not in done:
                try:
                    found = golden(name, kind, number, function, tensors, variables)
                except (TypeError, ValueError, tf.errors.InvalidArgumentError):
                    continue  # another graph takes these inputs
                if found:
                    done.add((kind, number))
                    yield found


if __name__ == "__main__":
    everything = [g for name in MODULES for g in goldens(name)]
    with gzip.open(os.path.join(HERE, "gradients.json.gz"), "wt") as out:
        json.dump(everything, out)
