// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.batch;

import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Rows as named columns. Sources, modules, reducers and sinks exchange batches. Row {@code i} of
 * every column belongs to the same example. Not to be changed after construction; threads may share
 * it.
 *
 * <pre>{@code
 * Batch batch = Batch.of(Map.of("text", Array.Dense.vector(Values.of("one", "two"))));
 * }</pre>
 *
 * @param rows the number of examples, which may be 0
 * @param columns by name, in the order that files and schemas show; each has {@code rows} rows
 * @param origin where the examples come from, for messages
 */
public record Batch(int rows, Map<String, Array> columns, Origin origin) {

  public Batch {
    columns = Collections.unmodifiableMap(new LinkedHashMap<>(columns));
    for (Map.Entry<String, Array> column : columns.entrySet()) {
      Array array = column.getValue();
      if (array.dims().isEmpty() || array.rows() != rows) {
        throw new IllegalArgumentException(
            "column '"
                + column.getKey()
                + "' has the shape "
                + new Shape(array.dims())
                + " in a batch of "
                + rows
                + " rows");
      }
    }
    if (origin.rows() != rows) {
      throw new IllegalArgumentException(
          "an origin of " + origin.rows() + " records for a batch of " + rows + " rows");
    }
  }

  /**
   * A batch of unknown origin.
   *
   * @throws IllegalArgumentException when there is no column to tell the number of rows
   */
  public static Batch of(Map<String, Array> columns) {
    if (columns.isEmpty()) {
      throw new IllegalArgumentException("a batch needs a column");
    }
    int rows = columns.values().iterator().next().rows();
    return new Batch(rows, columns, Origin.unknown(rows));
  }

  /**
   * The column of this name.
   *
   * @throws IllegalArgumentException naming the columns there are, when there is none of this name
   */
  public Array column(String name) {
    Array array = columns.get(name);
    if (array == null) {
      throw new IllegalArgumentException(
          "there is no column '" + name + "'; there are " + columns.keySet());
    }
    return array;
  }

  /** The rows {@code from} (included) to {@code to} (excluded). */
  public Batch slice(int from, int to) {
    Map<String, Array> cut = new LinkedHashMap<>();
    columns.forEach((name, array) -> cut.put(name, array.slice(from, to)));
    return new Batch(to - from, cut, origin.slice(from, to));
  }

  /** The rows with these indices, in this order. */
  public Batch select(int[] chosen) {
    Map<String, Array> cut = new LinkedHashMap<>();
    columns.forEach((name, array) -> cut.put(name, array.select(chosen)));
    return new Batch(chosen.length, cut, origin.select(chosen));
  }

  /** Adds a column at the end, or replaces the column of this name. */
  public Batch with(String name, Array array) {
    Map<String, Array> more = new LinkedHashMap<>(columns);
    more.put(name, array);
    return new Batch(rows, more, origin);
  }

  /** Keeps only these columns, in this order. */
  public Batch only(Collection<String> names) {
    Map<String, Array> fewer = new LinkedHashMap<>();
    for (String name : names) {
      fewer.put(name, column(name));
    }
    return new Batch(rows, fewer, origin);
  }

  /**
   * Concatenates batches. If all have the same source, the origins are kept; otherwise the rows are
   * numbered from 0 with an unknown source.
   *
   * @throws IllegalArgumentException when there is no batch, or they differ in the names of their
   *     columns, or in a column's type, layout or dimensions
   */
  public static Batch concat(List<Batch> batches) {
    return Concat.batches(batches);
  }

  /** The size of all values in bytes. */
  public long byteSize() {
    return columns.values().stream().mapToLong(a -> a.values().byteSize()).sum();
  }

  /**
   * Where the rows come from.
   *
   * @param source a file, or another name; empty if unknown
   * @param records what finds each row in its source: the offset in bytes, or the number
   */
  public record Origin(String source, long[] records) {

    /** An origin without a source; rows are numbered from 0. */
    public static Origin unknown(int rows) {
      long[] records = new long[rows];
      Arrays.setAll(records, i -> i);
      return new Origin("", records);
    }

    /** The number of rows. */
    public int rows() {
      return records.length;
    }

    /** The name of a row in messages: {@code source@record}. */
    public String id(int row) {
      return source.isEmpty() ? Long.toString(records[row]) : source + "@" + records[row];
    }

    Origin slice(int from, int to) {
      return new Origin(source, Arrays.copyOfRange(records, from, to));
    }

    Origin select(int[] rows) {
      return new Origin(source, Arrays.stream(rows).mapToLong(r -> records[r]).toArray());
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Origin o
          && o.source.equals(source)
          && Arrays.equals(o.records, records);
    }

    @Override
    public int hashCode() {
      return 31 * source.hashCode() + Arrays.hashCode(records);
    }

    @Override
    public String toString() {
      return source + " (" + records.length + " records)";
    }
  }
}
