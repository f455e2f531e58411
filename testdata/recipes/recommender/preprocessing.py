"""Ratings of films: users and films as numbers, the genres of each film, the rating between -1 and 1."""
import tensorflow as tf
import tensorflow_transform as tft

COLUMNS = {
    "user_id": tf.io.FixedLenFeature([], tf.int64),
    "title": tf.io.FixedLenFeature([], tf.string),
    "genres": tf.io.FixedLenFeature([], tf.string),
    "rating": tf.io.FixedLenFeature([], tf.float32),
    "timestamp": tf.io.FixedLenFeature([], tf.int64),
}
GENRES = 6


def preprocessing_fn(inputs):
    genres = tf.strings.split(inputs["genres"], "|").to_sparse()
    genre_ids = tft.compute_and_apply_vocabulary(genres, top_k=GENRES, vocab_filename="genres", default_value=GENRES)
    year = tf.strings.to_number(
        tf.strings.regex_replace(inputs["title"], r"^.*\((\d{4})\)$", r"\1"), tf.int64)
    hour = tf.cast(inputs["timestamp"] // 3600 % 24, tf.float32)
    angle = hour * (2 * 3.141592653589793 / 24)
    return {
        "user": tft.compute_and_apply_vocabulary(inputs["user_id"], num_oov_buckets=1, vocab_filename="users"),
        "film": tft.compute_and_apply_vocabulary(inputs["title"], num_oov_buckets=1, vocab_filename="films"),
        "genres": tf.reduce_max(
            tf.one_hot(tf.RaggedTensor.from_sparse(genre_ids).to_tensor(-1), GENRES + 1), axis=1),
        "year": tft.scale_to_z_score(year),
        "hour_sin": tf.sin(angle),
        "hour_cos": tf.cos(angle),
        "age": tft.scale_to_0_1(tf.cast(tft.max(inputs["timestamp"]) - inputs["timestamp"], tf.float32)),
        "rating": (inputs["rating"] - 3.0) / 2.0,
        "mean_rating": inputs["rating"] - tft.mean(inputs["rating"]),
    }
