"""Visits of a shop: pages and searches as one list, missing values as features, the time of day on a circle."""
import tensorflow as tf
import tensorflow_transform as tft

COLUMNS = {
    "pages": tf.io.VarLenFeature(tf.string),
    "searches": tf.io.VarLenFeature(tf.string),
    "country": tf.io.FixedLenFeature([], tf.string),
    "last_order": tf.io.VarLenFeature(tf.float32),
    "coupon": tf.io.VarLenFeature(tf.string),
    "minute": tf.io.FixedLenFeature([], tf.float32),
    "email": tf.io.FixedLenFeature([], tf.string),
}


def missing(column):
    values = column.values
    there = tf.ones_like(values, tf.int64) if values.dtype == tf.string else tf.cast(~tf.math.is_nan(values), tf.int64)
    return tf.scatter_nd(column.indices[:, :1], there, column.dense_shape[:1]) == 0


def preprocessing_fn(inputs):
    ragged = {name: tf.RaggedTensor.from_sparse(inputs[name]) for name in ("pages", "searches")}
    country = tf.RaggedTensor.from_tensor(inputs["country"][:, tf.newaxis])
    events = tf.concat([ragged["pages"], ragged["searches"], country], axis=1).to_sparse()
    angle = inputs["minute"] * (2 * 3.141592653589793 / 1440)
    return {
        "events": events,
        "event_ids": tft.compute_and_apply_vocabulary(events, top_k=12, num_oov_buckets=2, vocab_filename="events"),
        "event_count": tft.word_count(events),
        "first_order": tf.cast(missing(inputs["last_order"]), tf.int64),
        "no_coupon": tf.cast(missing(inputs["coupon"]), tf.float32),
        "day_sin": tf.sin(angle),
        "day_cos": tf.cos(angle),
        "business": tf.cast(tf.strings.regex_full_match(inputs["email"], r"[\w.]+@(example|test)\.com"), tf.int64),
    }
