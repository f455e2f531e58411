// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.preprocessing;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.BatchBuilder;
import org.hubbeam.batch.ColumnBuilder;
import org.hubbeam.batch.Conversion;
import org.hubbeam.batch.Conversion.ConversionException;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Shape;
import org.hubbeam.batch.Values;
import org.jspecify.annotations.Nullable;

/** One row as Java's own values, both ways. */
final class RowValues {

  private static final List<Long> LISTS_OF_LISTS = List.of(-1L, -1L, -1L);

  private RowValues() {}

  /** A batch of one row. */
  static Batch batch(Map<String, ?> row, List<ArraySpec> columns) {
    Map<String, Array> arrays = new LinkedHashMap<>();
    int known = 0;
    for (ArraySpec column : columns) {
      known += row.containsKey(column.name()) ? 1 : 0;
      Object value = row.get(column.name());
      if (value != null) {
        arrays.put(column.name(), array(column, value));
      } else if (column.layout() != Layout.DENSE) {
        arrays.put(column.name(), blank(column, 1));
      }
    }
    if (known < row.size()) {
      throw unknown(row, columns);
    }
    return arrays.isEmpty() ? new Batch(1, Map.of(), Batch.Origin.unknown(1)) : Batch.of(arrays);
  }

  private static IllegalArgumentException unknown(Map<String, ?> row, List<ArraySpec> columns) {
    Set<String> names = new LinkedHashSet<>(row.keySet());
    columns.forEach(c -> names.remove(c.name()));
    return new IllegalArgumentException(
        "there is no column '" + names.iterator().next() + "'; there are " + columns);
  }

  private static Array array(ArraySpec column, Object value) {
    if (column.layout() == Layout.RAGGED && column.shape().dims().equals(LISTS_OF_LISTS)) {
      return listsOfLists(column, value);
    }
    List<Object> flat = new ArrayList<>();
    flatten(value, flat);
    Values values = values(column, flat);
    if (column.layout() != Layout.DENSE) {
      if (column.shape().rank() != 2) {
        throw new IllegalArgumentException(
            "the column " + column + " cannot be given as a value; give a batch");
      }
      return Array.Ragged.of(values, new int[] {0, values.size()});
    }
    List<Long> dims = new ArrayList<>(column.shape().dims());
    dims.set(0, 1L);
    long size = 1;
    for (long dim : dims) {
      size = Math.multiplyExact(size, dim);
    }
    if (size != values.size()) {
      throw new IllegalArgumentException(
          "the column " + column + " takes " + size + " values, found " + values.size());
    }
    return new Array.Dense(dims, values);
  }

  private static Array listsOfLists(ArraySpec column, Object value) {
    List<Object> flat = new ArrayList<>();
    List<Integer> ends = new ArrayList<>(List.of(0));
    boolean lists = value instanceof Iterable<?>;
    for (Object list : lists ? (Iterable<?>) value : List.of()) {
      lists &= list instanceof Iterable<?> || list != null && list.getClass().isArray();
      flatten(list, flat);
      ends.add(flat.size());
    }
    if (!lists) {
      throw new IllegalArgumentException(
          "the column " + column + " takes a list of lists, found " + value);
    }
    int[] splits = ends.stream().mapToInt(Integer::intValue).toArray();
    return new Array.Ragged(
        values(column, flat), List.of(new int[] {0, splits.length - 1}, splits), List.of());
  }

  private static void flatten(Object value, List<Object> into) {
    if (value instanceof Iterable<?> many) {
      many.forEach(v -> flatten(v, into));
    } else if (value instanceof float[] floats) {
      for (float f : floats) {
        into.add(f);
      }
    } else if (value instanceof long[] longs) {
      Arrays.stream(longs).forEach(into::add);
    } else if (value instanceof String[] strings) {
      Collections.addAll(into, strings);
    } else {
      into.add(value);
    }
  }

  private static Values values(ArraySpec column, List<Object> flat) {
    BatchBuilder builder = new BatchBuilder("");
    ColumnBuilder values = builder.ragged(column.name(), column.dtype());
    for (Object value : flat) {
      try {
        add(values, value);
      } catch (ConversionException e) {
        throw new IllegalArgumentException("the column " + column + ": " + e.getMessage(), e);
      }
    }
    builder.endRow(0);
    return builder.build().column(column.name()).values();
  }

