"""A module with functions whose gradients are custom: python make_custom.py writes custom_gradients/ beside this file."""
import os

import tensorflow as tf


class CustomGradients(tf.Module):

    def __init__(self):
        super().__init__()
        self.kernel = tf.Variable([[0.5, -1.0, 0.3], [1.0, 0.2, -0.7]], name="kernel")

    @tf.function(input_signature=[tf.TensorSpec([None, 2], tf.float32, name="x")])
    def silu(self, x):
        return tf.nn.silu(x @ self.kernel)

    @tf.function(input_signature=[tf.TensorSpec([None, 2], tf.float32, name="x")])
    def swish(self, x):
        return tf.nn.silu(x @ self.kernel, 1.5)

    @tf.function(input_signature=[tf.TensorSpec([None, 2], tf.float32, name="x")])
    def reverse(self, x):
        @tf.custom_gradient
        def reversed_gradient(y):
            return y * 2.0, lambda d: -d

        return reversed_gradient(x @ self.kernel)


if __name__ == "__main__":
    module = CustomGradients()
    tf.saved_model.save(module, os.path.join(os.path.dirname(os.path.abspath(__file__)), "custom_gradients"))
