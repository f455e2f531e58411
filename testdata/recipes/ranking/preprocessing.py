"""Queries and titles with one vocabulary for both, lists of clicks cut to the last few."""
import tensorflow as tf
import tensorflow_transform as tft

COLUMNS = {
    "query": tf.io.RaggedFeature(tf.string, value_key="query", row_splits_dtype=tf.int64),
    "title": tf.io.RaggedFeature(tf.string, value_key="title", row_splits_dtype=tf.int64),
    "clicked": tf.io.VarLenFeature(tf.int64),
    "relevance": tf.io.FixedLenFeature([], tf.int64),
}
CLICKS = 3


def preprocessing_fn(inputs):
    query, title = inputs["query"], inputs["title"]
    words = tft.vocabulary(tf.concat([query, title], axis=1), vocab_filename="words", top_k=20)
    clicked = tf.RaggedTensor.from_sparse(inputs["clicked"])[:, :CLICKS]
    return {
        "query_ids": tft.apply_vocabulary(query, words, num_oov_buckets=1),
        "title_ids": tft.apply_vocabulary(title, words, num_oov_buckets=1),
        "clicked": clicked.to_tensor(default_value=0, shape=[None, CLICKS]),
        "clicks": clicked.row_lengths(),
        "relevance": inputs["relevance"],
    }
