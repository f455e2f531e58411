"""Wide and deep: buckets and their crosses for the linear part, scaled numbers for the network."""
import tensorflow as tf
import tensorflow_transform as tft

COLUMNS = {
    "age": tf.io.FixedLenFeature([], tf.float32),
    "hours": tf.io.FixedLenFeature([], tf.float32),
    "education": tf.io.FixedLenFeature([], tf.string),
    "occupation": tf.io.FixedLenFeature([], tf.string),
    "income": tf.io.FixedLenFeature([], tf.string),
}


def preprocessing_fn(inputs):
    ages = tft.apply_buckets(inputs["age"], [[18.0, 25.0, 30.0, 35.0, 40.0, 45.0, 50.0, 55.0, 60.0, 65.0]])
    cross = tf.strings.join([tf.strings.as_string(ages), inputs["education"], inputs["occupation"]], "|")
    education = tft.compute_and_apply_vocabulary(inputs["education"], num_oov_buckets=1, vocab_filename="education")
    return {
        "age": tft.scale_to_z_score(inputs["age"]),
        "hours": tft.scale_by_min_max(inputs["hours"], -1.0, 1.0),
        "age_bucket": ages,
        "age_quartile": tft.bucketize(inputs["age"], 4),
        "education": education,
        "occupation": tft.compute_and_apply_vocabulary(
            inputs["occupation"], labels=tf.cast(inputs["income"] == ">50K", tf.int64), vocab_filename="occupation"),
        "education_x_occupation": tft.hash_strings(
            tf.strings.join([inputs["education"], inputs["occupation"]], "_X_"), 40),
        "age_x_education_x_occupation": tft.hash_strings(cross, 60),
        "deep": tf.stack(
            [tft.scale_to_z_score(inputs["age"]), tft.scale_to_z_score(inputs["hours"])], axis=1),
        "label": tf.cast(inputs["income"] == ">50K", tf.int64),
    }
