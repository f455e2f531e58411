"""Passengers of a ship: missing ages and ports, titles out of names, decks out of cabins."""
import tensorflow as tf
import tensorflow_transform as tft

COLUMNS = {
    "Survived": tf.io.FixedLenFeature([], tf.int64),
    "Pclass": tf.io.FixedLenFeature([], tf.int64),
    "Name": tf.io.FixedLenFeature([], tf.string),
    "Sex": tf.io.FixedLenFeature([], tf.string),
    "Age": tf.io.VarLenFeature(tf.float32),
    "SibSp": tf.io.FixedLenFeature([], tf.int64),
    "Parch": tf.io.FixedLenFeature([], tf.int64),
    "Fare": tf.io.VarLenFeature(tf.float32),
    "Cabin": tf.io.VarLenFeature(tf.string),
    "Embarked": tf.io.VarLenFeature(tf.string),
}


def filled(column, value):
    """The value may be a statistic, which has no fixed value here."""
    rows = column.dense_shape[0]
    there = tf.scatter_nd(column.indices[:, :1], tf.ones_like(column.values, tf.int64), [rows]) > 0
    one = tf.SparseTensor(column.indices, column.values, [rows, 1])
    blank = "" if column.dtype == tf.string else 0
    return tf.where(there, tf.squeeze(tf.sparse.to_dense(one, blank), axis=1), value), there


def preprocessing_fn(inputs):
    age, age_known = filled(inputs["Age"], tft.mean(inputs["Age"]))
    fare, _ = filled(inputs["Fare"], 0.0)
    port, _ = filled(inputs["Embarked"], "S")
    cabin, _ = filled(inputs["Cabin"], "U")
    title = tf.strings.regex_replace(inputs["Name"], r"^.*, ([^.]+)\..*$", r"\1")
    family = inputs["SibSp"] + inputs["Parch"] + 1
    sex = tf.lookup.StaticHashTable(
        tf.lookup.KeyValueTensorInitializer(["male", "female"], tf.constant([0, 1], tf.int64)), -1)
    return {
        "Age": tft.scale_to_z_score(age),
        "AgeMissing": tf.cast(~age_known, tf.int64),
        "AgeBucket": tft.apply_buckets(age, [[6.0, 13.0, 20.0, 60.0]]),
        "Fare": tft.scale_to_z_score(tf.math.log1p(fare)),
        "FarePerHead": fare / tf.cast(family, tf.float32),
        "Title": tft.compute_and_apply_vocabulary(title, frequency_threshold=2, num_oov_buckets=1, vocab_filename="titles"),
        "Deck": tft.compute_and_apply_vocabulary(tf.strings.substr(cabin, 0, 1), vocab_filename="decks"),
        "Port": tft.compute_and_apply_vocabulary(port, vocab_filename="ports"),
        "Sex": sex.lookup(inputs["Sex"]),
        "Pclass": tf.one_hot(inputs["Pclass"] - 1, 3),
        "Family": tf.clip_by_value(family, 1, 4),
        "Alone": tf.cast(family == 1, tf.int64),
        "Survived": inputs["Survived"],
    }
