// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import java.util.ArrayList;
import java.util.List;
import org.hubbeam.batch.Shape;
import org.hubbeam.model.ArrayOperand;
import org.jspecify.annotations.Nullable;

/** How many numbers each feature has. */
final class FeatureWidths {

  private static final int UNKNOWN = -1;

  private FeatureWidths() {}

  /**
   * The widths that arrays are declared with; those that are not are told by the scorer, as far as
   * it can.
   *
   * @throws IllegalArgumentException when the scorer takes others
   */
  static List<Integer> of(List<ArrayOperand> arrays, @Nullable Scorer scorer) {
    List<Integer> widths = new ArrayList<>();
    arrays.forEach(a -> widths.add(declared(a.spec().shape())));
    if (scorer == null) {
      return widths;
    }
    if (scorer instanceof Ensemble ensemble && ensemble.widths().size() == widths.size()) {
      for (int i = 0; i < widths.size(); i++) {
        int taken = ensemble.widths().get(i);
        if (widths.get(i) != UNKNOWN && widths.get(i) != taken) {
          throw unlike(widths, ensemble.widths() + " numbers");
        }
        widths.set(i, taken);
      }
      return widths;
    }
    int known = widths.stream().filter(w -> w != UNKNOWN).mapToInt(Integer::intValue).sum();
    int open = widths.indexOf(UNKNOWN);
    if (open >= 0 && widths.lastIndexOf(UNKNOWN) == open && known < scorer.features()) {
      widths.set(open, scorer.features() - known);
    } else if (open >= 0 || known != scorer.features()) {
      throw unlike(widths, scorer.features() + " numbers");
    }
    return widths;
  }

  private static IllegalArgumentException unlike(List<Integer> widths, String taken) {
    return new IllegalArgumentException(
        "the features have " + widths + " numbers, but the scorer takes " + taken);
  }

  private static int declared(Shape shape) {
    if (shape.hasRank() && shape.rank() == 1 && shape.dim(0) >= 0) {
      return Math.toIntExact(shape.dim(0)); // a row itself: of a function that takes one
    }
    if (!shape.hasRank() || !shape.row().isFull()) {
      return UNKNOWN;
    }
    long width = 1;
    for (long dim : shape.row().dims()) {
      width *= dim;
    }
    return Math.toIntExact(width);
  }
}
