// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.sinks;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.PackedValues;
import org.hubbeam.batch.Values;
import org.hubbeam.vectors.PostProcessing;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a batch as a {@link VectorSchema} has them: vectors as float32, ids as strings or
 * int64.
 *
 * @param batch the rows that have an id and a vector
 * @param rows the numbers that they had
 * @param bad the other rows, by their number, and why
 */
record PreparedRows(Batch batch, int[] rows, Map<Integer, Bad> bad) {

  /**
   * Why a row cannot be written.
   *
   * @param column where the fault is
   */
  record Bad(String column, String reason) {}

  /**
   * Where the ids and vectors are.
   *
   * @param dimension the length of vectors; 0 for that of each batch
   * @param packed how a column of byte strings has its vectors; null if it has none
   */
  record Columns(String id, String vector, int dimension, @Nullable PackedValues packed)
      implements Serializable {

    /** The type of the numbers in a batch. */
    DType stored(Batch batch) {
      DType dtype = batch.column(vector).dtype();
      return packed != null && dtype == DType.STRING ? packed.dtype() : dtype;
    }
  }

  /**
   * Prepares the rows of a batch.
   *
   * @throws IllegalArgumentException if there is no such column, or it cannot have ids or vectors
   */
  static PreparedRows of(Batch given, Columns columns) {
    Map<Integer, Bad> bad = new TreeMap<>();
    Array id = ids(columns.id(), given.column(columns.id()), bad);
    Array vector = vectors(columns, given, bad);
    Map<String, Array> all = new LinkedHashMap<>();
    given
        .columns()
        .forEach(
            (name, array) -> {
              if (!name.equals(PostProcessing.scaleColumn(columns.vector()))
                  || columns.stored(given) != DType.INT8) {
                all.put(name, array.lists());
              }
            });
    all.put(columns.id(), id);
    all.put(columns.vector(), vector);
    Batch whole = new Batch(given.rows(), all, given.origin());
    int[] rows = IntStream.range(0, given.rows()).filter(row -> !bad.containsKey(row)).toArray();
    return new PreparedRows(bad.isEmpty() ? whole : whole.select(rows), rows, bad);
  }

  private static Array ids(String name, Array array, Map<Integer, Bad> bad) {
    DType dtype = array.dtype();
    boolean plain = array.dims().size() == 1 && array instanceof Array.Dense;
    if (!plain && !(array.lists() instanceof Array.Ragged r && simple(r))
        || dtype != DType.STRING && !dtype.isInteger()) {
      throw new IllegalArgumentException(
          "an id is one string or integer for each row, not " + array.spec(name));
    }
    Array one = array;
    if (!plain) {
      int[] splits = ((Array.Ragged) array.lists()).rowSplits().get(0);
      Values values = array.lists().values();
      int[] chosen = new int[array.rows()];
      for (int row = 0; row < chosen.length; row++) {
        int count = splits[row + 1] - splits[row];
        if (count != 1) {
          bad.put(
              row, new Bad(name, count == 0 ? "there is no id" : "there are " + count + " ids"));
        }
        chosen[row] = count == 0 ? 0 : splits[row];
      }
      one =
          values.size() == 0
              ? Array.Dense.vector(
                  dtype == DType.STRING
                      ? Values.of(blank(chosen.length))
                      : Values.of(new long[chosen.length]))
              : Array.Dense.vector(values).select(chosen);
    }
    if (one.values() instanceof Values.Strings strings) {
      for (int row = 0; row < strings.size(); row++) {
        if (strings.length(row) == 0) {
          bad.putIfAbsent(row, new Bad(name, "the id is empty"));
        }
      }
      return one;
    }
    return Array.Dense.vector(Values.of(((Values.Numbers) one.values()).toLongs()));
  }

  private static String[] blank(int rows) {
    String[] blank = new String[rows];
    Arrays.fill(blank, "");
    return blank;
  }

  private static boolean simple(Array.Ragged ragged) {
    return ragged.rowSplits().size() == 1 && ragged.inner().isEmpty();
  }

  private static Array vectors(Columns columns, Batch batch, Map<Integer, Bad> bad) {
    String name = columns.vector();
    Array array = batch.column(name);
    if (columns.packed() != null && array.dtype() == DType.STRING) {
      array = columns.packed().unpack(array.squeezed());
    }
    if (!(array.values() instanceof Values.Numbers numbers)
        || array.dtype() == DType.BOOL
        || array.dtype().isComplex()) {
      throw new IllegalArgumentException("a vector is a row of numbers, not " + array.spec(name));
    }
    float[] scales = scales(batch, name, array);
    int[] starts = starts(name, array);
    int dimension = columns.dimension() > 0 ? columns.dimension() : dimension(name, starts);
    float[] floats = new float[Math.multiplyExact(dimension, batch.rows())];
    for (int row = 0; row < batch.rows(); row++) {
      int length = starts[row + 1] - starts[row];
      if (length != dimension) {
        bad.putIfAbsent(
            row,
            new Bad(
                name,
                length == 0
                    ? "there is no vector"
                    : "the vector has " + length + " numbers, expected " + dimension));
        continue;
      }
      String fault =
          fill(
              numbers,
              starts[row],
              scales == null ? 1 : scales[row],
              floats,
              row * dimension,
              dimension);
      if (fault != null) {
        bad.putIfAbsent(row, new Bad(name, fault));
      }
    }
    return new Array.Dense(List.of((long) batch.rows(), (long) dimension), Values.of(floats));
  }

  private static @Nullable String fill(
      Values.Numbers numbers, int from, float scale, float[] floats, int at, int count) {
    String fault = null;
    for (int i = 0; i < count; i++) {
      double value = numbers.getDouble(from + i) * scale;
      floats[at + i] = (float) value;
      if (Float.isInfinite(floats[at + i]) && !Double.isInfinite(value)) {
        fault = "the number " + value + " is too large for float32";
      }
    }
    return fault;
  }

  /** The scales of vectors that are stored as int8; null where there are none. */
  private static float @Nullable [] scales(Batch batch, String name, Array vectors) {
    Array scales = batch.columns().get(PostProcessing.scaleColumn(name));
    return vectors.dtype() == DType.INT8
            && scales != null
            && scales.squeezed() instanceof Array.Dense dense
            && dense.dtype() == DType.FLOAT32
            && dense.rowSize() == 1
        ? ((Values.Numbers) dense.values()).toFloats()
        : null;
  }

  private static int[] starts(String name, Array array) {
    if (array instanceof Array.Dense dense && dense.dims().size() == 2) {
      return IntStream.rangeClosed(0, array.rows()).map(row -> row * dense.rowSize()).toArray();
    }
    if (array.lists() instanceof Array.Ragged ragged && simple(ragged)) {
      return ragged.rowSplits().get(0);
    }
    throw new IllegalArgumentException(
        "a vector is one list of numbers for each row, not " + array.spec(name));
  }

  /** The length that most vectors have, of several the smallest. */
  private static int dimension(String name, int[] starts) {
    Map<Integer, Integer> counts = new TreeMap<>();
    for (int row = 0; row + 1 < starts.length; row++) {
      counts.merge(starts[row + 1] - starts[row], 1, Integer::sum);
    }
    counts.remove(0);
    return counts.entrySet().stream()
        .max(
            Map.Entry.<Integer, Integer>comparingByValue()
                .thenComparing(Map.Entry.comparingByKey(Comparator.reverseOrder())))
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no row of a batch has a vector in '" + name + "'; set the dimension"))
        .getKey();
  }
}
