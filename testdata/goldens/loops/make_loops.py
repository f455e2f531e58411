"""Modules whose functions loop and branch, with the gradients that Python's tape gives.

    python make_loops.py [FOLDER]      (tensorflow 2.18)

Writes the modules `loops` and `frames`, and gradients.json: a list of {"module", "signature", "inputs", "loss", "gradients"}. The
loss is half the sum of squares of all floating outputs; gradients are by variable (name in the module), null where
there is none.
"""
import inspect
import json
import os
import shutil
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_USE_LEGACY_KERAS", "1")
import numpy as np
import tensorflow as tf

OUT = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(os.path.abspath(__file__)))
RANDOM = np.random.RandomState(7)


def values(*shape):
    return (RANDOM.standard_normal(shape) * 0.6).astype(np.float32)


class Loops(tf.Module):
    def __init__(self):
        super().__init__()
        self.kernel = tf.Variable(values(3, 4), name="kernel")
        self.recurrent = tf.Variable(values(4, 4), name="recurrent")
        self.bias = tf.Variable(values(4), name="bias")
        self.table = tf.Variable(values(11, 4), name="table")
        self.scale = tf.Variable(1.3, name="scale")
        self.turns = tf.Variable(0, dtype=tf.int64, trainable=False, name="turns")
        self.mean = tf.Variable(tf.zeros([4]), trainable=False, name="mean")

    @tf.function(input_signature=[tf.TensorSpec([None, None, 3], tf.float32)])
    def lstm(self, steps):
        """An LSTM with one kernel for all gates, as Keras unrolls it into a while loop over a TensorArray."""
        time = tf.shape(steps)[1]
        batch = tf.shape(steps)[0]
        items = tf.TensorArray(tf.float32, time).unstack(tf.transpose(steps, [1, 0, 2]))
        out = tf.TensorArray(tf.float32, time)

        def turn(i, h, c, out):
            z = items.read(i) @ self.kernel + h @ self.recurrent + self.bias
            f, g = tf.sigmoid(z), tf.tanh(z)
            c = f * c + (1 - f) * g
            h = f * tf.tanh(c)
            return i + 1, h, c, out.write(i, h)

        zeros = tf.zeros([batch, 4])
        _, h, c, out = tf.while_loop(lambda i, *_: i < time, turn, (0, zeros, zeros, out), maximum_iterations=100)
        return {"last": h, "all": tf.transpose(out.stack(), [1, 0, 2]), "steps": time}

    @tf.function(input_signature=[tf.TensorSpec([None, 3], tf.float32), tf.TensorSpec([], tf.bool)])
    def branch(self, x, deep):
        """Variables are read in both branches, other ones in each."""
        y = tf.cond(
            deep,
            lambda: tf.tanh(tf.tanh(x @ self.kernel) @ self.recurrent) * self.scale,
            lambda: tf.nn.elu(x @ self.kernel + self.bias))
        return {"y": y}

    @tf.function(input_signature=[tf.TensorSpec([None, 3], tf.float32), tf.TensorSpec([], tf.int32)])
    def switch(self, x, which):
        y = tf.switch_case(which, {
            0: lambda: tf.tanh(x @ self.kernel),
            1: lambda: tf.exp(x @ self.kernel) * self.bias,
            2: lambda: tf.zeros([tf.shape(x)[0], 4]) + self.scale ** 3,
        }, default=lambda: tf.ones([tf.shape(x)[0], 4]))
        return {"y": y}

    @tf.function(input_signature=[tf.TensorSpec([None, 4], tf.float32), tf.TensorSpec([], tf.int32)])
    def nested(self, x, turns):
        """A loop in a loop, with a branch in the inner one; the inner loop's length changes, and is 0 at first."""
        def outer(i, h):
            def inner(j, g):
                g = tf.cond(
                    tf.reduce_sum(g) > 0.1 * tf.cast(j, tf.float32),
                    lambda: tf.tanh(g @ self.recurrent),
                    lambda: g * self.scale + self.bias)
                return j + 1, g
            _, g = tf.while_loop(lambda j, g: j < i, inner, (0, h))
            return i + 1, tf.sin(g) + h * self.scale
        _, h = tf.while_loop(lambda i, h: i < turns, outer, (0, x))
        return {"h": h}

    @tf.function(input_signature=[tf.TensorSpec([None, None], tf.int32)])
    def gathers(self, ids):
        """Rows of a table, and a scaled table outside of it as well."""
        def turn(i, h):
            rows = tf.nn.embedding_lookup(self.table, ids[:, i])
            nd = tf.gather_nd(self.table, ids[:, i][:, None])
            return i + 1, tf.tanh(h @ self.recurrent + rows) + 0.1 * nd
        _, h = tf.while_loop(
            lambda i, h: i < tf.shape(ids)[1], turn, (0, tf.zeros([tf.shape(ids)[0], 4])))
        return {"h": h + tf.nn.embedding_lookup(self.table, ids[:, 0])}

    @tf.function(input_signature=[tf.TensorSpec([None, 4], tf.float32), tf.TensorSpec([], tf.int32)])
    def growing(self, x, turns):
        """An array that grows, of rows of different numbers, put together."""
        out = tf.TensorArray(tf.float32, 0, dynamic_size=True, infer_shape=False, element_shape=[None, 4])

        def turn(i, h, out):
            h = tf.tanh(h @ self.recurrent + self.bias)
            return i + 1, h, out.write(i, tf.tile(h[:1], [i + 1, 1]) * self.scale)

        _, h, out = tf.while_loop(
            lambda i, *_: i < turns, turn, (0, x, out))
        return {"rows": out.concat(), "h": h}

    @tf.function(input_signature=[tf.TensorSpec([6, 4], tf.float32)])
    def arrays(self, x):
        """Ways in and out of arrays, outside of loops."""
        y = tf.tanh(x @ self.recurrent)
        a = tf.TensorArray(tf.float32, 8, element_shape=[4]).scatter([1, 3, 5, 7, 2, 0], y)
        a = a.write(4, self.bias).write(6, self.bias * 2.0)
        b = tf.TensorArray(tf.float32, 3, infer_shape=False).split(y, [1, 3, 2])
        parts = b.read(1) * self.scale
        c = tf.TensorArray(tf.float32, 6).unstack(y * self.scale)
        return {"gathered": a.gather([7, 1, 4, 6]), "stacked": a.stack() ** 2, "parts": parts,
                "whole": tf.TensorArray(tf.float32, 2, infer_shape=False).write(0, y[:2]).write(1, y[3:]).concat(),
                "read": c.read(2) * c.read(5)}

    @tf.function(input_signature=[tf.TensorSpec([None, 4], tf.float32)])
    def folds(self, x):
        """scan, map and fold."""
        s = tf.scan(lambda h, row: tf.tanh(h * self.scale + row * self.bias), x, tf.zeros([4]))
        m = tf.map_fn(lambda row: tf.reduce_sum(row[None] @ self.recurrent), x)
        f = tf.foldl(lambda h, row: h * self.scale + tf.reduce_sum(row), x, tf.constant(0.5))
        return {"scan": s, "map": m, "fold": f}

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string)])
    def mixed(self, texts):
        """Texts, numbers and booleans go round with floating values; a decision of the values chooses rows."""
        ids = tf.strings.to_hash_bucket_fast(texts, 11)

        def turn(i, text, chosen, done, h):
            h = tf.tanh(h @ self.recurrent) + tf.gather(self.table, chosen)
            chosen = tf.argmax(h, axis=1, output_type=tf.int64)
            return i + 1, tf.strings.join([text, "x"]), chosen, tf.logical_or(done, h[:, 0] > 2.0), h

        start = (0, texts, ids, tf.zeros_like(ids, tf.bool), tf.gather(self.table, ids))
        _, text, chosen, done, h = tf.while_loop(lambda i, *_: i < 3, turn, start)
        return {"h": h, "text": text, "chosen": chosen, "done": done}

    @tf.function(input_signature=[tf.TensorSpec([None, 4], tf.float32)])
    def counting(self, x):
        """Effects in a loop: a counter goes up in each turn, and a moving mean follows what passes."""
        def turn(i, h):
            self.turns.assign_add(1)
            h = tf.tanh(h @ self.recurrent + self.bias)
            self.mean.assign(0.9 * self.mean + 0.1 * tf.reduce_mean(h, 0))
            return i + 1, h
        _, h = tf.while_loop(lambda i, h: i < 4, turn, (0, x))
        return {"h": h}

    @tf.function(input_signature=[tf.TensorSpec([], tf.int32)])
    def noise(self, turns):
        """Each output is a variable times noise, so that the gradient can be told from the output."""
        def turn(i, a, b):
            r = tf.random.uniform([4], 1.0, 2.0)
            k = tf.cond(r[0] > 1.5, lambda: self.scale * tf.random.uniform([], 1.0, 2.0), lambda: self.scale * 1.0)
            return i + 1, a + self.bias * r, b + k
        _, a, b = tf.while_loop(lambda i, *_: i < turns, turn, (0, tf.zeros([4]), 0.0))
        return {"a": a, "b": b}

    @tf.function(input_signature=[tf.TensorSpec([None, 4], tf.float32)])
    def changing(self, x):
        """A variable is changed and read in one loop."""
        def turn(i, h):
            self.scale.assign(self.scale * 0.5)
            return i + 1, tf.tanh(h @ self.recurrent) * self.scale
        _, h = tf.while_loop(lambda i, h: i < 3, turn, (0, x))
        return {"h": h}

    @tf.function(input_signature=[tf.TensorSpec([None, 4], tf.float32)])
    def rounds(self, x):
        """What stands in the way is in the loop."""
        _, h = tf.while_loop(
            lambda i, h: i < 3, lambda i, h: (i + 1, tf.raw_ops.NextAfter(x1=h * self.scale, x2=h)), (0, x))
        return {"h": h}


