// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import java.io.Serializable;
import java.util.StringJoiner;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Internal;
import org.hubbeam.batch.Values;
import org.jspecify.annotations.Nullable;

/**
 * What a row is called in failures.
 *
 * @param column the column whose value is the id; null for file and offset
 */
@Internal
public record RowIds(@Nullable String column) implements Serializable {

  static final RowIds OF_ORIGIN = new RowIds(null);

  /** The id of a row. */
  public String of(Batch batch, int row) {
    if (column == null) {
      return batch.origin().id(row);
    }
    Array one = batch.column(column).slice(row, row + 1);
    StringJoiner id = new StringJoiner(",");
    for (int i = 0; i < one.values().size(); i++) {
      id.add(
          one.values() instanceof Values.Strings strings
              ? strings.text(i)
              : one.values().get(i).toString());
    }
    return id.toString();
  }
}
