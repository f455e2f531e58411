"""Reviews as weighted bags of words: sparse pairs of word number and tf-idf weight."""
import tensorflow as tf
import tensorflow_transform as tft

COLUMNS = {
    "review": tf.io.FixedLenFeature([], tf.string),
    "label": tf.io.FixedLenFeature([], tf.int64),
}
DELIMITERS = '.,!?(){}" '
WORDS = 25


def preprocessing_fn(inputs):
    words = tf.compat.v1.string_split(inputs["review"], DELIMITERS)
    ids = tft.compute_and_apply_vocabulary(words, top_k=WORDS)
    # One more than the words: unknown words have -1, which becomes the last number.
    word_ids, weights = tft.tfidf(ids, WORDS + 1)
    return {"word_ids": word_ids, "weights": weights, "label": inputs["label"]}
