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
 * Writes the demo's module for pictures: feature vectors that are not trained, but pictures with
 * similar colours and edges get similar ones.
 *
 * <p>{@code __call__} and {@code serving_default}: {@code images} float32 [n, {@value #SIZE},
 * {@value #SIZE}, 3] from 0 to 1, red, green, blue, to {@code output} (in the signature {@code
 * output_0}) float32 [n, {@value #DIMENSION}], each row of length 1. The background is the first
 * pixel. A vector holds the mean difference from the background in three opponent colours, the
 * strength of edges at eight angles relative to their mean, and that mean.
 */
public final class DemoImageModule {

  /** The height and width of a picture, in pixels. */
  public static final int SIZE = 64;

  /** The length of a vector. */
  public static final int DIMENSION = 12;

  private static final float COLOUR_WEIGHT = 6f;
  private static final float EDGE_WEIGHT = 12f;

  private DemoImageModule() {}

  /** Writes the module, replacing what is there. */
  public static void write(Path folder) throws IOException {
    writer().overwrite(folder);
  }

  private static ModuleWriter writer() {
    ModuleWriter writer = ModuleWriter.create();
    var opponents = writer.variable("opponents", DemoVision.opponents());
    var edges = writer.variable("edges", DemoVision.edgeFilters());
    writer.function(
        "__call__",
        FunctionInputs.of(
            new ArraySpec("images", DType.FLOAT32, Shape.of(-1, SIZE, SIZE, 3), Layout.DENSE)),
        f -> embed(f, opponents, edges));
    return writer.signature("serving_default", "__call__");
  }

  private static void embed(
      FunctionScope f, ModuleWriter.Variable opponents, ModuleWriter.Variable edges) {
    Ops tf = f.tf();
    Operand<TFloat32> mixed = DemoVision.opponents(f, f.input("images", TFloat32.class), opponents);
    Operand<TFloat32> background = tf.slice(mixed, tf.array(0, 0, 0, 0), tf.array(-1, 1, 1, 3));
    Operand<TFloat32> difference = tf.math.sub(mixed, background);
    Operand<TFloat32> colour = tf.math.mean(difference, tf.array(1, 2));
    Operand<TFloat32> light = tf.slice(difference, tf.array(0, 0, 0, 0), tf.array(-1, -1, -1, 1));
    Operand<TFloat32> energy =
        tf.math.mean(
            tf.math.abs(
                tf.nn.conv2d(
                    light, f.read(edges, TFloat32.class), List.of(1L, 2L, 2L, 1L), "VALID")),
            tf.array(1, 2));
    Operand<TFloat32> all = tf.expandDims(tf.math.mean(energy, tf.constant(1)), tf.constant(1));
    Operand<TFloat32> angles =
        tf.math.div(tf.math.sub(energy, all), tf.math.add(all, tf.constant(1e-3f)));
    Operand<TFloat32> vector =
        DemoVision.concat(
            tf,
            List.of(
                tf.math.mul(colour, tf.constant(COLOUR_WEIGHT)),
                angles,
                tf.math.mul(all, tf.constant(EDGE_WEIGHT))));
    f.output("output", DemoVision.unit(tf, vector), Shape.of(-1, DIMENSION));
  }
}
