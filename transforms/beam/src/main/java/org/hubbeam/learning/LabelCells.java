// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.learning;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Values;
import org.hubbeam.training.Task;
import org.jspecify.annotations.Nullable;

/** The labels of the rows of a batch. */
final class LabelCells {

  private final Labels labels;
  private final RowCells cells;

  LabelCells(Labels labels, Batch batch) {
    this.labels = labels;
    this.cells = RowCells.of(batch.column(labels.column()));
  }

  /** A row has no label that can be learnt. */
  static final class NoLabelException extends Exception {
    private static final long serialVersionUID = 1;

    private final String reason;

    NoLabelException(String reason) {
      super(reason, null, false, false);
      this.reason = reason;
    }

    String reason() {
      return reason;
    }
  }

  /** The classes of a row: one, or for {@link Task#LABELS} any number. */
  List<String> classes(int row) throws NoLabelException {
    if (labels.task() == Task.LABELS) {
      return List.copyOf(several(row));
    }
    String only = text(only(row));
    if (only.isBlank()) {
      throw new NoLabelException("the row has no label");
    }
    return List.of(only);
  }

  private Set<String> several(int row) throws NoLabelException {
    Set<String> several = new LinkedHashSet<>();
    for (int i = cells.from(row); i < cells.to(row); i++) {
      String text = text(i);
      String separator = labels.separator();
      for (String part : separator == null ? List.of(text) : split(text, separator)) {
        if (!part.isBlank()) {
          several.add(part);
        }
      }
    }
    return several;
  }

  private static List<String> split(String text, String separator) {
    List<String> parts = new ArrayList<>();
    int from = 0;
    for (int at = text.indexOf(separator); at >= 0; at = text.indexOf(separator, from)) {
      parts.add(text.substring(from, at).strip());
      from = at + separator.length();
    }
    parts.add(text.substring(from).strip());
    return parts;
  }

  /** The number of a row. */
  float number(int row) throws NoLabelException {
    return number(cells.values(), only(row), "label");
  }

  private int only(int row) throws NoLabelException {
    if (cells.count(row) == 1) {
      return cells.from(row);
    }
    throw new NoLabelException(
        cells.count(row) == 0
            ? "the row has no label"
            : "the row has "
                + cells.count(row)
                + " labels, expected one; the task "
                + Task.LABELS
                + " takes several");
  }

  private String text(int index) throws NoLabelException {
    if (cells.values() instanceof Values.Strings strings) {
      return strings.text(index);
    }
    Values.Numbers numbers = (Values.Numbers) cells.values();
    if (!numbers.dtype().isFloating() && !numbers.dtype().isComplex()) {
      return String.valueOf(numbers.get(index)).toLowerCase(Locale.ROOT);
    }
    double value = numbers.dtype().isComplex() ? Double.NaN : numbers.getDouble(index);
    if (value != Math.rint(value) || Math.abs(value) > 1L << 53) {
      throw new NoLabelException(
          "the label is "
              + numbers.get(index)
              + ", expected the name of a class; the task "
              + Task.NUMBER
              + " takes numbers");
    }
    return String.valueOf((long) value);
  }

  /**
   * A finite number.
   *
   * @param what it is, for messages
   */
  static float number(Values values, int index, String what) throws NoLabelException {
    double value;
    if (values instanceof Values.Strings strings) {
      String text = strings.text(index).strip();
      if (text.isEmpty()) {
        throw new NoLabelException("the row has no " + what);
      }
      try {
        value = Double.parseDouble(text);
      } catch (NumberFormatException e) {
        throw new NoLabelException("the " + what + " is '" + text + "', expected a number");
      }
    } else {
      Values.Numbers numbers = (Values.Numbers) values;
      value = numbers.dtype().isComplex() ? Double.NaN : numbers.getDouble(index);
    }
    if (!Float.isFinite((float) value)) {
      throw new NoLabelException("the " + what + " is " + value + ", expected a finite number");
    }
    return (float) value;
  }

  /** How much a row counts. */
  static float weight(@Nullable RowCells weights, int row) throws NoLabelException {
    if (weights == null) {
      return 1;
    }
    if (weights.count(row) != 1) {
      throw new NoLabelException("the row has no single weight, but " + weights.count(row));
    }
    float weight = number(weights.values(), weights.from(row), "weight");
    if (weight < 0) {
      throw new NoLabelException("the weight is " + weight + ", expected 0 or more");
    }
    return weight;
  }
}
