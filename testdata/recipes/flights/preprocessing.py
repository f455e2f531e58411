"""Flights that may be late: parts of a date, numbers that are no numbers, routes as crosses."""
import tensorflow as tf
import tensorflow_transform as tft

COLUMNS = {
    "departure": tf.io.FixedLenFeature([], tf.string),
    "carrier": tf.io.FixedLenFeature([], tf.string),
    "origin": tf.io.FixedLenFeature([], tf.string),
    "dest": tf.io.FixedLenFeature([], tf.string),
    "distance": tf.io.FixedLenFeature([], tf.string),
    "delay": tf.io.FixedLenFeature([], tf.float32),
}


def part(text, position, length):
    return tf.strings.to_number(tf.strings.substr(text, position, length), tf.int64)


def preprocessing_fn(inputs):
    when = inputs["departure"]
    hour = part(when, 11, 2)
    angle = tf.cast(hour * 60 + part(when, 14, 2), tf.float32) * (2 * 3.141592653589793 / 1440)
    known = tf.strings.regex_full_match(inputs["distance"], r"\d+")
    miles = tf.strings.to_number(tf.where(known, inputs["distance"], "0"))
    miles = tf.where(known, miles, -1.0)
    late = tf.cast(inputs["delay"] > 15.0, tf.int64)
    return {
        "month": part(when, 5, 2) - 1,
        "rush_hour": tf.cast(((hour >= 7) & (hour < 10)) | ((hour >= 16) & (hour < 19)), tf.int64),
        "time_sin": tf.sin(angle),
        "time_cos": tf.cos(angle),
        "distance": tft.scale_to_0_1(miles),
        "long": tf.cast(miles > tft.mean(miles), tf.int64),
        "route": tft.compute_and_apply_vocabulary(
            tf.strings.join([inputs["origin"], inputs["dest"]], "-"), top_k=5, num_oov_buckets=3, vocab_filename="routes"),
        "carrier": tft.compute_and_apply_vocabulary(
            inputs["carrier"], labels=late, num_oov_buckets=1, vocab_filename="carriers"),
        "carrier_delay": tft.scale_to_0_1_per_key(tf.clip_by_value(inputs["delay"], 0.0, 120.0), inputs["carrier"]),
        "late": late,
    }
