"""Sentences as the three inputs of BERT, made by a preprocessing module inside the function."""
import os

import tensorflow as tf
import tensorflow_hub as hub
import tensorflow_transform as tft

MODULE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../zoo/bert_preprocess")

COLUMNS = {
    "sentence": tf.io.FixedLenFeature([], tf.string),
    "label": tf.io.FixedLenFeature([], tf.int64),
}


def preprocessing_fn(inputs):
    module = tft.make_and_track_object(lambda: hub.load(MODULE), name="bert_preprocess")
    features = {name: tf.cast(ids, tf.int64) for name, ids in module(inputs["sentence"]).items()}
    return {**features, "label": inputs["label"]}
