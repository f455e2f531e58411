// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.neighbours;

import java.io.Serializable;
import java.util.Objects;
import org.hubbeam.inference.RowIds;
import org.hubbeam.search.Metric;

/**
 * Which vectors are meant, and how they are compared.
 *
 * @param column of numbers, one vector in each row; one of int8 has its scales in the column that
 *     {@link org.hubbeam.vectors.PostProcessing#scaleColumn} names
 * @param ids what rows are called
 * @param metric how near two vectors are
 */
record VectorSettings(String column, RowIds ids, Metric metric) implements Serializable {
  VectorSettings {
    Objects.requireNonNull(column, "column");
    Objects.requireNonNull(ids, "ids");
    Objects.requireNonNull(metric, "metric");
  }

  static VectorSettings of(String column, Metric metric) {
    return new VectorSettings(column, new RowIds(null), metric);
  }

  VectorSettings withIds(RowIds value) {
    return new VectorSettings(column, value, metric);
  }

  VectorSettings withMetric(Metric value) {
    return new VectorSettings(column, ids, value);
  }
}
