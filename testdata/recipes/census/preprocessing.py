"""Answers to a census: numbers from 0 to 1, answers as numbers, the label from a fixed list."""
import tensorflow as tf
import tensorflow_transform as tft

NUMBERS = ["age", "capital-gain", "capital-loss", "hours-per-week"]
ANSWERS = ["workclass", "education", "marital-status", "occupation", "native-country"]

COLUMNS = {
    **{name: tf.io.FixedLenFeature([], tf.float32) for name in NUMBERS},
    "education-num": tf.io.VarLenFeature(tf.float32),
    **{name: tf.io.FixedLenFeature([], tf.string) for name in ANSWERS},
    "label": tf.io.FixedLenFeature([], tf.string),
}


def preprocessing_fn(inputs):
    features = {name: tft.scale_to_0_1(inputs[name]) for name in NUMBERS}
    years = inputs["education-num"]
    years = tf.sparse.to_dense(tf.SparseTensor(years.indices, years.values, [years.dense_shape[0], 1]), 0.0)
    features["education-num"] = tft.scale_to_0_1(tf.squeeze(years, axis=1))
    for name in ANSWERS:
        ids = tft.compute_and_apply_vocabulary(
            tf.strings.strip(inputs[name]), num_oov_buckets=1, vocab_filename=name)
        features[name] = tf.one_hot(ids, tf.cast(tft.get_num_buckets_for_transformed_feature(ids), tf.int32))
    # The test file of the census writes a full stop behind its labels.
    label = tf.strings.regex_replace(inputs["label"], r"\.$", "")
    table = tf.lookup.StaticHashTable(
        tf.lookup.KeyValueTensorInitializer([">50K", "<=50K"], tf.constant([0, 1], tf.int64)), -1)
    features["label"] = table.lookup(label)
    return features
