"""Writes a second of a sine of 440 Hz, amplitude 0.5, in formats that have losses, and FLAC.

    pip install av soundfile
    python sines.py FOLDER
"""

import fractions
import sys

import av
import numpy as np
import soundfile

RATE = 22050
sine = 0.5 * np.sin(2 * np.pi * 440 * np.arange(RATE) / RATE)
for name in ("sine.mp3", "sine.ogg", "sine.flac"):
    soundfile.write(f"{sys.argv[1]}/{name}", sine, RATE)

with av.open(f"{sys.argv[1]}/sine.m4a", "w") as container:
    stream = container.add_stream("aac", rate=RATE, layout="mono")
    for start in range(0, RATE, 1024):
        part = sine[start : start + 1024].astype(np.float32)
        frame = av.AudioFrame.from_ndarray(part[np.newaxis], format="fltp", layout="mono")
        frame.sample_rate = RATE
        frame.pts = start
        frame.time_base = fractions.Fraction(1, RATE)
        container.mux(stream.encode(frame))
    container.mux(stream.encode(None))