def encode(a):
    a = np.asarray(a)
    if a.dtype.kind in "OSU":
        return {"dtype": "string", "shape": list(a.shape), "values": [v.decode() for v in a.ravel()]}
    return {"dtype": str(a.dtype), "shape": list(a.shape), "values": a.ravel().tolist()}


CALLS = [
    ("lstm", [values(2, 5, 3)]),
    ("branch", [values(3, 3), np.bool_(True)]),
    ("branch", [values(3, 3), np.bool_(False)]),
    ("switch", [values(2, 3), np.int32(0)]),
    ("switch", [values(2, 3), np.int32(1)]),
    ("switch", [values(2, 3), np.int32(2)]),
    ("switch", [values(2, 3), np.int32(3)]),
    ("nested", [values(2, 4), np.int32(4)]),
    ("nested", [values(2, 4), np.int32(0)]),
    ("gathers", [np.int32([[1, 3, 3], [10, 1, 0]])]),
    ("growing", [values(2, 4), np.int32(4)]),
    ("arrays", [values(6, 4)]),
    ("folds", [values(5, 4)]),
    ("mixed", [np.array([b"one", b"two", b"three"], dtype=object)]),
    ("counting", [values(3, 4)]),
]


def golden(module, name, inputs):
    function = getattr(module, name)
    for variable in module.non_trainable_variables:
        variable.assign(tf.zeros_like(variable))
    with tf.GradientTape() as tape:
        outputs = function(*[tf.constant(i) for i in inputs])
        loss = tf.add_n([
            0.5 * tf.reduce_sum(tf.square(o)) for o in tf.nest.flatten(outputs) if o.dtype.is_floating])
    variables = module.trainable_variables
    gradients = tape.gradient(loss, variables)
    return {
        "module": "loops",
        "signature": name,
        "inputs": {n: encode(v) for n, v in zip(inspect.signature(function.python_function).parameters, inputs)},
        "loss": float(loss),
        "gradients": {
            v.name.split(":")[0]: None if g is None else [float(x) for x in tf.convert_to_tensor(g).numpy().ravel()]
            for v, g in zip(variables, gradients)},
    }


