"""Film reviews: the first words as numbers, padded to one length, for a recurrent network."""
import tensorflow as tf
import tensorflow_transform as tft

COLUMNS = {
    "text": tf.io.FixedLenFeature([], tf.string),
    "label": tf.io.FixedLenFeature([], tf.int64),
}
WORDS = 30
LENGTH = 12


def preprocessing_fn(inputs):
    words = tf.strings.split(inputs["text"]).to_sparse()
    ids = tft.compute_and_apply_vocabulary(words, default_value=WORDS, top_k=WORDS)
    padded = tf.RaggedTensor.from_sparse(ids).to_tensor(default_value=-1, shape=[None, LENGTH])
    return {"words": padded + 1, "label": inputs["label"]}
