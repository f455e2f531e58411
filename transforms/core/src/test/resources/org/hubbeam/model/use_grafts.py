"""Calls the functions of modules that other modules were taken into, beside golden calls.

use_grafts.py FOLDER OUT: FOLDER/NAME is a module, FOLDER/NAME.json the golden calls of its
functions call_0, call_1, ...; OUT gets a line for each call that gives something else.
"""

import base64
import json
import os
import sys

import numpy as np
import tensorflow as tf
import tensorflow_hub as hub


def plain(value):
    return base64.b64decode(value["base64"]) if isinstance(value, dict) else value


def constant(array):
    values = [plain(v) for v in array["values"]]
    if array["dtype"] != "string":
        values = [float(v) if isinstance(v, str) else v for v in values]
    return tf.constant(values, array["dtype"], [len(values)])


def tensor(array):
    if "row_splits" in array:
        inner = [d for d in array["shape"][1 + len(array["row_splits"]):]]
        values = constant(array)
        if inner:
            values = tf.reshape(values, [-1] + inner)
        return tf.RaggedTensor.from_nested_row_splits(
            values, [tf.constant(s, tf.int64) for s in array["row_splits"]])
    if "indices" in array:
        indices = np.array(array["indices"], np.int64).reshape([-1, len(array["shape"])])
        return tf.SparseTensor(indices, constant(array), array["shape"])
    return tf.reshape(constant(array), array["shape"])


def nested(flat):
    tree = {}
    for path, array in flat.items():
        parts = path.split("/")
        node = tree
        for part in parts[:-1]:
            node = node.setdefault(part, {})
        node[parts[-1]] = tensor(array)
    return listed(tree)


def listed(tree):
    if not isinstance(tree, dict):
        return tree
    if tree and all(k.isdigit() for k in tree):
        return [listed(tree[str(i)]) for i in range(len(tree))]
    return {k: listed(v) for k, v in tree.items()}


def flattened(value, path=""):
    if isinstance(value, dict) or hasattr(value, "items"):
        items = value.items()
    elif isinstance(value, (list, tuple)) or type(value).__name__ == "ListWrapper":
        items = enumerate(value)
    else:
        return {path or "output": value}
    out = {}
    for key, child in items:
        out.update(flattened(child, path + "/" + str(key) if path else str(key)))
    return out


def same(golden, actual):
    wanted = tensor(golden)
    if isinstance(wanted, tf.RaggedTensor):
        wanted, actual = wanted.flat_values, actual.flat_values
    if isinstance(wanted, tf.SparseTensor):
        wanted, actual = wanted.values, actual.values
    if wanted.dtype != actual.dtype:
        return False
    if wanted.dtype == tf.string:
        return (wanted.numpy() == actual.numpy()).all()
    wanted, actual = (tf.cast(a, tf.float64).numpy() for a in (wanted, actual))
    return wanted.shape == actual.shape and np.allclose(
        wanted, actual, rtol=1e-5, atol=1e-5, equal_nan=True)


def misfits(name, load, folder, calls):
    for number, call in enumerate(calls):
        module = load(folder)  # anew for each, as a call may change variables
        function = getattr(module, "call_%d" % number)
        given = flattened(function(**nested(call["inputs"])))
        for output, golden in call["outputs"].items():
            if "cut" not in golden and not call.get("random") and "asset_path" not in call:
                if not same(golden, given[output]):
                    yield "%s call_%d: %s" % (name, number, output)


def main(folder, out):
    with open(out, "w") as file:
        for golden in sorted(f for f in os.listdir(folder) if f.endswith(".json")):
            name = golden[:-5]
            with open(os.path.join(folder, golden)) as calls:
                calls = json.load(calls)
            for load in (tf.saved_model.load, hub.load)[:2 if name == "nnlm" else 1]:
                try:
                    for line in misfits(name, load, os.path.join(folder, name), calls):
                        file.write(line + "\n")
                except Exception as e:  # reported with the module's name
                    file.write("%s: %r\n" % (name, e))


main(*sys.argv[1:])
