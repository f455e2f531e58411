"""Uses modules written from Java as Python does.

    python use_module.py FOLDER OUT.json [AGAIN]

FOLDER holds the fixtures, OUT.json gets what they gave. AGAIN is a folder for modules saved again.
"""
import json
import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_USE_LEGACY_KERAS"] = "1"
import tensorflow as tf
import tensorflow_hub as hub

folder, out, again = sys.argv[1:4]
results = {}


def plain(value):
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    if isinstance(value, tf.RaggedTensor):
        return [[x.decode() for x in row] for row in value.to_list()]
    if isinstance(value, tf.SparseTensor):
        return plain(tf.sparse.to_dense(value))
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    value = value.numpy() if hasattr(value, "numpy") else value
    if isinstance(value, bytes):
        return value.decode()
    if hasattr(value, "dtype") and value.dtype == object:
        return [v.decode() for v in value.ravel()]
    return value.tolist() if hasattr(value, "tolist") else value


def path(name):
    return os.path.join(folder, name)


def save_again(name, module, **kw):
    target = os.path.join(again, name)
    tf.saved_model.save(module, target, **kw)
    return tf.saved_model.load(target)


def vocabulary(where):
    text = tf.constant(["river stone", "", "wind unheard crème"])
    module = hub.load(where)
    layer = hub.KerasLayer(where, trainable=True)
    saved = tf.saved_model.load(where)
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(layer(text))
    gradient = tape.gradient(loss, layer.trainable_variables)
    model = tf.keras.Sequential([tf.keras.Input([], dtype=tf.string), hub.KerasLayer(where)])
    second = save_again("vocabulary", saved, signatures=dict(saved.signatures))
    return {
        "call": plain(module(text)),
        "keyword": plain(module(sentences=text)),
        "list": plain(module(["tree tree"])),
        "layer": plain(layer(text)),
        "keras": plain(model(text)),
        "trainable": [v.name for v in layer.trainable_variables],
        "weights": len(layer.weights),
        "gradient": plain(tf.convert_to_tensor(gradient[0])),
        "embeddings": plain(saved.embeddings),
        "factor": plain(saved.scaling.factor),
        "factor_trainable": saved.scaling.factor.trainable,
        "variables": [len(saved.variables), len(saved.trainable_variables), len(saved.regularization_losses)],
        "word_ids": plain(saved.word_ids(tf.constant(["crème", "x"]))),
        "words_of": plain(saved.words_of(tf.constant([3, 99], tf.int64))),
        "signature": plain(saved.signatures["serving_default"](sentences=text)),
        "signature_positional": plain(saved.signatures["serving_default"](text)),
        "again": plain(second(text)),
        "again_signature": plain(second.signatures["serving_default"](sentences=text)),
        "again_ids": plain(second.word_ids(tf.constant(["crème", "x"]))),
    }


def signatures(where):
    s = tf.saved_model.load(where).signatures
    x = tf.constant([[1.5, -2.5], [0., 4.]])
    return {
        "names": sorted(s),
        "numbers": plain(s["numbers"](x=x)),
        "text": plain(s["text"](text=tf.constant(["Ab", "ÇX"]))),
        "both": plain(s["both"](x=x, text=tf.constant(["a", "b"]))),
        "layer": plain(hub.KerasLayer(where, signature="numbers", output_key="total")(x)),
    }


def training(where):
    m = hub.load(where)
    x = tf.constant([[1., 2.]])
    layer = hub.KerasLayer(where, trainable=True)
    second = save_again("training", m)
    return {
        "default": plain(m(x)),
        "true": plain(m(x, training=True)),
        "positional": plain(m(x, True)),
        "int": plain(m(tf.constant([[3, 4]], tf.int64))),
        "layer": [plain(layer(x)), plain(layer(x, training=True)), plain(layer(x, training=False))],
        "signature": plain(m.signatures["serving_default"](x=x)),
        "again": plain(second(x, training=True)),
    }


def poison(where):
    m = hub.load(where)
    good = plain(m(tf.constant(["YQ", "YmM"])))
    try:
        m(tf.constant(["YQ", "!"]))
        error = None
    except tf.errors.InvalidArgumentError as e:
        error = type(e).__name__
    return {"good": good, "error": error}


def counter(where):
    m = hub.load(where)
    out = [plain(m(tf.constant(["a", "b"]))), plain(m(tf.constant(["c"]))), plain(m.peek())]
    m.reset()
    s = m.signatures["serving_default"]
    return out + [plain(m.peek()), plain(s(text=tf.constant(["a", "b"]))), plain(s(text=tf.constant(["c"]))), plain(m.seen)]


def fixed_batch(where):
    m = hub.load(where)
    try:
        m(tf.ones([3, 3]))
        error = None
    except TypeError as e:
        error = type(e).__name__
    return {"good": plain(m(tf.ones([4, 3]))), "error": error}


def nested(where):
    m = tf.saved_model.load(where)
    x = tf.sparse.from_dense([[0., 2., 0.], [3., 0., 4.]])
    inputs = {"ids": tf.constant([1, 2], tf.int64), "weights": [tf.constant([1., 2.]), tf.constant([10., 20.])]}
    second = save_again("nested", m)
    return {
        "call": plain(m(inputs, tf.constant(2.))),
        "keyword": plain(m(inputs=inputs, scale=tf.constant(2.))),
        "lengths": plain(m.lengths(tf.ragged.constant([["a", "bc"], [], ["d"]]))),
        "dense": plain(m.dense(x)),
        "twice": plain(m.twice(x)),
        "again": plain(second(inputs, tf.constant(2.))),
        "again_lengths": plain(second.lengths(tf.ragged.constant([["a", "bc"], [], ["d"]]))),
    }


for name, use in [
        ("vocabulary", vocabulary), ("signatures", signatures), ("training", training), ("poison", poison),
        ("counter", counter), ("fixedBatch", fixed_batch), ("nested", nested)]:
    results[name] = use(path(name))
with open(out, "w") as f:
    json.dump(results, f)
