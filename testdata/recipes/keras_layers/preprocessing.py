"""What Keras's preprocessing layers do, as one function: Normalization, Rescaling, Discretization, StringLookup,
IntegerLookup, Hashing, CategoryEncoding, HashedCrossing and TextVectorization."""
import tensorflow as tf
import tensorflow_transform as tft

COLUMNS = {
    "weight": tf.io.FixedLenFeature([2], tf.float32),
    "size": tf.io.FixedLenFeature([], tf.float32),
    "color": tf.io.FixedLenFeature([], tf.string),
    "stars": tf.io.FixedLenFeature([], tf.int64),
    "tags": tf.io.VarLenFeature(tf.string),
    "text": tf.io.FixedLenFeature([], tf.string),
}
TAGS = 4
LENGTH = 6


def preprocessing_fn(inputs):
    tags = tft.compute_and_apply_vocabulary(inputs["tags"], top_k=TAGS, vocab_filename="tags", default_value=TAGS)
    tags = tf.one_hot(tf.RaggedTensor.from_sparse(tags).to_tensor(-1), TAGS + 1)
    text = tf.strings.regex_replace(tf.strings.lower(inputs["text"]), r"[!\"#$%&()*+,\-./:;<=>?@\[\\\]^_`{|}~']", "")
    words = tft.compute_and_apply_vocabulary(
        tf.strings.split(text).to_sparse(), top_k=10, default_value=-1, vocab_filename="words")
    # 0 pads, 1 is any unknown word, the most frequent word is 2.
    words = tf.RaggedTensor.from_sparse(words).to_tensor(-2, shape=[None, LENGTH]) + 2
    return {
        "normalization": tft.scale_to_z_score(inputs["weight"], elementwise=True),
        "rescaling": inputs["size"] / 255.0,
        "discretization": tft.bucketize(inputs["size"], 3),
        "string_lookup": tft.compute_and_apply_vocabulary(inputs["color"], default_value=-1, vocab_filename="colors") + 1,
        "integer_lookup": tft.compute_and_apply_vocabulary(inputs["stars"], default_value=-1, vocab_filename="stars") + 1,
        "hashing": tft.hash_strings(inputs["color"], 8),
        "one_hot": tf.one_hot(inputs["stars"] - 1, 5),
        "multi_hot": tf.reduce_max(tags, axis=1),
        "count": tf.reduce_sum(tags, axis=1),
        "hashed_crossing": tft.hash_strings(
            tf.strings.join([inputs["color"], tf.strings.as_string(inputs["stars"])], "_X_"), 12),
        "text_vectorization": words,
    }
