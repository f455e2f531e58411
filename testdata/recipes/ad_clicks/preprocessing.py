"""Clicks on advertisements: logarithms of counts that may be missing or negative, hashed categories."""
import tensorflow as tf
import tensorflow_transform as tft

COUNTS = ["int_1", "int_2", "int_3"]
CATEGORIES = ["cat_1", "cat_2", "cat_3"]

COLUMNS = {
    "clicked": tf.io.FixedLenFeature([], tf.int64),
    **{name: tf.io.VarLenFeature(tf.int64) for name in COUNTS},
    **{name: tf.io.VarLenFeature(tf.string) for name in CATEGORIES},
}
BUCKETS = 50


def filled(column, value):
    one = tf.SparseTensor(column.indices, column.values, [column.dense_shape[0], 1])
    return tf.squeeze(tf.sparse.to_dense(one, value), axis=1)


def preprocessing_fn(inputs):
    features = {"clicked": inputs["clicked"]}
    for name in COUNTS:
        count = tf.cast(filled(inputs[name], 0), tf.float32)
        features[name] = tf.where(count > 2.0, tf.square(tf.math.log(tf.maximum(count, 1.0))), count)
        features[name + "_01"] = tft.scale_to_0_1(tf.math.log1p(tf.maximum(count, 0.0)))
    for name in CATEGORIES:
        features[name] = tft.hash_strings(filled(inputs[name], "missing"), BUCKETS)
    cross = tf.strings.join([filled(inputs["cat_1"], ""), filled(inputs["cat_2"], "")], "_x_")
    features["cat_1_x_cat_2"] = tft.hash_strings(cross, 2 * BUCKETS)
    features["cat_3_frequent"] = tft.compute_and_apply_vocabulary(
        filled(inputs["cat_3"], "missing"), frequency_threshold=3, num_oov_buckets=5, vocab_filename="cat_3")
    return features
