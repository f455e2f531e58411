// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.preprocessing;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.BatchSchema;
import org.hubbeam.batch.Shape;
import org.hubbeam.batch.Values;

/** A preprocessing function analysed over some rows and applied to them or to others. */
final class Local {

  private final Map<String, Array> analyzed;
  private Map<String, Array> served;

  private Local(Map<String, Array> analyzed) {
    this.analyzed = analyzed;
    this.served = analyzed;
  }

  /** Rows for the analysis. */
  static Local over(Map<String, Array> columns) {
    return new Local(columns);
  }

  static Local over(String name, Array column) {
    return over(Map.of(name, column));
  }

  /** Rows to transform, instead of those that are analysed. */
  Local serving(Map<String, Array> columns) {
    served = columns;
    return this;
  }

  /** The only output of a function of the columns. */
  Array output(Function<Columns, Column> function) {
    return outputs(in -> Map.of("y", function.apply(in))).column("y");
  }

  Batch outputs(PreprocessingFunction function) {
    try (LocalRun run = run(function)) {
      return run.transform(Batch.of(served));
    }
  }

  /** The analysed function; to be closed. */
  LocalRun run(PreprocessingFunction function) {
    return Preprocessor.of(schema(), function).applyLocally(List.of(Batch.of(analyzed)));
  }

  BatchSchema schema() {
    List<ArraySpec> specs = new ArrayList<>();
    new TreeMap<>(analyzed)
        .forEach(
            (name, array) -> {
              List<Long> dims = new ArrayList<>(array.dims());
              dims.set(0, -1L);
              specs.add(new ArraySpec(name, array.dtype(), new Shape(dims), array.layout()));
            });
    return new BatchSchema(specs);
  }

  static Batch batch(String name, Array column) {
    return Batch.of(Map.of(name, column));
  }

  static Array.Dense floats(float... values) {
    return Array.Dense.vector(Values.of(values));
  }

  static Array.Dense longs(long... values) {
    return Array.Dense.vector(Values.of(values));
  }

  static Array.Dense strings(String... values) {
    return Array.Dense.vector(Values.of(values));
  }

  static Array.Dense rows(int width, float... values) {
    return new Array.Dense(List.of((long) values.length / width, (long) width), Values.of(values));
  }

  static float[] floats(Array array) {
    return ((Values.Numbers) array.values()).toFloats();
  }

  static long[] longs(Array array) {
    return ((Values.Numbers) array.values()).toLongs();
  }
}
