"""Digits as PNG files in a column: gray values from 0 to 1 as one vector a row."""
import tensorflow as tf
import tensorflow_transform as tft

COLUMNS = {
    "image": tf.io.FixedLenFeature([], tf.string),
    "label": tf.io.FixedLenFeature([], tf.int64),
}


def preprocessing_fn(inputs):
    pixels = tf.map_fn(
        lambda png: tf.reshape(tf.io.decode_png(png, channels=1), [28 * 28]), inputs["image"], fn_output_signature=tf.uint8)
    pixels = tf.ensure_shape(tf.cast(pixels, tf.float32), [None, 28 * 28])
    return {"pixels": tft.scale_to_0_1(pixels), "label": inputs["label"]}
