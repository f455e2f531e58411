// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.analysis;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.TypeName;
import org.apache.beam.sdk.values.Row;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.BatchSchema;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Failure;
import org.hubbeam.batch.Layout;
import org.jspecify.annotations.Nullable;

/** The columns of a batch as the fields of Beam rows. */
final class RowFields {

  private static final Map<TypeName, Long> LARGEST =
      Map.of(
          TypeName.BYTE, (long) Byte.MAX_VALUE,
          TypeName.INT16, (long) Short.MAX_VALUE,
          TypeName.INT32, (long) Integer.MAX_VALUE,
          TypeName.INT64, Long.MAX_VALUE,
          TypeName.BOOLEAN, 1L);

  private final Schema schema;
  private final List<Field> fields = new ArrayList<>();

  RowFields(BatchSchema columns, Schema schema) {
    check(columns, schema);
    this.schema = schema;
    for (Schema.Field field : schema.getFields()) {
      Schema.FieldType type = field.getType();
      ArraySpec column = columns.column(field.getName());
      boolean optional = column.shape().rank() - 1 > BeamSchemas.depth(type);
      fields.add(new Field(column, optional, converter(BeamSchemas.element(type).getTypeName())));
    }
  }

  private record Field(ArraySpec column, boolean optional, Function<Object, Object> converter) {}

  /**
   * Looks whether the fields can hold the columns.
   *
   * @throws IllegalArgumentException naming the field that has no column, or one that it cannot
   *     hold
   */
  static void check(BatchSchema columns, Schema schema) {
    for (Schema.Field field : schema.getFields()) {
      Schema.FieldType type = field.getType();
      ArraySpec column = columns.column(field.getName());
      int depth = BeamSchemas.depth(type);
      int lists = column.shape().rank() - 1;
      boolean nullable = Boolean.TRUE.equals(type.getNullable());
      boolean optional = nullable && depth == 0 && lists == 1 && column.layout() != Layout.DENSE;
      if (!(depth == lists || optional)
          || !holds(BeamSchemas.element(type).getTypeName(), column.dtype())) {
        throw new IllegalArgumentException(
            "the field '" + field.getName() + "' is " + type + ", which does not hold " + column);
      }
    }
  }

  private static boolean holds(TypeName type, DType dtype) {
    return switch (type) {
      case STRING, BYTES -> dtype == DType.STRING;
      case DOUBLE -> dtype.isFloating();
      case FLOAT -> dtype.isFloating() && dtype != DType.FLOAT64;
      case BYTE, INT16, INT32, INT64 -> dtype.isInteger() && dtype != DType.UINT64;
      case BOOLEAN -> dtype == DType.BOOL || (dtype.isInteger() && dtype != DType.UINT64);
      default -> false;
    };
  }

  /** Gives each row of a batch away. */
  void rows(Batch batch, Consumer<Row> rows, Consumer<Failure> failures) {
    List<Array> arrays = fields.stream().map(f -> array(batch, f.column)).toList();
    for (int row = 0; row < batch.rows(); row++) {
      List<Object> values = new ArrayList<>(arrays.size());
      String id = batch.origin().id(row);
      for (int i = 0; i < arrays.size() && values.size() == i; i++) {
        Field field = fields.get(i);
        try {
          values.add(value(field, arrays.get(i), row));
        } catch (IllegalArgumentException e) {
          failures.accept(Failure.reading(id, field.column.name(), String.valueOf(e.getMessage())));
        }
      }
      if (values.size() == arrays.size()) {
        rows.accept(Row.withSchema(schema).attachValues(values));
      }
    }
  }

  private static Array array(Batch batch, ArraySpec column) {
    Array array = batch.column(column.name()).lists();
    if (array.dtype() != column.dtype() || array.dims().size() != column.shape().rank()) {
      throw new IllegalArgumentException(
          "the batch has a column '"
              + column.name()
              + "' of "
              + array.dtype()
              + " "
              + array.dims()
              + "; expected "
              + column);
    }
    return array;
  }

  private static @Nullable Object value(Field field, Array array, int row) {
    Object value = cell(field, array, 0, row);
    if (!field.optional) {
      return value;
    }
    List<?> list = (List<?>) value;
    if (list.size() > 1) {
      throw new IllegalArgumentException("expected one value or none, found " + list.size());
    }
    return list.isEmpty() ? null : list.get(0);
  }

  /** The value at a position of a level of an array; rows are level 0. */
  private static Object cell(Field field, Array array, int level, int place) {
    if (array instanceof Array.Ragged ragged && level < ragged.rowSplits().size()) {
      int[] splits = ragged.rowSplits().get(level);
      List<Object> cells = new ArrayList<>();
      for (int i = splits[place]; i < splits[place + 1]; i++) {
        cells.add(cell(field, array, level + 1, i));
      }
      return cells;
    }
    if (level + 1 == array.dims().size()) {
      return field.converter.apply(array.values().get(place));
    }
    int length = Math.toIntExact(array.dims().get(level + 1));
    List<Object> cells = new ArrayList<>(length);
    for (int i = 0; i < length; i++) {
      cells.add(cell(field, array, level + 1, place * length + i));
    }
    return cells;
  }

  private static Function<Object, Object> converter(TypeName type) {
    return switch (type) {
      case STRING -> value -> text((byte[]) value);
      case BYTES -> value -> value;
      case FLOAT -> value -> ((Number) value).floatValue();
      case DOUBLE -> value -> ((Number) value).doubleValue();
      case BYTE -> value -> (byte) whole(type, value);
      case INT16 -> value -> (short) whole(type, value);
      case INT32 -> value -> (int) whole(type, value);
      case BOOLEAN -> value -> value instanceof Boolean flag ? flag : whole(type, value) == 1;
      default -> value -> whole(type, value);
    };
  }

  private static long whole(TypeName type, Object value) {
    long number = (Long) value;
    long largest = Objects.requireNonNull(LARGEST.get(type));
    long least = type == TypeName.BOOLEAN ? 0 : -largest - 1;
    if (number < least || number > largest) {
      throw new IllegalArgumentException(
          "expected " + type + ", " + least + " to " + largest + ", found " + number);
    }
    return number;
  }

  private static String text(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("expected UTF-8, found other bytes", e);
    }
  }
}
