"""Makes resizes.json: small images resized by TensorFlow.

    python make_resizes.py      (tensorflow 2.18)
"""
import json
import os

import numpy as np
import tensorflow as tf

METHODS = {
    "NEAREST": ("nearest", False),
    "BILINEAR": ("bilinear", False),
    "BILINEAR_ANTIALIAS": ("bilinear", True),
    "BICUBIC": ("bicubic", False),
    "BICUBIC_ANTIALIAS": ("bicubic", True),
}


def crop(image, height, width):
    scale = min(image.shape[0] / height, image.shape[1] / width)
    high, wide = round(height * scale), round(width * scale)
    top, left = (image.shape[0] - high) // 2, (image.shape[1] - wide) // 2
    return image[top : top + high, left : left + wide]


def case(pixels, size, method, fit):
    name, antialias = METHODS[method]
    image = tf.constant(pixels)
    if fit == "CROP_CENTER":
        image = crop(image, *size)
    resize = tf.image.resize_with_pad if fit == "PAD" else tf.image.resize
    sizes = size if fit == "PAD" else [size]
    resized = resize(image, *sizes, method=name, antialias=antialias).numpy().astype(np.float32)
    return {
        "shape": list(pixels.shape),
        "pixels": pixels.ravel().tolist(),
        "size": list(size),
        "method": method,
        "fit": fit,
        "expected": [float(str(v)) for v in resized.ravel()],
    }


random = np.random.default_rng(5)
grey = random.integers(0, 256, (9, 7, 1), dtype=np.uint8)
colour = random.integers(0, 256, (5, 8, 3), dtype=np.uint8)
cases = []
for method in METHODS:
    for size in [(4, 3), (11, 13), (9, 7), (1, 1), (2, 17)]:
        cases.append(case(grey, size, method, "STRETCH"))
    cases.append(case(colour, (3, 5), method, "STRETCH"))
for fit in ["PAD", "CROP_CENTER"]:
    for size in [(6, 6), (3, 10), (10, 3)]:
        cases.append(case(grey, size, "BILINEAR", fit))
    cases.append(case(colour, (7, 4), "BILINEAR_ANTIALIAS", fit))
here = os.path.dirname(os.path.abspath(__file__))
with open(os.path.join(here, "resizes.json"), "w") as file:
    file.write("[\n" + ",\n".join(json.dumps(c) for c in cases) + "\n]\n")
