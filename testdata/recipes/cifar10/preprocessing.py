"""Small photos as PNG or JPEG files: resized for a pretrained network, from -1 to 1."""
import tensorflow as tf

COLUMNS = {
    "image": tf.io.FixedLenFeature([], tf.string),
    "label": tf.io.FixedLenFeature([], tf.int64),
}
SIZE = [16, 20]


def prepared(file):
    image = tf.io.decode_image(file, channels=3, expand_animations=False)
    image = tf.image.resize(image, SIZE, method="bilinear")
    return image / 127.5 - 1.0


def preprocessing_fn(inputs):
    images = tf.map_fn(prepared, inputs["image"], fn_output_signature=tf.float32)
    return {"image": tf.ensure_shape(images, [None, *SIZE, 3]), "label": inputs["label"]}
