// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.sinks;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Utf8;
import org.hubbeam.batch.Values;

/** A row as the two lines that {@code _bulk} takes. */
final class OpenSearchDocument {

  private static final JsonFactory JSON = new JsonFactory();

  /** In bytes; servers refuse a whole request with a longer one. */
  private static final int LONGEST_ID = 512;

  private final VectorSchema schema;
  private final List<String> fields = new ArrayList<>();

  /**
   * For rows of a schema.
   *
   * @throws IOException if a column cannot be a field
   */
  OpenSearchDocument(VectorSchema schema) throws IOException {
    this.schema = schema;
    fields.add(schema.id().name());
    fields.add(schema.vector().name());
    for (ArraySpec column : schema.columns()) {
      if (column.shape().rank() > 2 || column.dtype().isComplex()) {
        throw new IOException(
            "the column " + column + " can be no field: only values and lists of them can");
      }
      fields.add(column.name());
    }
  }

  /** A row that no document can be. */
  static final class UnfitRowException extends Exception {
    private static final long serialVersionUID = 1;

    UnfitRowException(String reason) {
      super(reason);
    }
  }

  byte[] lines(Batch rows, int row) throws IOException, UnfitRowException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator action = JSON.createGenerator(bytes)) {
      action.writeStartObject();
      action.writeObjectFieldStart("index");
      action.writeStringField("_id", id(rows.column(schema.id().name()).values(), row));
      action.writeEndObject();
      action.writeEndObject();
    }
    bytes.write('\n');
    try (JsonGenerator source = JSON.createGenerator(bytes)) {
      source.writeStartObject();
      for (String field : fields) {
        Array array = rows.column(field);
        int[] starts = PgColumn.starts(array);
        boolean list = array instanceof Array.Dense dense && dense.dims().size() > 1;
        write(source, field, array.values(), new Range(starts[row], starts[row + 1], list));
      }
      source.writeEndObject();
    }
    bytes.write('\n');
    return bytes.toByteArray();
  }

  private static String id(Values values, int row) throws UnfitRowException {
    if (values instanceof Values.Strings strings) {
      if (strings.length(row) > LONGEST_ID) {
        throw new UnfitRowException(
            "the id has " + strings.length(row) + " bytes, and at most " + LONGEST_ID + " can be");
      }
      return text("id", strings, row);
    }
    return Long.toString(((Values.Numbers) values).getLong(row));
  }

  /**
   * The values of a row.
   *
   * @param list whether one value is a list, too
   */
  private record Range(int from, int to, boolean list) {}

  private static void write(JsonGenerator out, String field, Values values, Range range)
      throws IOException, UnfitRowException {
    if (range.from == range.to) {
      return;
    }
    out.writeFieldName(field);
    boolean list = range.list || range.to - range.from > 1;
    if (list) {
      out.writeStartArray();
    }
    for (int i = range.from; i < range.to; i++) {
      value(out, field, values, i);
    }
    if (list) {
      out.writeEndArray();
    }
  }

  private static void value(JsonGenerator out, String field, Values values, int at)
      throws IOException, UnfitRowException {
    if (values instanceof Values.Strings strings) {
      out.writeString(text(field, strings, at));
      return;
    }
    Values.Numbers numbers = (Values.Numbers) values;
    DType dtype = numbers.dtype();
    if (dtype == DType.BOOL) {
      out.writeBoolean(numbers.getLong(at) != 0);
    } else if (dtype == DType.UINT64) {
      out.writeNumber(Long.toUnsignedString(numbers.getLong(at)));
    } else if (!dtype.isFloating()) {
      out.writeNumber(numbers.getLong(at));
    } else {
      double value = numbers.getDouble(at);
      if (!Double.isFinite(value)) {
        throw new UnfitRowException("'" + field + "' has " + value + ", which JSON does not have");
      }
      if (dtype == DType.FLOAT64) {
        out.writeNumber(value);
      } else {
        out.writeNumber((float) value);
      }
    }
  }

  private static String text(String field, Values.Strings strings, int at)
      throws UnfitRowException {
    int from = strings.offsets()[at];
    if (Utf8.fault(strings.bytes(), from, strings.offsets()[at + 1]) >= 0) {
      throw new UnfitRowException("'" + field + "' is not UTF-8, and JSON has only that");
    }
    return strings.text(at);
  }
}
