// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * A row that is put into an index, or read from it.
 *
 * @param id unique within the index
 * @param vector the embedding; not copied. Read from an index of cosine similarity it has length 1,
 *     from one of int8 codes alone it is as exact as these
 * @param columns the values by column: {@link String}, {@link Long}, {@link Double}, {@link
 *     Boolean} or {@code byte[]}; a column without a value is not there
 */
public record IndexRow(RowId id, float[] vector, Map<String, Object> columns) {
  public IndexRow {
    Objects.requireNonNull(id);
    Objects.requireNonNull(vector);
    Map<String, Object> present = new LinkedHashMap<>(columns);
    present.values().removeIf(Objects::isNull);
    columns = Collections.unmodifiableMap(present);
  }
}
