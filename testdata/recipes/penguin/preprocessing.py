"""Penguins: four measures as z-scores, the species as a number from a fixed list."""
import tensorflow as tf
import tensorflow_transform as tft

MEASURES = ["culmen_length_mm", "culmen_depth_mm", "flipper_length_mm", "body_mass_g"]
SPECIES = ["Adelie", "Chinstrap", "Gentoo"]

COLUMNS = {
    "species": tf.io.FixedLenFeature([], tf.string),
    **{name: tf.io.FixedLenFeature([], tf.float32) for name in MEASURES},
}


def preprocessing_fn(inputs):
    features = {name: tft.scale_to_z_score(inputs[name]) for name in MEASURES}
    species = tf.lookup.StaticHashTable(
        tf.lookup.KeyValueTensorInitializer(SPECIES, tf.range(len(SPECIES), dtype=tf.int64)), -1)
    features["species"] = species.lookup(inputs["species"])
    return features
