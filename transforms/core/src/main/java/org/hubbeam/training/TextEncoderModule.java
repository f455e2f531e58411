// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

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
import org.tensorflow.op.core.Sum;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TString;
import org.tensorflow.types.TUint8;

/**
 * Writes a {@link TextEncoder} as a module.
 *
 * <p>{@code __call__} and {@code serving_default}: {@code sentences} string [n] to {@code output}
 * (in the signature {@code output_0}) float32 [n, outputs], each row of length 1; zeros for a text
 * without words. {@code features}: {@code sentences} string [n] to {@code rows} and {@code ids},
 * int64 [m] each: the text and the row of the table of each word and n-gram. Variables: {@code
 * table} float32 [buckets, dimension] and, where there is one, {@code projection} float32
 * [dimension, outputs], both trainable. In bytes, the table is {@code codes} uint8 [buckets,
 * dimension] and {@code scales} float32 [buckets], neither trainable: a number is its code less
 * 128, times the scale of its row.
 *
 * <p>The same encoder gives the same bytes.
 */
public final class TextEncoderModule {

  /** The member that gives what a text is looked up with. */
  static final String FEATURES = "features";

  /** The text of each word and n-gram. */
  static final String ROWS = "rows";

  /** The row of the table of each word and n-gram. */
  static final String IDS = "ids";

  /** The input of all functions. */
  static final String SENTENCES = "sentences";

  private static final float SMALLEST_SQUARE = 1e-12f;

  private TextEncoderModule() {}

  /** How the table is stored. */
  public enum Storage {
    /** Four bytes a number. */
    FLOAT32,
    /** A byte a number, and a scale for each row. */
    INT8
  }

  /** Writes the module, in place of what is there. */
  public static void write(Path folder, TextEncoder encoder, Storage storage) throws IOException {
    ModuleWriter writer = ModuleWriter.create();
    EncoderShape shape = encoder.shape();
    Lookup table =
        switch (storage) {
          case FLOAT32 -> floats(writer, encoder);
          case INT8 -> bytes(writer, encoder);
        };
    var projection =
        encoder.projection() == null
            ? null
            : writer.variable(
                "projection", matrix(shape.dimension(), Values.of(encoder.projection())));
    writer.function(
        "__call__",
        inputs(),
        f -> {
          TextFeatures features = features(f, shape);
          Operand<TFloat32> sums = pooled(f.tf(), table.rows(f, features), features);
          Operand<TFloat32> all =
              projection == null
                  ? sums
                  : f.tf().linalg.matMul(sums, f.read(projection, TFloat32.class));
          f.output("output", unit(f.tf(), all), Shape.of(-1, encoder.outputs()));
        });
    function(writer, shape);
    writer.signature("serving_default", "__call__").overwrite(folder);
  }

  /** Writes a module that has only the function {@code features}. */
  static void writeFeatures(Path folder, EncoderShape shape) throws IOException {
    ModuleWriter writer = ModuleWriter.create();
    function(writer, shape);
    writer.overwrite(folder);
  }

  private static void function(ModuleWriter writer, EncoderShape shape) {
    writer.function(
        FEATURES,
        inputs(),
        f -> {
          TextFeatures features = features(f, shape);
          f.output(ROWS, features.rows(), Shape.of(-1));
          f.output(IDS, features.ids(), Shape.of(-1));
        });
  }

  private static TextFeatures features(FunctionScope f, EncoderShape shape) {
    return TextFeatures.of(f.tf(), f.input(SENTENCES, TString.class), shape.buckets());
  }

  private static FunctionInputs inputs() {
    return FunctionInputs.of(new ArraySpec(SENTENCES, DType.STRING, Shape.of(-1), Layout.DENSE));
  }

  /** Gives the vectors of features. */
  private interface Lookup {
    Operand<TFloat32> rows(FunctionScope f, TextFeatures features);
  }

  private static Lookup floats(ModuleWriter writer, TextEncoder encoder) {
    var table =
        writer.variable("table", matrix(encoder.shape().buckets(), Values.of(encoder.table())));
    return (f, features) -> f.tf().resourceGather(f.handle(table), features.ids(), TFloat32.class);
  }

  private static Lookup bytes(ModuleWriter writer, TextEncoder encoder) {
    ByteTable table = ByteTable.of(encoder.table(), encoder.shape().dimension());
    var codes =
        writer.variable(
            "codes", matrix(encoder.shape().buckets(), table.codes()), ModuleWriter.Learning.FIXED);
    var scales =
        writer.variable(
            "scales", Array.Dense.vector(Values.of(table.scales())), ModuleWriter.Learning.FIXED);
    return (f, features) -> {
      Ops tf = f.tf();
      Operand<TFloat32> numbers =
          tf.dtypes.cast(
              tf.resourceGather(f.handle(codes), features.ids(), TUint8.class), TFloat32.class);
      return tf.math.mul(
          tf.math.sub(numbers, tf.constant((float) ByteTable.ZERO)),
          tf.expandDims(
              tf.resourceGather(f.handle(scales), features.ids(), TFloat32.class), tf.constant(1)));
    };
  }

  private static Array.Dense matrix(int rows, Values.Numbers values) {
    return Array.Dense.rows(rows, Shape.of(values.size() / rows), values);
  }

  private static Operand<TFloat32> pooled(
      Ops tf, Operand<TFloat32> vectors, TextFeatures features) {
    Operand<TFloat32> ones = tf.onesLike(tf.dtypes.cast(features.ids(), TFloat32.class));
    Operand<TFloat32> counts = tf.math.unsortedSegmentSum(ones, features.rows(), features.count());
    return tf.math.div(
        tf.math.unsortedSegmentSum(vectors, features.rows(), features.count()),
        tf.expandDims(tf.math.sqrt(tf.math.maximum(counts, tf.constant(1f))), tf.constant(1)));
  }

  private static Operand<TFloat32> unit(Ops tf, Operand<TFloat32> vectors) {
    Operand<TFloat32> squares = tf.sum(tf.math.square(vectors), tf.constant(1), Sum.keepDims(true));
    return tf.math.div(
        vectors, tf.math.sqrt(tf.math.maximum(squares, tf.constant(SMALLEST_SQUARE))));
  }

  /** The length that a vector is divided by. */
  static float length(double squares) {
    return (float) Math.sqrt(Math.max(squares, SMALLEST_SQUARE));
  }

  /** The names of the outputs of {@link #FEATURES}. */
  static List<String> outputs() {
    return List.of(ROWS, IDS);
  }
}
