// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.spec;

import java.util.List;
import org.hubbeam.batch.DType;
import org.hubbeam.preprocessing.Column;
import org.hubbeam.preprocessing.Statistic;
import org.hubbeam.preprocessing.VocabularyFile;
import org.tensorflow.Operand;

/** What an expression is while a function is traced. */
sealed interface Value {

  /** What it is, for messages. */
  String describe();

  /** Something with a row dimension. */
  record Rows(Column column) implements Value {
    @Override
    public String describe() {
      return "a column: "
          + column.layout().name().toLowerCase(java.util.Locale.ROOT)
          + " "
          + column.dtype()
          + " "
          + column.shape();
    }
  }

  /** The same for every row. */
  record Whole(Statistic statistic) implements Value {
    @Override
    public String describe() {
      return "the same for all rows: " + statistic.dtype() + " " + statistic.shape();
    }
  }

  /** A result of several parts. */
  record Parts(List<Value> parts) implements Value {
    public Parts {
      parts = List.copyOf(parts);
    }

    @Override
    public String describe() {
      return parts.size() + " results, of which item(x, index) takes one";
    }
  }

  /** A vocabulary. */
  record File(VocabularyFile file) implements Value {
    @Override
    public String describe() {
      return "a vocabulary";
    }
  }

  /** A result of several statistics. */
  static Value ofParts(List<Statistic> statistics) {
    return new Parts(statistics.stream().map(Value::of).toList());
  }

  /** A column. */
  static Value of(Column column) {
    return new Rows(column);
  }

  /** A statistic. */
  static Value of(Statistic statistic) {
    return new Whole(statistic);
  }

  /** Whether it has values that operations can be applied to. */
  static boolean hasValues(Value value) {
    return value instanceof Rows || value instanceof Whole;
  }

  /** The values that elementwise operations are applied to. */
  static Operand<?> operand(Value value) {
    return value instanceof Rows rows
        ? rows.column().values()
        : ((Whole) value).statistic().operand();
  }

  /** The type of the values. */
  static DType dtype(Value value) {
    return DType.of(operand(value).asOutput().dataType());
  }
}
