// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.spec;

import java.util.Locale;
import org.hubbeam.batch.DType;
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
        "x, axis",
        description + "; of lists, with `axis=1`, over each list.",
        a -> reduced(a, reduction));
  }

  private static Value reduced(Arguments a, ListReduction reduction) {
    Value x = a.value("x");
    checkType(a, x, reduction);
    if (x instanceof Value.Rows rows && !(rows.column() instanceof Column.Dense)) {
      if (a.whole("axis") != 1 && a.whole("axis") != -1) {
        throw a.error("axis", "must be 1 for lists; found " + a.whole("axis"));
      }
      return Value.of(reduction.apply(rows.column()));
    }
    String dense = reduction.name().charAt(0) + reduction.name().substring(1).toLowerCase(Locale.ROOT);
    return ShapeOps.along(a, x, 0, (v, axis) -> RawOp.apply(a.tf(), dense, v, axis));
  }

  private static void checkType(Arguments a, Value x, ListReduction reduction) {
    if (Value.hasValues(x)) {
      DType dtype = Value.dtype(x);
      boolean logical = reduction == ListReduction.ANY || reduction == ListReduction.ALL;
      if (logical != (dtype == DType.BOOL) || dtype == DType.STRING) {
        throw a.error(
            "x", "must have " + (logical ? "booleans" : "numbers") + "; found " + x.describe());
      }
    }
  }
}
