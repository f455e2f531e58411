"""Parses TFRecords that BatchSink wrote, with the features that schema.pbtxt says; prints JSON."""
import glob
import json
import sys

import tensorflow as tf

prefix, schema = sys.argv[1], sys.argv[2]
text = open(schema, encoding="utf-8").read()
for name in ["id", "matrix", "words", "tree$ragged_values", "tree$row_lengths_1",
             "bag$sparse_values", "bag$sparse_indices_0"]:
    assert f'name: "{name}"' in text, (name, text)

spec = {
    "id": tf.io.FixedLenFeature([], tf.int64),
    "matrix": tf.io.FixedLenFeature([2, 2], tf.float32),
    "words": tf.io.VarLenFeature(tf.string),
    "tree": tf.io.RaggedFeature(
        tf.int64, value_key="tree$ragged_values",
        partitions=[tf.io.RaggedFeature.RowLengths("tree$row_lengths_1")]),
    "bag": tf.io.SparseFeature(
        "bag$sparse_indices_0", "bag$sparse_values", tf.float32, size=5, already_sorted=True),
}
files = sorted(glob.glob(prefix + "-*.tfrecord"))
records = list(tf.data.TFRecordDataset(files, "GZIP").as_numpy_iterator())
parsed = tf.io.parse_example(records, spec)
out = {
    "id": parsed["id"].numpy().tolist(),
    "matrix": parsed["matrix"].numpy().tolist(),
    "words": [[w.decode() for w in row] for row in
              tf.RaggedTensor.from_sparse(parsed["words"]).to_list()],
    "tree": parsed["tree"].to_list(),
    "bag": tf.sparse.to_dense(parsed["bag"]).numpy().tolist(),
}
json.dump(out, open(sys.argv[3], "w", encoding="utf-8"), ensure_ascii=False, sort_keys=True)
