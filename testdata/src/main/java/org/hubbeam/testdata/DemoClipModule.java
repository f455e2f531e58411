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
 * Writes the demo's module for clips: a feature vector that has learnt nothing, and yet finds clips
 * in which things move alike.
 *
 * <p>{@code __call__} and {@code serving_default}: {@code clips} float32 [n, {@value #FRAMES},
 * {@value #SIZE}, {@value #SIZE}, 3] from 0 to 1, to {@code output} (in the signature {@code
 * output_0}) float32 [n, {@value #DIMENSION}], each row of length 1. A vector holds how far the
 * middle of what differs from the ground moves to the right and down over the clip, and the mean
 * colour of it.
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

  /** Writes the module, in place of what is there. */
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
    Operand<TFloat32> ground = tf.slice(mixed, tf.array(0, 0, 0, 0, 0), tf.array(-1, -1, 1, 1, 3));
    Operand<TFloat32> apart = tf.math.sub(mixed, ground);
    Operand<TFloat32> weight = tf.sum(tf.math.square(apart), tf.constant(4));
    Operand<TFloat32> total = tf.math.add(tf.sum(weight, tf.array(2, 3)), tf.constant(TINY));
    Operand<TFloat32> right = middle(tf, weight, total, 2);
    Operand<TFloat32> down = middle(tf, weight, total, 3);
    Operand<TFloat32> vector =
        DemoVision.sideBySide(
            tf,
            List.of(
                way(tf, right),
                way(tf, down),
                tf.math.mul(tf.math.mean(apart, tf.array(1, 2, 3)), tf.constant(COLOUR_WEIGHT))));
    f.output("output", DemoVision.unit(tf, vector), Shape.of(-1, DIMENSION));
  }

  /**
   * Where the middle of each frame's weight is along an axis, from -1 to 1.
   *
   * @param other the axis of [n, t, y, x] that is summed away
   * @return [n, t]
   */
  private static Operand<TFloat32> middle(
      Ops tf, Operand<TFloat32> weight, Operand<TFloat32> total, int other) {
    Operand<TFloat32> along = tf.sum(weight, tf.constant(other));
    Operand<TFloat32> places = tf.linSpace(tf.constant(-1f), tf.constant(1f), tf.constant(SIZE));
    return tf.math.div(tf.sum(tf.math.mul(along, places), tf.constant(2)), total);
  }

  /**
   * The way from the first frame to the last.
   *
   * @param middles [n, t]
   * @return [n, 1]
   */
  private static Operand<TFloat32> way(Ops tf, Operand<TFloat32> middles) {
    return tf.math.sub(
        tf.slice(middles, tf.array(0, FRAMES - 1), tf.array(-1, 1)),
        tf.slice(middles, tf.array(0, 0), tf.array(-1, 1)));
  }
}
