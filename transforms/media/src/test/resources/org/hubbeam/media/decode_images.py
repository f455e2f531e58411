"""Decodes and resizes images with TensorFlow.

    python decode_images.py OUT HEIGHT WIDTH FILE...

Writes into OUT, for each file by its number: N.pixels (uint8, decoded with the accurate transform), N.default (uint8,
as decode_image does by default) and N.resized (float32, 0 to 1, out of N.pixels).
"""
import sys

import tensorflow as tf

out, height, width = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
for number, name in enumerate(sys.argv[4:]):
    data = open(name, "rb").read()
    if data[:2] == b"\xff\xd8":
        pixels = tf.io.decode_jpeg(data, channels=3, dct_method="INTEGER_ACCURATE")
    else:
        pixels = tf.io.decode_image(data, channels=3, expand_animations=False)
    resized = tf.image.resize(tf.image.convert_image_dtype(pixels, tf.float32), [height, width])
    default = tf.io.decode_image(data, channels=3, expand_animations=False)
    for kind, array in [("pixels", pixels), ("default", default), ("resized", resized)]:
        open(f"{out}/{number}.{kind}", "wb").write(array.numpy().tobytes())
