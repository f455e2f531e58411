// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

import java.io.Serializable;
import java.util.Objects;

/**
 * A column of an index. Each value may be absent.
 *
 * @param name as in filters and results
 * @param type of all its values
 */
public record IndexColumn(String name, ColumnType type) implements Serializable {
  public IndexColumn {
    Objects.requireNonNull(type);
    if (name.isEmpty()) {
      throw new IllegalArgumentException("a column has no name");
    }
  }

  @Override
  public String toString() {
    return name + " (" + type + ")";
  }
}
