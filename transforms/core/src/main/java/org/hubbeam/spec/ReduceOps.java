// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.spec;

import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Shape;
import org.hubbeam.preprocessing.Column;
import org.hubbeam.preprocessing.ListReduction;

/** Reductions of each row: along a dimension of a dense column, or over each list. */
final class ReduceOps {

  private ReduceOps() {}

  static void register(Operations operations) {
    add(operations, "reduce_sum", ListReduction.SUM, "Sums along the dimension `axis`");
    add(operations, "reduce_mean", ListReduction.MEAN, "Takes the mean along the dimension `axis`");
    add(
        operations,
        "reduce_min",
        ListReduction.MIN,
        "Takes the minimum along the dimension `axis`");
    add(
        operations,
        "reduce_max",
        ListReduction.MAX,
        "Takes the maximum along the dimension `axis`");
    add(operations, "reduce_prod", ListReduction.PROD, "Multiplies along the dimension `axis`");
    add(
        operations,
        "reduce_any",
        ListReduction.ANY,
        "Tests whether one value along the dimension `axis` is true");
    add(
        operations,
        "reduce_all",
        ListReduction.ALL,
        "Tests whether all values along the dimension `axis` are true");
  }

  private static void add(
      Operations operations, String name, ListReduction reduction, String description) {
    operations.add(
        name,
        "x, axis=None, keepdims=False",
        description + " (a number or a list of them), or of all values of each row.",
        a -> reduced(a, reduction));
  }

  private static Value reduced(Arguments a, ListReduction reduction) {
    Value x = a.value("x");
    if (!Value.hasValues(x)) {
      throw a.error("x", "must be a column; found " + x.describe());
    }
    checkType(a, x, reduction);
    if (x instanceof Value.Rows rows && !(rows.column() instanceof Column.Dense)) {
      if (a.has("axis") && a.whole("axis") != 1 && a.whole("axis") != -1) {
        throw a.error("axis", "must be 1 for lists; found " + a.whole("axis"));
      }
      Column reduced = reduction.apply(rows.column());
      return Value.of(
          a.flag("keepdims")
              ? reduced.map(v -> a.tf().expandDims(v, a.tf().constant(1)))
              : reduced);
    }
    String type =
        reduction.name().charAt(0) + reduction.name().substring(1).toLowerCase(Locale.ROOT);
    return ShapeOps.like(
        a,
        x,
        RawOp.of(a.tf(), type)
            .input(Value.operand(x))
            .input(a.tf().constant(axes(a, x)))
            .attr("keep_dims", a.flag("keepdims"))
            .output(0));
  }

  /** The dimensions; all after the rows by default. */
  private static int[] axes(Arguments a, Value x) {
    boolean rows = x instanceof Value.Rows;
    Shape shape =
        x instanceof Value.Rows column
            ? column.column().shape()
            : ((Value.Whole) x).statistic().shape();
    if (!shape.hasRank()) {
      throw a.error("x", "must have a known number of dimensions; found " + x.describe());
    }
    int rank = shape.rank();
    if (!a.has("axis")) {
      return IntStream.range(rows ? 1 : 0, rank).toArray();
    }
    List<Long> given =
        a.expression("axis") instanceof Expression.Items
            ? a.wholes("axis")
            : List.of(a.whole("axis"));
    for (long axis : given) {
      if (axis < -rank || axis >= rank || rows && (axis == 0 || axis == -rank)) {
        throw a.error(
            "axis",
            rows && (axis == 0 || axis == -rank)
                ? "must not be the dimension of the rows; found " + axis
                : "must be a dimension of " + shape + "; found " + axis);
      }
    }
    return given.stream().mapToInt(Long::intValue).toArray();
  }

  private static void checkType(Arguments a, Value x, ListReduction reduction) {
    DType dtype = Value.dtype(x);
    boolean logical = reduction == ListReduction.ANY || reduction == ListReduction.ALL;
    if (logical != (dtype == DType.BOOL) || dtype == DType.STRING) {
      throw a.error(
          "x", "must have " + (logical ? "booleans" : "numbers") + "; found " + x.describe());
    }
  }
}