  private static void add(ColumnBuilder column, @Nullable Object value) throws ConversionException {
    if (value instanceof byte[] bytes) {
      Conversion.addText(column, bytes, 0, bytes.length);
    } else if (value instanceof CharSequence text) {
      Conversion.addText(column, text.toString());
    } else if (value instanceof Boolean flag) {
      Conversion.addBool(column, flag);
    } else if (value instanceof Float || value instanceof Double) {
      Conversion.addFloat(column, ((Number) value).doubleValue());
    } else if (value instanceof Long
        || value instanceof Integer
        || value instanceof Short
        || value instanceof Byte) {
      Conversion.addInteger(column, ((Number) value).longValue());
    } else if (value instanceof Number number) {
      Conversion.addLiteral(column, number.toString());
    } else {
      throw ConversionException.found(
          column.dtype(), value == null ? "null" : "a " + value.getClass().getSimpleName());
    }
  }

  /** Placeholder rows: zeros, or empty lists. */
  static Array blank(ArraySpec column, int rows) {
    if (column.layout() == Layout.SPARSE) {
      List<Long> dims = new ArrayList<>(column.shape().dims());
      dims.replaceAll(d -> Math.max(0, d));
      dims.set(0, (long) rows);
      return new Array.Sparse(dims, new long[0], zeros(column.dtype(), 0));
    }
    if (column.layout() == Layout.RAGGED) {
      Shape shape = column.shape();
      List<int[]> splits = new ArrayList<>(List.of(new int[rows + 1]));
      int level = 2;
      while (level < shape.rank() && shape.dim(level) < 0) {
        splits.add(new int[1]);
        level++;
      }
      return new Array.Ragged(
          zeros(column.dtype(), 0), splits, shape.dims().subList(level, shape.rank()));
    }
    List<Long> dims = new ArrayList<>(column.shape().dims());
    dims.replaceAll(d -> Math.max(0, d));
    dims.set(0, (long) rows);
    long size = dims.stream().mapToLong(Long::longValue).reduce(1, Math::multiplyExact);
    return new Array.Dense(dims, zeros(column.dtype(), Math.toIntExact(size)));
  }

  /** Zeros; texts are {@code 0}, so that a conversion that nobody asks for does not fail. */
  private static Values zeros(DType dtype, int size) {
    return dtype == DType.STRING
        ? Values.ofBytes(Collections.nCopies(size, new byte[] {'0'}))
        : new Values.Numbers(dtype, new byte[Math.multiplyExact(size, dtype.bytes())]);
  }

  /** The only row of a batch. */
  static Map<String, Object> row(Batch batch) {
    Map<String, Object> row = new LinkedHashMap<>();
    batch
        .columns()
        .forEach(
            (name, array) -> {
              if (array instanceof Array.Sparse sparse) {
                row.putAll(sparse(name, sparse));
              } else {
                row.put(name, value(array));
              }
            });
    return row;
  }

  /** The positions and the values, as tf.Transform names them. */
  private static Map<String, Object> sparse(String name, Array.Sparse sparse) {
    Map<String, Object> parts = new LinkedHashMap<>();
    int rank = sparse.dims().size();
    for (int dim = 1; dim < rank; dim++) {
      List<Object> positions = new ArrayList<>();
      for (int i = dim; i < sparse.indices().length; i += rank) {
        positions.add(sparse.indices()[i]);
      }
      parts.put(name + "$sparse_indices_" + (dim - 1), positions);
    }
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < sparse.values().size(); i++) {
      values.add(value(sparse.values(), i));
    }
    parts.put(name + "$sparse_values", values);
    return parts;
  }

  private static Object value(Array array) {
    if (array instanceof Array.Dense && array.dims().size() == 1) {
      return value(array.values(), 0);
    }
    if (array instanceof Array.Ragged ragged) {
      int[] row = ragged.rowSplits().get(0);
      return lists(ragged, 1, row[0], row[1]);
    }
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < array.values().size(); i++) {
      values.add(value(array.values(), i));
    }
    return values;
  }

  /** What lies from one list of a level, or one value, up to another. */
  private static List<Object> lists(Array.Ragged ragged, int level, int from, int to) {
    List<Object> lists = new ArrayList<>();
    if (level == ragged.rowSplits().size()) {
      for (int i = from * ragged.innerSize(); i < to * ragged.innerSize(); i++) {
        lists.add(value(ragged.values(), i));
      }
      return lists;
    }
    int[] splits = ragged.rowSplits().get(level);
    for (int i = from; i < to; i++) {
      lists.add(lists(ragged, level + 1, splits[i], splits[i + 1]));
    }
    return lists;
  }

  private static Object value(Values values, int index) {
    Object value = values.get(index);
    return value instanceof byte[] bytes ? text(bytes) : value;
  }

  private static Object text(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return bytes;
    }
  }
}
