"""Headlines: cleaned words, their pairs, hashed words, counts, and the topic as label."""
import tensorflow as tf
import tensorflow_transform as tft

COLUMNS = {
    "title": tf.io.FixedLenFeature([], tf.string),
    "topic": tf.io.FixedLenFeature([], tf.string),
}
PAIRS = 15


def preprocessing_fn(inputs):
    text = tf.strings.lower(inputs["title"], encoding="utf-8")
    text = tf.strings.regex_replace(text, r"https?://\S+", " ")
    text = tf.strings.strip(tf.strings.regex_replace(text, r"[^\pL\pN]+", " "))
    words = tf.strings.split(text, " ").to_sparse()
    pairs = tft.ngrams(words, (1, 2), " ")
    ids = tft.compute_and_apply_vocabulary(pairs, top_k=PAIRS, default_value=PAIRS, vocab_filename="pairs")
    pair_ids, weights = tft.tfidf(ids, PAIRS + 1)
    return {
        "pair_ids": pair_ids,
        "weights": weights,
        "hashed": tft.hash_strings(words, 32),
        "words": tft.word_count(words),
        "characters": tf.cast(tf.strings.length(inputs["title"], unit="UTF8_CHAR"), tf.int64),
        "bag": tft.bag_of_words(words, (1, 1), " "),
        "topic": tft.compute_and_apply_vocabulary(inputs["topic"], vocab_filename="topics"),
    }
