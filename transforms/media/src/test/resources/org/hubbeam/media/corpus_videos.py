"""Writes corpus_videos.json: what PyAV and TensorFlow make of the corpus' videos.

    pip install av tensorflow
    python corpus_videos.py VIDEOS_FOLDER VIDEO_I3D_FOLDER > corpus_videos.json
"""

import glob
import json
import os
import sys

import av
import numpy as np
import tensorflow as tf

BLOCKED = (0, 30, 50)
WINDOW = 6
FULL_RANGE = 2


def colours(shown):
    """The colours of a frame of 4:2:0, by the formulas of BT.601 and not by a library."""
    height, width = shown.height, shown.width
    planes = shown.to_ndarray().astype(np.float64)
    y = planes[:height]
    chroma = planes[height:].reshape(2, height // 2, width // 2) - 128
    u, v = chroma.repeat(2, axis=1).repeat(2, axis=2)
    if shown.color_range != FULL_RANGE:
        y, u, v = (y - 16) * 255 / 219, u * 255 / 224, v * 255 / 224
    red, green, blue = y + 1.402 * v, y - 0.344136 * u - 0.714136 * v, y + 1.772 * u
    return np.clip(np.stack([red, green, blue], axis=-1), 0, 255)


def blocks(shown):
    """The mean colours of 8 x 8 blocks of a frame."""
    height, width = shown.height, shown.width
    parts = colours(shown).reshape(8, height // 8, 8, width // 8, 3)
    return [round(float(x), 2) for x in parts.mean(axis=(1, 3)).reshape(-1)]


def logits(module, frames):
    """The logits of the first window of frames."""
    clip = tf.image.resize(np.stack(frames).astype(np.float32) / 255, (20, 16))
    output = module.signatures["default"](rgb_input=clip[tf.newaxis])["default"]
    return [round(float(x), 6) for x in output.numpy()[0]]


module = tf.saved_model.load(sys.argv[2])
result = {}
for file in sorted(glob.glob(sys.argv[1] + "/*.m[kp][v4]")):
    first, blocked, times = [], {}, []
    for i, shown in enumerate(av.open(file).decode(video=0)):
        times.append(float(shown.time))
        if i < WINDOW:
            first.append(shown.to_ndarray(format="rgb24"))
        if i in BLOCKED:
            blocked[i] = blocks(shown)
    result[os.path.basename(file)] = {
        "frames": len(times),
        "last": round(times[-1], 4),
        "blocks": blocked,
        "logits": logits(module, first),
    }
print(json.dumps(result, separators=(",", ":")))
