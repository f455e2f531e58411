// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

import java.util.List;

/** A part of a filter. */
sealed interface FilterNode {

  /** All parts match. */
  record And(List<FilterNode> parts) implements FilterNode {
    public And {
      parts = List.copyOf(parts);
    }
  }

  /** At least one part matches. */
  record Or(List<FilterNode> parts) implements FilterNode {
    public Or {
      parts = List.copyOf(parts);
    }
  }

  /** The part does not match. */
  record Not(FilterNode part) implements FilterNode {}

  /** A row has no value. */
  record IsNull(IndexColumn column) implements FilterNode {}

  /**
   * A comparison.
   *
   * @param value {@link String}, {@link java.math.BigDecimal} or {@link Boolean}
   */
  record Compare(IndexColumn column, Order order, Object value) implements FilterNode {}

  /**
   * A value is one of some.
   *
   * @param values as of {@link Compare}
   */
  record In(IndexColumn column, List<Object> values) implements FilterNode {
    public In {
      values = List.copyOf(values);
    }
  }

  /** How a column is compared with a value. */
  enum Order {
    EQUAL,
    UNEQUAL,
    LESS,
    AT_MOST,
    MORE,
    AT_LEAST;

    /** The same with the sides exchanged. */
    Order turned() {
      return switch (this) {
        case EQUAL, UNEQUAL -> this;
        case LESS -> MORE;
        case AT_MOST -> AT_LEAST;
        case MORE -> LESS;
        case AT_LEAST -> AT_MOST;
      };
    }

    /** What is true where this is not. */
    Order negated() {
      return switch (this) {
        case EQUAL -> UNEQUAL;
        case UNEQUAL -> EQUAL;
        case LESS -> AT_LEAST;
        case AT_MOST -> MORE;
        case MORE -> AT_MOST;
        case AT_LEAST -> LESS;
      };
    }

    /** Whether it holds, given the sign of the column's value against the other. */
    boolean holds(int sign) {
      return switch (this) {
        case EQUAL -> sign == 0;
        case UNEQUAL -> sign != 0;
        case LESS -> sign < 0;
        case AT_MOST -> sign <= 0;
        case MORE -> sign > 0;
        case AT_LEAST -> sign >= 0;
      };
    }
  }
}
