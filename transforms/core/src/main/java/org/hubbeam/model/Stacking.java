// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Layout;
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
    if (one instanceof Array.Ragged ragged) {
      int[] splits = ragged.rowSplits().get(0);
      return ragged.rowSplits().size() == 1
          ? new Array.Dense(prepended(splits[1], ragged.inner()), ragged.values())
          : new Array.Ragged(
              ragged.values(),
              ragged.rowSplits().subList(1, ragged.rowSplits().size()),
              ragged.inner());
    }
    throw new ModuleException(
        ModuleException.Kind.MISUSED,
        "a row of a " + column.layout() + " column cannot be given alone");
  }

  /** An array as the only row of a column. */
  static Array oneRow(Array array) {
    if (array instanceof Array.Dense dense) {
      return new Array.Dense(prepended(1, dense.dims()), dense.values());
    }
    if (array instanceof Array.Ragged ragged) {
      List<int[]> splits = new ArrayList<>();
      splits.add(new int[] {0, ragged.rows()});
      splits.addAll(ragged.rowSplits());
      return new Array.Ragged(ragged.values(), splits, ragged.inner());
    }
    Array.Sparse sparse = (Array.Sparse) array;
    int rank = sparse.dims().size();
    long[] indices =
        LongStream.range(0, (long) sparse.values().size() * (rank + 1))
            .map(
                i -> {
                  int place = Math.toIntExact(i % (rank + 1));
                  return place == 0
                      ? 0
                      : sparse.indices()[Math.toIntExact(i / (rank + 1)) * rank + place - 1];
                })
            .toArray();
    return new Array.Sparse(prepended(1, sparse.dims()), indices, sparse.values());
  }

  /** Rows of one shape as lists of the values along the first dimension of the row. */
  static Array.Ragged list(Array.Dense rows) {
    int width = Math.toIntExact(rows.dims().get(1));
    int[] splits = new int[rows.rows() + 1];
    Arrays.setAll(splits, i -> i * width);
    return new Array.Ragged(
        rows.values(), List.of(splits), rows.dims().subList(2, rows.dims().size()));
  }

  /** What is said of a whole batch, said of each row. */
  static Array.Dense repeated(Array.Dense array, int rows) {
    return ((Array.Dense) oneRow(array)).select(new int[rows]);
  }

  /**
   * The results of calls, one behind the other.
   *
   * @param outputs as declared; one of unknown rank becomes lists where its results differ in their
   *     first dimension
   * @throws ModuleException when an output has not one shape
   */
  static Batch joined(List<Batch> results, List<ArraySpec> outputs) {
    List<Batch> alike = results;
    for (ArraySpec output : outputs) {
      String name = output.name();
      Batch first = alike.get(0);
      Optional<Batch> other =
          alike.stream().filter(r -> !fits(first.column(name), r.column(name))).findFirst();
      if (other.isEmpty()) {
        continue;
      }
      if (output.shape().hasRank()
          || alike.stream().anyMatch(r -> !isList(first.column(name), r.column(name)))) {
        throw new ModuleException(
            ModuleException.Kind.REFUSED,
            "output '"
                + name
                + "' has the shape "
                + row(first.column(name))
                + " for one row and "
                + row(other.get().column(name))
                + " for another");
      }
      alike = alike.stream().map(r -> r.with(name, list((Array.Dense) r.column(name)))).toList();
    }
    return Batch.concat(alike);
  }

  private static Shape row(Array array) {
    return new Shape(array.dims()).row();
  }

  private static boolean fits(Array one, Array other) {
    return one.layout() == other.layout()
        && (one.layout() == Layout.SPARSE
            ? one.dims().size() == other.dims().size()
            : row(one).equals(row(other)));
  }

  /** Whether two rows differ at most in their first dimension. */
  private static boolean isList(Array one, Array other) {
    return one.layout() == Layout.DENSE
        && other.layout() == Layout.DENSE
        && row(one).rank() > 0
        && row(other).rank() > 0
        && row(one).row().equals(row(other).row());
  }

  /** A declared output of no rows, whose first dimension is the rows. */
  static Array noRows(ArraySpec output) {
    List<Long> dims = new ArrayList<>(List.of(0L));
    if (output.shape().hasRank() && output.shape().rank() > 0) {
      output.shape().row().dims().forEach(d -> dims.add(Math.max(d, 0)));
    }
    return new Array.Dense(dims, none(output.dtype()));
  }

  /** No values. */
  static Values none(DType dtype) {
    return dtype == DType.STRING
        ? Values.ofBytes(List.of())
        : new Values.Numbers(dtype, new byte[0]);
  }

  private static List<Long> prepended(long dim, List<Long> dims) {
    return Stream.concat(Stream.of(dim), dims.stream()).toList();
  }
}
