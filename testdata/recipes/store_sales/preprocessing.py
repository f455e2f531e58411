"""Sales of a store: promotions as counted lists, holidays by a table, shares and ratios, numbers per store."""
import tensorflow as tf
import tensorflow_transform as tft

COLUMNS = {
    "store": tf.io.FixedLenFeature([], tf.int64),
    "open": tf.io.FixedLenFeature([], tf.string),
    "holiday": tf.io.VarLenFeature(tf.string),
    "promo_months": tf.io.FixedLenFeature([], tf.string),
    "competition": tf.io.VarLenFeature(tf.float32),
    "customers": tf.io.FixedLenFeature([], tf.int64),
    "sales": tf.io.FixedLenFeature([], tf.float32),
}


def filled(column, value):
    rows = column.dense_shape[0]
    there = tf.scatter_nd(column.indices[:, :1], tf.ones_like(column.values, tf.int64), [rows]) > 0
    one = tf.SparseTensor(column.indices, column.values, [rows, 1])
    return tf.where(there, tf.squeeze(tf.sparse.to_dense(one, "" if column.dtype == tf.string else 0.0), axis=1), value)


def preprocessing_fn(inputs):
    holidays = tf.lookup.StaticHashTable(
        tf.lookup.KeyValueTensorInitializer(["public", "easter", "xmas"], [1.0, 1.5, 2.0]), 0.0)
    distance = filled(inputs["competition"], tft.max(inputs["competition"]))
    months = tf.compat.v1.string_split(inputs["promo_months"], ",; ")
    customers = tf.cast(inputs["customers"], tf.float32)
    return {
        "store": tft.compute_and_apply_vocabulary(inputs["store"], num_oov_buckets=1, vocab_filename="stores"),
        "open": tf.cast(tf.strings.lower(inputs["open"]) == "yes", tf.int64),
        "holiday": holidays.lookup(filled(inputs["holiday"], "none")),
        "promotions": tft.word_count(months),
        "first_promotion": tf.squeeze(
            tf.RaggedTensor.from_sparse(months)[:, :1].to_tensor("never", shape=[None, 1]), axis=1),
        "competition": tft.scale_by_min_max(distance, -1.0, 1.0),
        "near": tf.cast(distance < tft.mean(distance) * 0.5, tf.int64),
        "per_customer": tf.math.divide_no_nan(inputs["sales"], customers),
        "share": inputs["sales"] / tft.sum(inputs["sales"]),
        "sales_z": tft.scale_to_z_score_per_key(tf.math.log1p(inputs["sales"]), tf.strings.as_string(inputs["store"])),
    }
