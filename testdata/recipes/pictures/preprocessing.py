"""Pictures of any format in every way to resize them."""
import tensorflow as tf

COLUMNS = {"picture": tf.io.FixedLenFeature([], tf.string), "logo": tf.io.FixedLenFeature([], tf.string)}
SIZE = [3, 4]
METHODS = ["bilinear", "nearest", "bicubic", "area", "lanczos3", "lanczos5", "gaussian", "mitchellcubic"]


def decoded(files, channels, size, method="bilinear", antialias=False):
    def one(file):
        image = tf.io.decode_image(file, channels=channels, expand_animations=False)
        return tf.cast(tf.image.resize(image, size, method, antialias=antialias), tf.float32)
    images = tf.map_fn(one, files, fn_output_signature=tf.float32)
    return tf.ensure_shape(images, [None, *size, channels])


def preprocessing_fn(inputs):
    files = inputs["picture"]
    features = {m: decoded(files, 3, SIZE, m) for m in METHODS}
    features["bilinear_antialias"] = decoded(files, 3, SIZE, antialias=True)
    features["bicubic_antialias"] = decoded(files, 3, SIZE, "bicubic", antialias=True)
    features["gray"] = decoded(files, 1, SIZE)
    features["alpha"] = decoded(inputs["logo"], 4, SIZE)
    larger = tf.image.resize(features["gray"], [5, 6], "bicubic")
    features["larger"] = larger
    features["standardized"] = tf.image.per_image_standardization(larger)
    return features
