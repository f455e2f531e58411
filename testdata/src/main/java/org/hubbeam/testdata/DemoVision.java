// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.testdata;

import java.util.List;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Shape;
import org.hubbeam.batch.Values;
import org.hubbeam.model.FunctionScope;
import org.hubbeam.model.ModuleWriter;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Sum;
import org.tensorflow.types.TFloat32;

/** Steps that the demo's modules for pictures and for clips share. */
final class DemoVision {

  static final int EDGES = 8;
  private static final int WIDTH = 7;
  private static final float TINY = 1e-6f;

  private DemoVision() {}

  /**
   * Edge filters at {@value #EDGES} angles, the first for horizontal edges.
   *
   * @return float32 [7, 7, 1, 8]
   */
  static Array.Dense edgeFilters() {
    float[] values = new float[WIDTH * WIDTH * EDGES];
    int center = WIDTH / 2;
    for (int y = 0; y < WIDTH; y++) {
      for (int x = 0; x < WIDTH; x++) {
        double falloff =
            Math.exp(-((y - center) * (y - center) + (x - center) * (x - center)) / 5.0);
        for (int edge = 0; edge < EDGES; edge++) {
          double angle = Math.PI * edge / EDGES;
          double across = (y - center) * Math.cos(angle) - (x - center) * Math.sin(angle);
          values[(y * WIDTH + x) * EDGES + edge] = (float) (across * falloff / 6);
        }
      }
    }
    return new Array.Dense(Shape.of(WIDTH, WIDTH, 1, EDGES).dims(), Values.of(values));
  }

  /**
   * Matrix from red, green and blue to the opponent colours lightness, red-green and yellow-blue.
   *
   * @return float32 [3, 3]
   */
  static Array.Dense opponents() {
    return new Array.Dense(
        Shape.of(3, 3).dims(),
        Values.of(0.299f, 0.5f, 0.25f, 0.587f, -0.5f, 0.25f, 0.114f, 0f, -0.5f));
  }

  /** Pixels [.., 3] in opponent colours. */
  static Operand<TFloat32> opponents(
      FunctionScope f, Operand<TFloat32> pixels, ModuleWriter.Variable opponents) {
    Ops tf = f.tf();
    Operand<TFloat32> flat = tf.reshape(pixels, tf.array(-1, 3));
    Operand<TFloat32> mixed = tf.linalg.matMul(flat, f.read(opponents, TFloat32.class));
    return tf.reshape(mixed, tf.shape(pixels));
  }

  /** Vectors [n, d], each divided by its length. */
  static Operand<TFloat32> unit(Ops tf, Operand<TFloat32> vectors) {
    Operand<TFloat32> squares = tf.sum(tf.math.square(vectors), tf.constant(1), Sum.keepDims(true));
    return tf.math.div(vectors, tf.math.sqrt(tf.math.add(squares, tf.constant(TINY))));
  }

  /** Concatenates [n, d1], [n, d2], ... along the second axis. */
  static Operand<TFloat32> concat(Ops tf, List<Operand<TFloat32>> parts) {
    return tf.concat(parts, tf.constant(1));
  }
}
