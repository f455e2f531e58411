// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.files;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.BatchBuilder;
import org.hubbeam.batch.BatchSchema;
import org.hubbeam.batch.ColumnBuilder;
import org.hubbeam.batch.Conversion;
import org.hubbeam.batch.Conversion.ConversionException;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Layout;
import org.hubbeam.files.LineFormat.LineException;
import org.jspecify.annotations.Nullable;

/** Puts the cells of CSV records into columns. Not for several threads. */
final class CsvCells {

  private final @Nullable ColumnBuilder[] columns;
  private final boolean[] emptyIsText;

  /** Which cells are lists. */
  private final boolean[] lists;

  private final byte listDelimiter;

  /**
   * @param header the columns of the file, in their order
   * @param schema the columns that are read; null: all, as strings, or lists of them where the
   *     dialect has lists
   */
  CsvCells(
      List<String> header,
      List<String> wanted,
      @Nullable BatchSchema schema,
      CsvDialect dialect,
      BatchBuilder builder) {
    boolean splits = !dialect.listDelimiter().isEmpty();
    listDelimiter = (byte) (splits ? dialect.listDelimiter().charAt(0) : 0);
    lists = new boolean[header.size()];
    columns = new ColumnBuilder[header.size()];
    emptyIsText = new boolean[header.size()];
    Map<String, Integer> places = new HashMap<>();
    for (int i = 0; i < header.size(); i++) {
      places.put(header.get(i), i);
    }
    Map<String, ArraySpec> specs = new HashMap<>();
    if (schema != null) {
      schema.columns().forEach(column -> specs.put(column.name(), column));
    }
    for (String name : wanted) {
      int place = Objects.requireNonNull(places.get(name), name);
      ArraySpec spec = specs.get(name);
      lists[place] = splits && (spec == null || !isOneValue(spec));
      columns[place] =
          spec == null && !splits
              ? builder.dense(name, DType.STRING)
              : builder.ragged(name, spec == null ? DType.STRING : spec.dtype());
      emptyIsText[place] =
          !lists[place]
              && (spec == null || (spec.layout() == Layout.DENSE && spec.dtype() == DType.STRING));
    }
  }

  private static boolean isOneValue(ArraySpec column) {
    return column.layout() == Layout.DENSE
        && column.shape().row().dims().stream().allMatch(dim -> dim == 1);
  }

  /**
   * Refuses what a cell cannot have.
   *
   * @throws IllegalArgumentException when a column is neither one value nor a plain list
   */
  static void check(BatchSchema schema, CsvDialect dialect) {
    boolean splits = !dialect.listDelimiter().isEmpty();
    for (ArraySpec column : schema.columns()) {
      boolean list =
          column.layout() == Layout.RAGGED && column.shape().row().dims().equals(List.of(-1L));
      boolean vector = splits && column.layout() == Layout.DENSE;
      if (!isOneValue(column) && !list && !vector) {
        throw new IllegalArgumentException(
            "a cell of CSV has one value or none, and cannot be the column "
                + column
                + (column.layout() == Layout.DENSE
                    ? "; a delimiter of lists makes it several"
                    : ""));
      }
    }
  }

  /** How many cells a record has. */
  int count() {
    return columns.length;
  }

  /**
   * Adds a cell to the builder's row; nothing where its column is not read.
   *
   * @throws LineException when it is not of the column's type
   */
  void add(int place, byte[] block, int from, int to) throws LineException {
    ColumnBuilder column = columns[place];
    if (column == null || (from == to && !emptyIsText[place])) {
      return;
    }
    if (column.dtype() != DType.STRING && isBlank(block, from, to)) {
      return;
    }
    try {
      int begin = from;
      for (int i = from; i < to && lists[place]; i++) {
        if (block[i] == listDelimiter) {
          Conversion.addText(column, block, begin, i);
          begin = i + 1;
        }
      }
      Conversion.addText(column, block, begin, to);
    } catch (ConversionException e) {
      throw new LineException(column.name(), String.valueOf(e.getMessage()));
    }
  }

  private static boolean isBlank(byte[] block, int from, int to) {
    for (int i = from; i < to; i++) {
      if (block[i] != ' ' && block[i] != '\t') {
        return false;
      }
    }
    return true;
  }
}
