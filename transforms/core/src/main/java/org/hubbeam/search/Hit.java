// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * A row that a search found.
 *
 * @param id of the row
 * @param score cosine similarity or dot product: larger is nearer; Euclidean distance: smaller is
 *     nearer. Which one it is, {@link IndexDescription#metric} says
 * @param columns the row's values by column; a column without a value is not there
 */
public record Hit(RowId id, double score, Map<String, Object> columns) {
  public Hit {
    Objects.requireNonNull(id);
    columns = Collections.unmodifiableMap(new LinkedHashMap<>(columns));
  }
}
