// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.testdata;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Shape;
import org.hubbeam.model.FunctionInputs;
import org.hubbeam.model.FunctionScope;
import org.hubbeam.model.ModuleWriter;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Writes the demo's module for clips: feature vectors that are not trained, but clips in which
 * things move in the same direction get similar ones.
 *
 * <p>{@code __call__} and {@code serving_default}: {@code clips} float32 [n, {@value #FRAMES},
 * {@value #SIZE}, {@value #SIZE}, 3] from 0 to 1, to {@code output} (in the signature {@code
 * output_0}) float32 [n, {@value #DIMENSION}], each row of length 1. The background is the first
 * pixel of each frame. A vector holds how far the centroid of the pixels that differ from the
 * background moves to the right and down over the clip, and the mean difference in colour.
 */
public final class DemoClipModule {

  /** How many frames a clip has. */
  public static final int FRAMES = 8;

  /** The height and width of a frame, in pixels. */
  public static final int SIZE = 32;

  /** The length of a vector. */
  public static final int DIMENSION = 5;

  private static final float COLOUR_WEIGHT = 3f;
  private static final float TINY = 1e-4f;

  private DemoClipModule() {}

  /** Writes the module, replacing what is there. */
  public static void write(Path folder) throws IOException {
    writer().overwrite(folder);
  }

  private static ModuleWriter writer() {
    ModuleWriter writer = ModuleWriter.create();
    var opponents = writer.variable("opponents", DemoVision.opponents());
    writer.function(
        "__call__",
        FunctionInputs.of(
            new ArraySpec(
                "clips", DType.FLOAT32, Shape.of(-1, FRAMES, SIZE, SIZE, 3), Layout.DENSE)),
        f -> embed(f, opponents));
    return writer.signature("serving_default", "__call__");
  }

  private static void embed(FunctionScope f, ModuleWriter.Variable opponents) {
    Ops tf = f.tf();
    Operand<TFloat32> mixed = DemoVision.opponents(f, f.input("clips", TFloat32.class), opponents);
    Operand<TFloat32> background =
        tf.slice(mixed, tf.array(0, 0, 0, 0, 0), tf.array(-1, -1, 1, 1, 3));
    Operand<TFloat32> difference = tf.math.sub(mixed, background);
    Operand<TFloat32> weight = tf.sum(tf.math.square(difference), tf.constant(4));
    Operand<TFloat32> total = tf.math.add(tf.sum(weight, tf.array(2, 3)), tf.constant(TINY));
    Operand<TFloat32> right = centroid(tf, weight, total, 2);
    Operand<TFloat32> down = centroid(tf, weight, total, 3);
    Operand<TFloat32> vector =
        DemoVision.concat(
            tf,
            List.of(
                displacement(tf, right),
                displacement(tf, down),
                tf.math.mul(
                    tf.math.mean(difference, tf.array(1, 2, 3)), tf.constant(COLOUR_WEIGHT))));
    f.output("output", DemoVision.unit(tf, vector), Shape.of(-1, DIMENSION));
  }

  /**
   * The centroid of each frame's weight along an axis, from -1 to 1.
   *
   * @param other the other axis of [n, t, y, x], which is summed over
   * @return [n, t]
   */
  private static Operand<TFloat32> centroid(
      Ops tf, Operand<TFloat32> weight, Operand<TFloat32> total, int other) {
    Operand<TFloat32> along = tf.sum(weight, tf.constant(other));
    Operand<TFloat32> positions = tf.linSpace(tf.constant(-1f), tf.constant(1f), tf.constant(SIZE));
    return tf.math.div(tf.sum(tf.math.mul(along, positions), tf.constant(2)), total);
  }

  /**
   * The displacement from the first frame to the last.
   *
   * @param centroids [n, t]
   * @return [n, 1]
   */
  private static Operand<TFloat32> displacement(Ops tf, Operand<TFloat32> centroids) {
    return tf.math.sub(
        tf.slice(centroids, tf.array(0, FRAMES - 1), tf.array(-1, 1)),
        tf.slice(centroids, tf.array(0, 0), tf.array(-1, 1)));
  }
}
