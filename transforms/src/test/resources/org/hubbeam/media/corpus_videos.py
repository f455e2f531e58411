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


def blocks(frame):
    """The mean colours of 8 x 8 blocks of a frame."""
    height, width, _ = frame.shape
    parts = frame.astype(np.float64).reshape(8, height // 8, 8, width // 8, 3)
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
        if i < WINDOW or i in BLOCKED:
            frame = shown.to_ndarray(format="rgb24")
            if i < WINDOW:
                first.append(frame)
            if i in BLOCKED:
                blocked[i] = blocks(frame)
    result[os.path.basename(file)] = {
        "frames": len(times),
        "last": round(times[-1], 4),
        "blocks": blocked,
        "logits": logits(module, first),
    }
print(json.dumps(result, separators=(",", ":")))
