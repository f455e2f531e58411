"""Reads a transform output whose columns have all kinds of names.

Arguments: the folder, and a file with a JSON object a row: [value, feature] by name.
"""

import json
import keyword
import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import numpy as np
import tensorflow as tf
import tensorflow_transform as tft

folder, values = sys.argv[1:]
rows = [json.loads(line) for line in open(values, encoding="utf-8").read().split("\n") if line]
columns = {n: tf.constant([r[n][0] for r in rows], tf.float32) for n in rows[0]}


def check(what, features):
    assert sorted(features) == sorted(columns), (what, sorted(features))
    for name in columns:
        expected = [r[name][1] for r in rows]
        np.testing.assert_allclose(np.ravel(features[name]), expected, atol=1e-4, err_msg=what + " " + name)


def parameter(name):
    plain = "".join(c if c.isalnum() else "_" for c in name)
    return plain if plain and plain[0].isalpha() and not keyword.iskeyword(plain) else "arg_" + plain


parameters = {n: n for n in columns if parameter(n) == n}
for name in sorted(n for n in columns if parameter(n) != n):
    free, number = parameter(name), 0
    while free in parameters.values():
        number += 1
        free = "%s_%d" % (parameter(name), number)
    parameters[name] = free

output = tft.TFTransformOutput(folder)
assert sorted(output.transformed_feature_spec()) == sorted(columns)
assert sorted(output.raw_feature_spec()) == sorted(columns)
check("transform_raw_features", output.transform_raw_features(columns))
check("layer", output.transform_features_layer()(columns))

served = tf.saved_model.load(os.path.join(folder, "serving"))
check("transform_columns", served.transform_columns(columns))
signature = served.signatures["serving_default"]
check("serving_default", signature(**{parameters[n]: c for n, c in columns.items()}))
examples = [
    tf.train.Example(
        features=tf.train.Features(
            feature={n: tf.train.Feature(float_list=tf.train.FloatList(value=[r[n][0]])) for n in columns}
        )
    ).SerializeToString()
    for r in rows
]
check("serving_examples", served.signatures["serving_examples"](examples=tf.constant(examples)))

with tf.compat.v1.Session(graph=tf.Graph()) as session:
    graph = tf.compat.v1.saved_model.load(session, ["serve"], os.path.join(folder, "serving"))
    names = graph.signature_def["serving_default"]
    fed = {names.inputs[n].name: c.numpy() for n, c in columns.items()}
    check("session", session.run({n: o.name for n, o in names.outputs.items()}, fed))
