"""The next page of a visit: one vocabulary for the pages that are seen and those that follow."""
import tensorflow as tf
import tensorflow_transform as tft

COLUMNS = {
    "cur_page": tf.io.FixedLenFeature([], tf.string),
    "next_page": tf.io.FixedLenFeature([], tf.string),
    "session_index": tf.io.FixedLenFeature([], tf.int64),
}
PAGES = 6


def preprocessing_fn(inputs):
    pages = tft.vocabulary(
        tf.concat([inputs["cur_page"], inputs["next_page"]], axis=0), top_k=PAGES, vocab_filename="pages")
    return {
        "cur_page": tft.apply_vocabulary(inputs["cur_page"], pages, default_value=PAGES),
        "next_page": tft.apply_vocabulary(inputs["next_page"], pages, default_value=PAGES),
        "session_index": tft.bucketize(inputs["session_index"], 3),
    }
