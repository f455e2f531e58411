"""Decodes the packed columns of TFRecords by the tags of their schema.pbtxt; prints JSON."""
import glob
import json
import re
import sys

import tensorflow as tf

prefix, schema = sys.argv[1], sys.argv[2]
text = open(schema, encoding="utf-8").read()
found = dict(re.findall(r'name: "(\w+)"[^"]*?annotation \{\s*tag: "(packed:[^"]+)"', text))
spec = {name: tf.io.FixedLenFeature([], tf.string) for name in found}
records = list(tf.data.TFRecordDataset(sorted(glob.glob(prefix + "-*.tfrecord"))).as_numpy_iterator())
parsed = tf.io.parse_example(records, spec)
out = {}
for name, tag in found.items():
    _, dtype, *dims = tag.split(":")
    values = tf.io.decode_raw(parsed[name], tf.as_dtype(dtype))
    out[name] = [dtype, tf.reshape(values, [-1] + [int(d) for d in dims]).numpy().tolist()]
json.dump(out, open(sys.argv[3], "w", encoding="utf-8"), sort_keys=True)
