"""Taxi trips with missing values: will the tip be more than a fifth of the fare?"""
import tensorflow as tf
import tensorflow_transform as tft

NUMBERS = ["fare", "trip_miles", "trip_seconds"]
PLACES = ["pickup_latitude", "pickup_longitude", "dropoff_latitude", "dropoff_longitude"]
TEXTS = ["payment_type", "company"]
NUMBERED = ["trip_start_month", "trip_start_day", "trip_start_hour", "pickup_community_area"]

COLUMNS = {
    **{name: tf.io.VarLenFeature(tf.float32) for name in NUMBERS + PLACES + ["tips"]},
    **{name: tf.io.VarLenFeature(tf.string) for name in TEXTS},
    **{name: tf.io.VarLenFeature(tf.int64) for name in NUMBERED},
}


def filled(column, value):
    one = tf.SparseTensor(column.indices, column.values, [column.dense_shape[0], 1])
    return tf.squeeze(tf.sparse.to_dense(one, value), axis=1)


def preprocessing_fn(inputs):
    features = {}
    for name in NUMBERS:
        features[name + "_z"] = tft.scale_to_z_score(filled(inputs[name], 0.0))
    for name in PLACES:
        features[name + "_bucket"] = tft.bucketize(filled(inputs[name], 0.0), 4)
    for name in TEXTS:
        features[name + "_id"] = tft.compute_and_apply_vocabulary(
            filled(inputs[name], ""), top_k=3, num_oov_buckets=2, vocab_filename=name)
    for name in NUMBERED:
        features[name] = filled(inputs[name], 0)
    fare = filled(inputs["fare"], float("nan"))
    tips = filled(inputs["tips"], 0.0)
    features["big_tip"] = tf.where(
        tf.math.is_nan(fare), tf.zeros_like(fare, tf.int64), tf.cast(tips > fare * 0.2, tf.int64))
    return features
