// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.analysis;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.BatchBuilder;
import org.hubbeam.batch.BatchSchema;
import org.hubbeam.batch.ColumnBuilder;
import org.hubbeam.batch.Conversion;
import org.hubbeam.batch.Conversion.ConversionException;
import org.hubbeam.batch.Failure;
import org.hubbeam.batch.Layout;
import org.jspecify.annotations.Nullable;

/** Beam rows that become the columns of a batch. */
final class RowColumns implements GatherFn.Waiting<Row> {

  private final BatchBuilder builder = new BatchBuilder("");
  private final List<Field> fields = new ArrayList<>();

  /** The fields of rows of this schema as these columns, which were checked. */
  RowColumns(Schema schema, BatchSchema columns) {
    for (ArraySpec spec : columns.columns()) {
      Schema.FieldType type = schema.getField(spec.name()).getType();
      int depth = BeamSchemas.depth(type);
      ColumnBuilder column =
          spec.layout() == Layout.DENSE
              ? builder.dense(
                  spec.name(),
                  spec.dtype(),
                  spec.shape().row().dims().stream().mapToLong(d -> d).toArray())
              : spec.shape().rank() == 2
                  ? builder.ragged(spec.name(), spec.dtype())
                  : builder.nested(spec.name(), spec.dtype());
      long width =
          spec.layout() == Layout.DENSE
              ? spec.shape().row().dims().stream().reduce(1L, Math::multiplyExact)
              : Field.ANY;
      fields.add(
          new Field(schema.indexOf(spec.name()), column, depth, width, BeamSchemas.element(type)));
    }
  }

  /**
   * Refuses columns that fields of rows cannot become.
   *
   * @throws IllegalArgumentException for a column without a field, or with one of another form
   */
  static void check(Schema schema, BatchSchema columns) {
    BatchSchema found = BeamSchemas.of(schema);
    for (ArraySpec column : columns.columns()) {
      ArraySpec field = found.column(column.name());
      boolean values = column.layout() == Layout.DENSE && column.shape().row().isFull();
      boolean fits =
          column.layout() == Layout.RAGGED && !column.shape().row().dims().contains(0L)
              ? column.shape().row().dims().stream().allMatch(d -> d == -1)
                  && (column.shape().rank() == field.shape().rank()
                      || column.shape().rank() == 2 && field.shape().rank() == 1)
              : values && field.shape().rank() <= 2;
      if (!fits) {
        throw new IllegalArgumentException(
            "the field '"
                + column.name()
                + "' is "
                + schema.getField(column.name()).getType().getTypeName()
                + ", which does not become the column "
                + column);
      }
    }
  }

  /**
   * A field and its column.
   *
   * @param width how many values a row has
   */
  private record Field(
      int index, ColumnBuilder column, int depth, long width, Schema.FieldType type) {
    static final long ANY = -1;

    void add(@Nullable Object value) throws ConversionException {
      int count = 0;
      if (value != null && depth == 0) {
        addOne(value);
        count = 1;
      } else if (value != null && depth == 1) {
        count = addAll(value);
      } else if (value != null) {
        for (Object list : (Iterable<?>) value) {
          addAll(present(list));
          column.endList();
        }
      }
      if (width != ANY && count != width) {
        throw ConversionException.expected(
            width + (width == 1 ? " value" : " values"), value == null ? "null" : "" + count);
      }
    }

    private int addAll(Object list) throws ConversionException {
      int count = 0;
      for (Object value : (Iterable<?>) list) {
        addOne(present(value));
        count++;
      }
      return count;
    }

    private static Object present(@Nullable Object value) throws ConversionException {
      if (value == null) {
        throw ConversionException.expected("a value in the list", "null");
      }
      return value;
    }

    private void addOne(Object value) throws ConversionException {
      switch (type.getTypeName()) {
        case STRING -> Conversion.addText(column, value.toString());
        case BYTES -> {
          byte[] bytes = (byte[]) value;
          Conversion.addText(column, bytes, 0, bytes.length);
        }
        case BOOLEAN -> Conversion.addBool(column, (Boolean) value);
        case FLOAT, DOUBLE -> Conversion.addFloat(column, ((Number) value).doubleValue());
        default -> Conversion.addInteger(column, ((Number) value).longValue());
      }
    }
  }

  @Override
  public boolean add(Row row, Consumer<Failure> failures) {
    for (Field field : fields) {
      try {
        field.add(row.getValue(field.index()));
      } catch (ConversionException e) {
        builder.dropRow();
        failures.accept(
            Failure.reading(row.toString(), field.column().name(), String.valueOf(e.getMessage())));
        return false;
      }
    }
    builder.endRow(builder.rows());
    return builder.rows() == GatherFn.ROWS || builder.byteSize() >= GatherFn.BYTES;
  }

  @Override
  public void flush(Consumer<Batch> batches, Consumer<Failure> failures) {
    if (builder.rows() > 0) {
      batches.accept(builder.build());
    }
  }
}