def frames(folder):
    """A module of TF1: its loop is made of Enter, Merge, Switch, NextIteration and Exit."""
    shutil.rmtree(folder, ignore_errors=True)
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        tf.compat.v1.disable_control_flow_v2()
        x = tf.compat.v1.placeholder(tf.float32, [None, 4], name="x")
        kernel = tf.compat.v1.get_variable("kernel", initializer=values(4, 4), use_resource=True)
        _, y = tf.compat.v1.while_loop(lambda i, h: i < 3, lambda i, h: (i + 1, tf.tanh(h @ kernel)), (0, x))
        session.run(tf.compat.v1.global_variables_initializer())
        tf.compat.v1.saved_model.simple_save(session, folder, {"x": x}, {"y": y})
        tf.compat.v1.enable_control_flow_v2()


def main():
    loops = Loops()
    goldens = [golden(loops, name, inputs) for name, inputs in CALLS]
    for variable in loops.non_trainable_variables:
        variable.assign(tf.zeros_like(variable))
    folder = os.path.join(OUT, "loops")
    shutil.rmtree(folder, ignore_errors=True)
    names = sorted({name for name, _ in CALLS} | {"changing", "noise", "rounds"})
    tf.saved_model.save(loops, folder, {n: getattr(loops, n).get_concrete_function() for n in names})
    frames(os.path.join(OUT, "frames"))
    with open(os.path.join(OUT, "gradients.json"), "w") as file:
        json.dump(goldens, file)


if __name__ == "__main__":
    main()
