// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.files;

import java.io.Serializable;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Failure;
import org.hubbeam.batch.Internal;
import org.hubbeam.batch.PackedValues;
import org.hubbeam.batch.Values;
import org.hubbeam.search.ColumnType;
import org.hubbeam.search.IndexColumn;
import org.hubbeam.search.IndexRow;
import org.hubbeam.search.RowId;
import org.hubbeam.vectors.PostProcessing;
import org.jspecify.annotations.Nullable;

/**
 * How rows of batches are rows of an index. A column has one value or none in each row; a vector of
 * int8 has its scale in the column that {@link PostProcessing#scaleColumn} names.
 *
 * @param id the column of the ids, strings or integers; null for the place of each row in its file
 * @param vector the column of the vectors
 * @param packed how vectors are packed into strings; null where they are numbers
 * @param columns the other columns that are kept
 */
@Internal
public record IndexRows(
    @Nullable String id, String vector, @Nullable PackedValues packed, List<IndexColumn> columns)
    implements Serializable {

  public IndexRows {
    columns = List.copyOf(columns);
  }

  /** A row, and where it is from, for failures. */
  record Placed(IndexRow row, String origin) {}

  /** A value that cannot be had. */
  private static final class RefusedException extends Exception {
    private static final long serialVersionUID = 1;
    private final String column;

    RefusedException(String column, String reason) {
      super(reason, null, false, false);
      this.column = column;
    }
  }

  /** The rows of a batch, in their order; those that have no id, vector or value are failures. */
  void of(Batch batch, Consumer<Placed> rows, Consumer<Failure> failures) {
    Map<String, Array> used = new HashMap<>();
    used.put(vector, batch.column(vector));
    columns.forEach(c -> used.put(c.name(), batch.column(c.name())));
    if (id != null) {
      used.put(id, batch.column(id));
    }
    for (int row = 0; row < batch.rows(); row++) {
      try {
        RowId name = id == null ? place(batch, row) : rowId(used.get(id), row);
        float[] numbers = vector(batch, used.get(vector), row);
        Map<String, Object> values = new LinkedHashMap<>();
        for (IndexColumn column : columns) {
          Object value = value(column, used.get(column.name()), row);
          if (value != null) {
            values.put(column.name(), value);
          }
        }
        rows.accept(new Placed(new IndexRow(name, numbers, values), batch.origin().id(row)));
      } catch (RefusedException e) {
        failures.accept(
            Failure.reading(batch.origin().id(row), e.column, String.valueOf(e.getMessage())));
      }
    }
  }

  /** The number of the file among those of its set, or its name, and the place in it. */
  public static RowId place(Batch batch, int row) {
    String file = batch.origin().source();
    String name = file.substring(file.lastIndexOf('/') + 1);
    return RowId.of(
        name.replaceFirst("^.*-(\\d{5})-of-\\d{5}\\.tfrecord$", "$1")
            + "@"
            + batch.origin().records()[row]);
  }

  private RowId rowId(@Nullable Array ids, int row) throws RefusedException {
    Object value = value(new IndexColumn(String.valueOf(id), type(ids)), ids, row);
    if (value == null || value.equals("")) {
      throw new RefusedException(String.valueOf(id), "the row has no id");
    }
    return value instanceof Long number ? RowId.of(number) : RowId.of((String) value);
  }

  private static ColumnType type(@Nullable Array ids) {
    return ids != null && ids.dtype() == DType.STRING ? ColumnType.STRING : ColumnType.INT64;
  }

  private float[] vector(Batch batch, @Nullable Array array, int row) throws RefusedException {
    if (array == null) {
      throw new IllegalStateException("the column '" + vector + "' is missing");
    }
    int[] span = span(array, row);
    if (packed == null) {
      return numbers((Values.Numbers) array.values(), span);
    }
    if (span[1] - span[0] != 1 || !(array.values() instanceof Values.Strings strings)) {
      throw new RefusedException(vector, "the row has no vector");
    }
    byte[] bytes = strings.get(span[0]);
    int size = packed.dtype().bytes();
    long expected = packed.dims().stream().reduce((long) size, Math::multiplyExact);
    if (bytes.length != expected) {
      throw new RefusedException(
          vector,
          "the vector has " + bytes.length / size + " numbers instead of " + expected / size);
    }
    float[] numbers = new Values.Numbers(packed.dtype(), bytes).roundedToFloats();
    if (packed.dtype() == DType.INT8) {
      Array scales = batch.column(PostProcessing.scaleColumn(vector));
      int[] at = span(scales, row);
      if (at[1] - at[0] != 1) {
        throw new RefusedException(
            PostProcessing.scaleColumn(vector), "the row has not one scale for its vector");
      }
      float scale = ((Values.Numbers) scales.values()).getFloat(at[0]);
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] *= scale;
      }
    }
    return numbers;
  }

  private float[] numbers(Values.Numbers values, int[] span) throws RefusedException {
    if (span[0] == span[1]) {
      throw new RefusedException(vector, "the row has no vector");
    }
    float[] numbers = new float[span[1] - span[0]];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (float) values.getDouble(span[0] + i);
    }
    return numbers;
  }

  /** The first of a row's values, and the one behind its last. */
  private static int[] span(Array array, int row) {
    if (array instanceof Array.Dense dense) {
      int width = dense.rowSize();
      return new int[] {row * width, (row + 1) * width};
    }
    if (array.lists() instanceof Array.Ragged ragged) {
      int from = ragged.rowSplits().get(0)[row];
      int to = ragged.rowSplits().get(0)[row + 1];
      for (int[] splits : ragged.rowSplits().subList(1, ragged.rowSplits().size())) {
        from = splits[from];
        to = splits[to];
      }
      return new int[] {from * ragged.innerSize(), to * ragged.innerSize()};
    }
    throw new IllegalStateException("sparse columns of " + array.dims() + " cannot be indexed");
  }

  private static @Nullable Object value(IndexColumn column, @Nullable Array array, int row)
      throws RefusedException {
    if (array == null) {
      return null;
    }
    int[] span = span(array, row);
    int count = span[1] - span[0];
    if (count == 0) {
      return null;
    }
    if (count > 1) {
      throw new RefusedException(
          column.name(),
          "the row has "
              + count
              + " values; an index takes one or none (--columns=A,B chooses the columns)");
    }
    return switch (column.type()) {
      case BYTES -> ((Values.Strings) array.values()).get(span[0]);
      case STRING -> text(column.name(), ((Values.Strings) array.values()).get(span[0]));
      case INT64 -> ((Values.Numbers) array.values()).getLong(span[0]);
      case DOUBLE -> ((Values.Numbers) array.values()).getDouble(span[0]);
      case BOOL -> ((Values.Numbers) array.values()).getLong(span[0]) != 0;
    };
  }

  private static String text(String column, byte[] bytes) throws RefusedException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(java.nio.ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new RefusedException(column, "the value is not UTF-8");
    }
  }
}
