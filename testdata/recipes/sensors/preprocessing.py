"""Readings of sensors as vectors: norms, summaries of a row, broken sensors, the last events."""
import tensorflow as tf
import tensorflow_transform as tft

COLUMNS = {
    "machine": tf.io.FixedLenFeature([], tf.string),
    "readings": tf.io.FixedLenFeature([6], tf.float32),
    "events": tf.io.VarLenFeature(tf.float32),
    "failed": tf.io.FixedLenFeature([], tf.int64),
}


def preprocessing_fn(inputs):
    readings = inputs["readings"]
    nan = tf.math.is_nan(readings)
    clean = tf.where(nan, tf.zeros_like(readings), readings)
    scaled = tft.scale_to_z_score(readings, elementwise=True)
    events = tf.RaggedTensor.from_sparse(inputs["events"])
    return {
        "scaled": tf.where(nan, tf.zeros_like(readings), scaled),
        "broken": tf.reduce_sum(tf.cast(nan, tf.int64), axis=1),
        "any_broken": tf.cast(tf.reduce_any(nan, axis=1), tf.int64),
        "mean": tf.reduce_mean(clean, axis=1),
        "range": tf.reduce_max(clean, axis=1) - tf.reduce_min(clean, axis=1),
        "pairs": tf.reshape(clean, [-1, 3, 2]),
        "pair_means": tf.reduce_mean(tf.reshape(clean, [-1, 3, 2]), axis=2),
        "direction": tf.math.l2_normalize(clean, axis=1),
        "level": tft.apply_buckets(tf.reduce_mean(clean, axis=1), tft.quantiles(tf.reduce_mean(clean, axis=1), 4, 0.01)),
        "event_sum": tf.reduce_sum(events, axis=1),
        "event_count": tft.word_count(inputs["events"]),
        "last_events": events[:, -2:].to_tensor(0.0, shape=[None, 2]),
        "machine": tft.compute_and_apply_vocabulary(inputs["machine"], vocab_filename="machines"),
        "failed": inputs["failed"],
    }
