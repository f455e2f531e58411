"""Sales of houses: logarithms of skewed numbers, grades as an order, the neighbourhood's price level."""
import tensorflow as tf
import tensorflow_transform as tft

COLUMNS = {
    "LotArea": tf.io.FixedLenFeature([], tf.float32),
    "LotFrontage": tf.io.VarLenFeature(tf.float32),
    "GrLivArea": tf.io.FixedLenFeature([], tf.float32),
    "TotalBsmtSF": tf.io.VarLenFeature(tf.float32),
    "YearBuilt": tf.io.FixedLenFeature([], tf.int64),
    "YrSold": tf.io.FixedLenFeature([], tf.int64),
    "KitchenQual": tf.io.FixedLenFeature([], tf.string),
    "Neighborhood": tf.io.FixedLenFeature([], tf.string),
    "CentralAir": tf.io.FixedLenFeature([], tf.string),
    "SalePrice": tf.io.FixedLenFeature([], tf.float32),
}


def filled(column, value):
    rows = column.dense_shape[0]
    there = tf.scatter_nd(column.indices[:, :1], tf.ones_like(column.values, tf.int64), [rows]) > 0
    one = tf.SparseTensor(column.indices, column.values, [rows, 1])
    return tf.where(there, tf.squeeze(tf.sparse.to_dense(one, 0.0), axis=1), value)


def preprocessing_fn(inputs):
    grades = tf.lookup.StaticHashTable(
        tf.lookup.KeyValueTensorInitializer(["Ex", "Gd", "TA", "Fa", "Po"], [5.0, 4.0, 3.0, 2.0, 1.0]), 0.0)
    basement = filled(inputs["TotalBsmtSF"], 0.0)
    area = inputs["GrLivArea"] + basement
    age = tf.cast(inputs["YrSold"] - inputs["YearBuilt"], tf.float32)
    return {
        "lot_area": tft.scale_to_z_score(tf.math.log1p(inputs["LotArea"])),
        "lot_frontage": tft.scale_to_z_score(filled(inputs["LotFrontage"], tft.mean(inputs["LotFrontage"]))),
        "area": tft.scale_to_z_score(area),
        "has_basement": tf.cast(basement > 0.0, tf.float32),
        "age": tf.clip_by_value(age / 100.0, 0.0, 1.0),
        "decade": tft.bucketize(inputs["YearBuilt"], 4),
        "kitchen": grades.lookup(inputs["KitchenQual"]) / 5.0,
        "neighborhood": tft.compute_and_apply_vocabulary(inputs["Neighborhood"], num_oov_buckets=1, vocab_filename="neighborhoods"),
        "area_in_neighborhood": tft.scale_to_z_score_per_key(area, inputs["Neighborhood"]),
        "central_air": tf.cast(inputs["CentralAir"] == "Y", tf.float32),
        "log_price": tf.math.log(inputs["SalePrice"]),
    }
