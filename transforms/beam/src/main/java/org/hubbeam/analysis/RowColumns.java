// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.analysis;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.BatchBuilder;
import org.hubbeam.batch.ColumnBuilder;
import org.hubbeam.batch.Failure;
import org.jspecify.annotations.Nullable;

/** Beam rows that become the columns of a batch. */
final class RowColumns implements GatherFn.Waiting<Row> {

  private final BatchBuilder builder = new BatchBuilder("");
  private final List<Field> fields = new ArrayList<>();

  /**
   * For rows of this schema.
   *
   * @throws IllegalArgumentException for a field that no column can hold
   */
  RowColumns(Schema schema) {
    List<ArraySpec> columns = BeamSchemas.of(schema).columns();
    for (int i = 0; i < columns.size(); i++) {
      ArraySpec spec = columns.get(i);
      Schema.FieldType type = schema.getField(i).getType();
      ColumnBuilder column =
          switch (spec.shape().rank()) {
            case 1 -> builder.dense(spec.name(), spec.dtype());
            case 2 -> builder.ragged(spec.name(), spec.dtype());
            default -> builder.nested(spec.name(), spec.dtype());
          };
      fields.add(new Field(column, BeamSchemas.depth(type), adder(BeamSchemas.element(type))));
    }
  }

  private record Field(ColumnBuilder column, int depth, BiConsumer<ColumnBuilder, Object> adder) {

    void add(@Nullable Object value) {
      if (value == null) {
        return;
      }
      switch (depth) {
        case 0 -> adder.accept(column, value);
        case 1 -> addAll(value);
        default -> {
          for (Object list : (Iterable<?>) value) {
            addAll(present(list));
            column.endList();
          }
        }
      }
    }

    private void addAll(Object list) {
      for (Object value : (Iterable<?>) list) {
        adder.accept(column, present(value));
      }
    }

    private static Object present(@Nullable Object value) {
      if (value == null) {
        throw new IllegalArgumentException("expected a value in the list, found null");
      }
      return value;
    }
  }

  private static BiConsumer<ColumnBuilder, Object> adder(Schema.FieldType type) {
    return switch (type.getTypeName()) {
      case STRING -> (column, value) -> column.addText(value.toString());
      case BYTES ->
          (column, value) -> {
            byte[] bytes = (byte[]) value;
            column.addBytes(bytes, 0, bytes.length);
          };
      case BOOLEAN -> (column, value) -> column.addLong(Boolean.TRUE.equals(value) ? 1 : 0);
      case DOUBLE -> (column, value) -> column.addFloat(narrowed((Double) value));
      case FLOAT -> (column, value) -> column.addFloat((Float) value);
      default -> (column, value) -> column.addLong(((Number) value).longValue());
    };
  }

  private static float narrowed(double value) {
    float narrow = (float) value;
    if (Float.isInfinite(narrow) && !Double.isInfinite(value)) {
      throw new IllegalArgumentException("expected float32, found " + value);
    }
    return narrow;
  }

  @Override
  public boolean add(Row row, Consumer<Failure> failures) {
    for (int i = 0; i < fields.size(); i++) {
      try {
        fields.get(i).add(row.getValue(i));
      } catch (IllegalArgumentException e) {
        builder.dropRow();
        failures.accept(
            Failure.reading(
                row.toString(), fields.get(i).column().name(), String.valueOf(e.getMessage())));
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
