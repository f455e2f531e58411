// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.files;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.hubbeam.search.IndexColumn;
import org.hubbeam.search.IndexRow;
import org.hubbeam.search.RowId;

/**
 * Rows of an index as bytes, on their way to the worker that builds their shard: the id, where the
 * row is from, the numbers of the vector, and the values of the columns.
 */
record IndexRowCodec(List<IndexColumn> columns) implements Serializable {

  IndexRowCodec {
    columns = List.copyOf(columns);
  }

  byte[] encode(IndexRows.Placed placed) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      IndexRow row = placed.row();
      if (row.id() instanceof RowId.Number number) {
        out.writeByte(0);
        out.writeLong(number.value());
      } else {
        out.writeByte(1);
        write(out, row.id().toString().getBytes(StandardCharsets.UTF_8));
      }
      write(out, placed.origin().getBytes(StandardCharsets.UTF_8));
      ByteBuffer vector = ByteBuffer.allocate(4 * row.vector().length);
      vector.asFloatBuffer().put(row.vector());
      write(out, vector.array());
      for (IndexColumn column : columns) {
        Object value = row.columns().get(column.name());
        out.writeBoolean(value != null);
        if (value instanceof String text) {
          write(out, text.getBytes(StandardCharsets.UTF_8));
        } else if (value instanceof byte[] content) {
          write(out, content);
        } else if (value instanceof Long number) {
          out.writeLong(number);
        } else if (value instanceof Double number) {
          out.writeDouble(number);
        } else if (value instanceof Boolean truth) {
          out.writeBoolean(truth);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static void write(DataOutputStream out, byte[] bytes) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static byte[] read(DataInputStream in) throws IOException {
    byte[] bytes = new byte[in.readInt()];
    in.readFully(bytes);
    return bytes;
  }

  private static String text(DataInputStream in) throws IOException {
    return new String(read(in), StandardCharsets.UTF_8);
  }

  /** The id of an encoded row. */
  static RowId id(byte[] row) throws IOException {
    return id(new DataInputStream(new ByteArrayInputStream(row)));
  }

  private static RowId id(DataInputStream in) throws IOException {
    return in.readByte() == 0 ? RowId.of(in.readLong()) : RowId.of(text(in));
  }

  IndexRows.Placed decode(byte[] row) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(row));
    RowId id = id(in);
    String origin = text(in);
    byte[] numbers = read(in);
    float[] vector = new float[numbers.length / 4];
    ByteBuffer.wrap(numbers).asFloatBuffer().get(vector);
    Map<String, Object> values = new LinkedHashMap<>();
    for (IndexColumn column : columns) {
      if (in.readBoolean()) {
        values.put(
            column.name(),
            switch (column.type()) {
              case STRING -> text(in);
              case BYTES -> read(in);
              case INT64 -> in.readLong();
              case DOUBLE -> in.readDouble();
              case BOOL -> in.readBoolean();
            });
      }
    }
    return new IndexRows.Placed(new IndexRow(id, vector, values), origin);
  }
}
