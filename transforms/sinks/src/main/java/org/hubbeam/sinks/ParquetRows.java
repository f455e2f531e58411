// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.sinks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.conf.ParquetConfiguration;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Types;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Values;
import org.jspecify.annotations.Nullable;

/** Rows of batches as records of Parquet. */
final class ParquetRows extends WriteSupport<ParquetRows.Row> {
  private final List<ArraySpec> columns;
  private final MessageType type;
  private @Nullable RecordConsumer consumer;

  /**
   * A row of a batch.
   *
   * @param arrays the columns of the batch, in the order of the schema
   * @param starts where the values of each row begin
   */
  record Row(Array[] arrays, int[][] starts, int row) {

    /** All rows of a batch. */
    static Stream<Row> of(Batch batch, VectorSchema schema) {
      List<ArraySpec> columns = columns(schema);
      Array[] arrays = new Array[columns.size()];
      int[][] starts = new int[arrays.length][];
      for (int i = 0; i < arrays.length; i++) {
        arrays[i] = batch.column(columns.get(i).name());
        starts[i] = PgColumn.starts(arrays[i]);
      }
      return IntStream.range(0, batch.rows()).mapToObj(row -> new Row(arrays, starts, row));
    }
  }

  /**
   * Of these columns.
   *
   * @throws IllegalArgumentException if one is no value or list
   */
  ParquetRows(VectorSchema schema) {
    columns = columns(schema);
    List<Type> fields = new ArrayList<>();
    for (ArraySpec column : columns) {
      if (column.shape().rank() > 2 || column.dtype().isComplex()) {
        throw new IllegalArgumentException(
            "the column " + column + " is neither a value nor a list; leave it out (--columns)");
      }
      Type element =
          primitive(column.dtype(), column.shape().rank() == 1 ? column.name() : "element");
      fields.add(
          column.shape().rank() == 1
              ? element
              : Types.requiredList().element(element).named(column.name()));
    }
    type = new MessageType("row", fields);
  }

  private static List<ArraySpec> columns(VectorSchema schema) {
    return Stream.concat(Stream.of(schema.id(), schema.vector()), schema.columns().stream())
        .toList();
  }

  private static Type primitive(DType dtype, String name) {
    if (dtype == DType.STRING) {
      return Types.required(PrimitiveTypeName.BINARY)
          .as(LogicalTypeAnnotation.stringType())
          .named(name);
    }
    return Types.required(
            dtype == DType.BOOL
                ? PrimitiveTypeName.BOOLEAN
                : dtype == DType.FLOAT64
                    ? PrimitiveTypeName.DOUBLE
                    : dtype.isFloating() ? PrimitiveTypeName.FLOAT : PrimitiveTypeName.INT64)
        .named(name);
  }

  @Override
  @SuppressWarnings("deprecation")
  public WriteContext init(Configuration configuration) {
    return new WriteContext(type, Map.of());
  }

  @Override
  public WriteContext init(ParquetConfiguration configuration) {
    return new WriteContext(type, Map.of());
  }

  @Override
  public void prepareForWrite(RecordConsumer to) {
    consumer = to;
  }

  @Override
  public void write(Row row) {
    RecordConsumer to = Objects.requireNonNull(consumer);
    to.startMessage();
    for (int i = 0; i < columns.size(); i++) {
      String name = columns.get(i).name();
      int from = row.starts[i][row.row];
      int end = row.starts[i][row.row + 1];
      to.startField(name, i);
      if (columns.get(i).shape().rank() == 1) {
        value(row.arrays[i].values(), from, to);
      } else {
        list(row.arrays[i].values(), from, end, to);
      }
      to.endField(name, i);
    }
    to.endMessage();
  }

  private static void list(Values values, int from, int end, RecordConsumer to) {
    to.startGroup();
    if (from < end) {
      to.startField("list", 0);
      for (int i = from; i < end; i++) {
        to.startGroup();
        to.startField("element", 0);
        value(values, i, to);
        to.endField("element", 0);
        to.endGroup();
      }
      to.endField("list", 0);
    }
    to.endGroup();
  }

  private static void value(Values values, int index, RecordConsumer to) {
    if (values instanceof Values.Strings strings) {
      byte[] bytes =
          Arrays.copyOfRange(
              strings.bytes(), strings.offsets()[index], strings.offsets()[index + 1]);
      to.addBinary(Binary.fromConstantByteArray(bytes));
      return;
    }
    Values.Numbers numbers = (Values.Numbers) values;
    if (numbers.dtype() == DType.BOOL) {
      to.addBoolean(numbers.getLong(index) != 0);
    } else if (numbers.dtype() == DType.FLOAT64) {
      to.addDouble(numbers.getDouble(index));
    } else if (numbers.dtype().isFloating()) {
      to.addFloat((float) numbers.getDouble(index));
    } else {
      to.addLong(numbers.getLong(index));
    }
  }
}
