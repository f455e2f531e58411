// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.hubbeam.batch.Array;

/**
 * A module that was trained with a head.
 *
 * @param values the variables that training changed, moving averages among them, by the names that
 *     {@code inspect} shows
 * @param head the head, and how training went
 */
public record TunedModule(Map<String, Array.Dense> values, TrainedHead head) {

  public TunedModule {
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }
}
