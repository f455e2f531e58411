package org.hubbeam.model;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Shape;
import org.hubbeam.batch.Values;

/** Rows taken out of columns, and the results of calls laid under each other. */
final class Stacking {

  private Stacking() {}

  /** One row of a column, without the row dimension. */
  static Array row(Array column, int row) {
    Array one = column.slice(row, row + 1);
    if (one instanceof Array.Dense dense) {
      return new Array.Dense(dense.dims().subList(1, dense.dims().size()), dense.values());
    }
    if (one instanceof Array.Ragged ragged && ragged.rowSplits().size() == 1) {
      List<Long> dims =
          Stream.concat(Stream.of((long) ragged.rowSplits().get(0)[1]), ragged.inner().stream())
              .toList();
      return new Array.Dense(dims, ragged.values());
    }
    throw new ModuleException(
        ModuleException.Kind.MISUSED,
        "a row of a " + column.layout() + " column cannot be given alone");
  }

  /** One row of each array; of different lengths in the outermost dimension they become ragged. */
  static Array stack(String name, List<Array> arrays) {
    List<Array.Dense> dense = dense(name, arrays);
    List<Long> first = dense.get(0).dims();
    Values values = join(dense.stream().map(Array.Dense::values).toList());
    if (dense.stream().allMatch(a -> a.dims().equals(first))) {
      return new Array.Dense(
          Stream.concat(Stream.of((long) arrays.size()), first.stream()).toList(), values);
    }
    int[] splits = new int[arrays.size() + 1];
    for (int i = 0; i < arrays.size(); i++) {
      List<Long> dims = dense.get(i).dims();
      if (dims.size() != first.size()
          || !dims.subList(1, dims.size()).equals(first.subList(1, first.size()))) {
        throw new ModuleException(
            ModuleException.Kind.REFUSED,
            "output '"
                + name
                + "' has the shape "
                + first
                + " for one row and "
                + dims
                + " for another");
      }
      splits[i + 1] = Math.toIntExact(splits[i] + dims.get(0));
    }
    return new Array.Ragged(values, List.of(splits), first.subList(1, first.size()));
  }

  /** An output of no rows, whose first dimension is the rows. */
  static Array emptyBatch(ArraySpec output) {
    boolean rows = output.shape().hasRank() && output.shape().rank() > 0;
    return empty(output, rows ? output.shape().row() : Shape.of());
  }

  /** An output of no rows, which is itself one row. */
  static Array emptyStack(ArraySpec output) {
    return empty(output, output.shape().hasRank() ? output.shape() : Shape.of());
  }

  private static Array empty(ArraySpec output, Shape row) {
    List<Long> dims = new ArrayList<>(List.of(0L));
    row.dims().forEach(d -> dims.add(Math.max(d, 0)));
    return new Array.Dense(dims, RowCalls.none(output.dtype()));
  }

  private static List<Array.Dense> dense(String name, List<Array> arrays) {
    List<Array.Dense> dense = new ArrayList<>();
    for (Array array : arrays) {
      if (!(array instanceof Array.Dense one)) {
        throw new ModuleException(
            ModuleException.Kind.MISUSED,
            "output '" + name + "' is " + array.layout() + ": calls cannot be joined");
      }
      dense.add(one);
    }
    return dense;
  }

  private static Values join(List<Values> parts) {
    if (parts.get(0) instanceof Values.Strings) {
      List<byte[]> all = new ArrayList<>();
      for (Values part : parts) {
        for (int i = 0; i < part.size(); i++) {
          all.add(((Values.Strings) part).get(i));
        }
      }
      return Values.ofBytes(all);
    }
    int size = parts.stream().mapToInt(p -> ((Values.Numbers) p).bytes().length).sum();
    byte[] bytes = new byte[size];
    int at = 0;
    for (Values part : parts) {
      byte[] piece = ((Values.Numbers) part).bytes();
      System.arraycopy(piece, 0, bytes, at, piece.length);
      at += piece.length;
    }
    return new Values.Numbers(parts.get(0).dtype(), bytes);
  }
}
