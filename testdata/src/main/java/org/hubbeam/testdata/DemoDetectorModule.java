// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.testdata;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Shape;
import org.hubbeam.batch.Values;
import org.hubbeam.model.FunctionInputs;
import org.hubbeam.model.FunctionScope;
import org.hubbeam.model.ModuleWriter;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Squeeze;
import org.tensorflow.op.core.Stack;
import org.tensorflow.op.core.Sum;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TUint8;

/**
 * Writes the demo's detector, which finds red, green, blue and yellow objects. It has the interface
 * of TF Hub's detectors.
 *
 * <p>{@code __call__} and {@code serving_default}: {@code input_tensor} uint8 [1, h, w, 3], one
 * picture of any size, to {@code detection_boxes} float32 [1, 4, 4] (ymin, xmin, ymax, xmax as
 * fractions of the height and the width), {@code detection_classes} float32 [1, 4] (1 red, 2 green,
 * 3 blue, 4 yellow), {@code detection_scores} float32 [1, 4], highest first (the mean probability
 * of the colour), and {@code num_detections} float32 [1]; the entries after it are padding.
 */
public final class DemoDetectorModule {

  private static final int COLOURS = 4;
  private static final float SMALLEST_FRACTION = 0.004f;
  private static final float SHARPNESS = 60f;
  private static final float TINY = 1e-6f;

  /** Red-green and yellow-blue of the background and of each colour. */
  private static final Array.Dense PROTOTYPES =
      new Array.Dense(
          Shape.of(COLOURS + 1, 2).dims(),
          Values.of(0f, 0f, 0.33f, 0.16f, -0.22f, 0.02f, -0.11f, -0.27f, 0.08f, 0.35f));

  private DemoDetectorModule() {}

  /** Writes the module, replacing what is there. */
  public static void write(Path folder) throws IOException {
    writer().overwrite(folder);
  }

  private static ModuleWriter writer() {
    ModuleWriter writer = ModuleWriter.create();
    var opponents = writer.variable("opponents", DemoVision.opponents());
    var prototypes = writer.variable("prototypes", PROTOTYPES);
    writer.function(
        "__call__",
        FunctionInputs.of(
            new ArraySpec("input_tensor", DType.UINT8, Shape.of(1, -1, -1, 3), Layout.DENSE)),
        f -> detect(f, opponents, prototypes));
    return writer.signature("serving_default", "__call__");
  }

  private static void detect(
      FunctionScope f, ModuleWriter.Variable opponents, ModuleWriter.Variable prototypes) {
    Ops tf = f.tf();
    Operand<TFloat32> pixels =
        tf.math.div(
            tf.dtypes.cast(f.input("input_tensor", TUint8.class), TFloat32.class),
            tf.constant(255f));
    Operand<TFloat32> mixed = DemoVision.opponents(f, pixels, opponents);
    Operand<TFloat32> hue = tf.slice(mixed, tf.array(0, 0, 0, 1), tf.array(-1, -1, -1, 2));
    Operand<TFloat32> difference =
        tf.math.sub(tf.expandDims(hue, tf.constant(3)), f.read(prototypes, TFloat32.class));
    Operand<TFloat32> logits =
        tf.math.mul(tf.sum(tf.math.square(difference), tf.constant(4)), tf.constant(-SHARPNESS));
    Operand<TInt64> nearest = tf.math.argMax(logits, tf.constant(3), TInt64.class);
    Operand<TFloat32> all =
        tf.oneHot(nearest, tf.constant(COLOURS + 1), tf.constant(1f), tf.constant(0f));
    Operand<TFloat32> masks =
        tf.squeeze(
            tf.slice(all, tf.array(0, 0, 0, 1), tf.array(-1, -1, -1, COLOURS)),
            Squeeze.axis(List.of(0L)));
    Operand<TFloat32> probability =
        tf.squeeze(
            tf.slice(
                probabilities(tf, logits), tf.array(0, 0, 0, 1), tf.array(-1, -1, -1, COLOURS)),
            Squeeze.axis(List.of(0L)));
    Operand<TFloat32> area = tf.sum(masks, tf.array(0, 1));
    Operand<TFloat32> scores =
        tf.math.div(
            tf.sum(tf.math.mul(masks, probability), tf.array(0, 1)),
            tf.math.add(area, tf.constant(TINY)));
    Operand<TFloat32> found =
        tf.dtypes.cast(
            tf.math.greater(tf.math.mean(masks, tf.array(0, 1)), tf.constant(SMALLEST_FRACTION)),
            TFloat32.class);
    var best = tf.nn.topK(tf.math.mul(scores, found), tf.constant(COLOURS), TInt32.class);
    Operand<TFloat32> boxes =
        tf.stack(
            List.of(
                first(tf, masks, 1), first(tf, masks, 0), last(tf, masks, 1), last(tf, masks, 0)),
            Stack.axis(1L));
    Operand<TFloat32> classes =
        tf.math.add(tf.dtypes.cast(best.indices(), TFloat32.class), tf.constant(1f));
    f.output(
        "detection_boxes",
        batchOfOne(tf, tf.gather(boxes, best.indices(), tf.constant(0))),
        Shape.of(1, COLOURS, 4));
    f.output("detection_classes", batchOfOne(tf, classes), Shape.of(1, COLOURS));
    f.output("detection_scores", batchOfOne(tf, best.values()), Shape.of(1, COLOURS));
    f.output("num_detections", batchOfOne(tf, tf.sum(found, tf.constant(0))), Shape.of(1));
  }

  private static Operand<TFloat32> batchOfOne(Ops tf, Operand<TFloat32> value) {
    return tf.expandDims(value, tf.constant(0));
  }

  private static Operand<TFloat32> probabilities(Ops tf, Operand<TFloat32> logits) {
    Operand<TFloat32> exp = tf.math.exp(logits);
    return tf.math.div(exp, tf.sum(exp, tf.constant(3), Sum.keepDims(true)));
  }

  /**
   * Where each mask begins along an axis, as a fraction of its length.
   *
   * @param masks [h, w, colours]
   * @param other the other axis
   */
  private static Operand<TFloat32> first(Ops tf, Operand<TFloat32> masks, int other) {
    Operand<TFloat32> any = tf.max(masks, tf.constant(other));
    return fraction(tf, tf.math.argMax(any, tf.constant(0), TInt64.class), any);
  }

  /** Where each mask ends along an axis, as a fraction of its length. */
  private static Operand<TFloat32> last(Ops tf, Operand<TFloat32> masks, int other) {
    Operand<TFloat32> any = tf.max(masks, tf.constant(other));
    Operand<TFloat32> reversed = tf.reverse(any, tf.array(0));
    Operand<TFloat32> after =
        fraction(tf, tf.math.argMax(reversed, tf.constant(0), TInt64.class), any);
    return tf.math.sub(tf.constant(1f), after);
  }

  private static Operand<TFloat32> fraction(
      Ops tf, Operand<TInt64> index, Operand<TFloat32> along) {
    Operand<TInt32> length = tf.gather(tf.shape(along), tf.constant(0), tf.constant(0));
    return tf.math.div(
        tf.dtypes.cast(index, TFloat32.class), tf.dtypes.cast(length, TFloat32.class));
  }
}
