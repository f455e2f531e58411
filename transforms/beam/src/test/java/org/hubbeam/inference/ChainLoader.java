// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Shape;
import org.hubbeam.batch.Values;
import org.hubbeam.model.LoadedModule;
import org.hubbeam.model.ModuleException;
import org.hubbeam.model.ModuleException.Kind;

/** Modules without TensorFlow that can be chained; the handle {@code fake:pack} is {@code pack}. */
record ChainLoader() implements ModuleLoader {
  private static final long serialVersionUID = 1;

  private static final ArraySpec TEXT = spec("text", DType.STRING, -1);
  private static final ArraySpec LENGTHS = spec("lengths", DType.INT32, -1);
  private static final ArraySpec FIRSTS = spec("firsts", DType.INT32, -1);
  private static final ArraySpec VECTOR = spec("vector", DType.FLOAT32, -1, 2);

  @Override
  public LoadedModule load(ModuleSpec.Loading loading) {
    return function(loading.handle().substring("fake:".length())).module();
  }

  static FakeFunction function(String name) {
    return switch (name) {
      case "pack" -> function(name, List.of(TEXT), List.of(LENGTHS, FIRSTS), ChainLoader::pack);
      case "encode" ->
          function(
              name,
              List.of(
                  spec("inputs/firsts", DType.INT32, -1), spec("inputs/lengths", DType.INT32, -1)),
              List.of(VECTOR),
              ChainLoader::encode);
      case "head" ->
          function(
              name,
              List.of(spec("x", DType.FLOAT32, -1, 2)),
              List.of(spec("logits", DType.FLOAT32, -1)),
              rows -> summed(rows, "x", "logits"));
      case "sum" ->
          function(
              name,
              List.of(spec("x", DType.FLOAT32, -1, -1)),
              List.of(spec("sums", DType.FLOAT32, -1)),
              rows -> summed(rows, "x", "sums"));
      case "wide" ->
          function(
              name,
              List.of(spec("vector", DType.FLOAT32, -1, 3)),
              List.of(spec("sums", DType.FLOAT32, -1)),
              rows -> summed(rows, "vector", "sums"));
      case "blend" ->
          function(
              name,
              List.of(spec("left", DType.INT32, -1), spec("right", DType.STRING, -1)),
              List.of(spec("blended", DType.FLOAT32, -1)),
              ChainLoader::blend);
      case "dice" ->
          function(
              name,
              List.of(TEXT, spec("seed", DType.INT32, 2)),
              List.of(spec("thrown", DType.INT32, -1, 2)),
              rows -> rows);
      default -> throw new ModuleException(Kind.NOT_LOADABLE, "no module " + name);
    };
  }

  private static FakeFunction function(
      String name, List<ArraySpec> inputs, List<ArraySpec> outputs, UnaryOperator<Batch> body) {
    return new FakeFunction(name, inputs, outputs, body);
  }

  private static ArraySpec spec(String name, DType dtype, long... dims) {
    return new ArraySpec(name, dtype, Shape.of(dims), Layout.DENSE);
  }

  private static Batch pack(Batch rows) {
    Values.Strings texts = (Values.Strings) rows.column("text").values();
    int[] lengths = new int[rows.rows()];
    for (int i = 0; i < lengths.length; i++) {
      lengths[i] = texts.length(i);
      if (texts.text(i).equals("poison")) {
        throw new ModuleException(Kind.REFUSED, "poison");
      }
    }
    return Batch.of(
        Map.of(
            "lengths", Array.Dense.vector(Values.of(lengths)),
            "firsts", Array.Dense.vector(Values.of(lengths))));
  }

  private static Batch encode(Batch rows) {
    Values.Numbers lengths = (Values.Numbers) rows.column("inputs/lengths").values();
    float[] vectors = new float[2 * rows.rows()];
    for (int i = 0; i < rows.rows(); i++) {
      vectors[2 * i] = (float) lengths.getDouble(i);
      vectors[2 * i + 1] = 100 * (float) lengths.getDouble(i);
      if (vectors[2 * i] == 4) {
        throw new ModuleException(Kind.REFUSED, "a length of 4");
      }
    }
    return Batch.of(
        Map.of("vector", new Array.Dense(List.of((long) rows.rows(), 2L), Values.of(vectors))));
  }

  private static Batch summed(Batch rows, String input, String output) {
    Array.Dense array = (Array.Dense) rows.column(input);
    float[] values = ((Values.Numbers) array.values()).toFloats();
    float[] sums = new float[rows.rows()];
    for (int i = 0; i < values.length; i++) {
      sums[i / array.rowSize()] += values[i];
    }
    return Batch.of(Map.of(output, Array.Dense.vector(Values.of(sums))));
  }

  private static Batch blend(Batch rows) {
    float[] blended = new float[rows.rows()];
    for (int i = 0; i < blended.length; i++) {
      blended[i] =
          (float) ((Values.Numbers) rows.column("left").values()).getDouble(i)
              + ((Values.Strings) rows.column("right").values()).length(i);
    }
    return Batch.of(Map.of("blended", Array.Dense.vector(Values.of(blended))));
  }
}
