// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.sinks;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What became of the rows of a write; those that are not named here are in the store.
 *
 * @param refused rows that the store will never take, by their number in the batch, and why
 * @param again rows that are worth another try, and why
 */
public record WriteOutcome(Map<Integer, String> refused, Map<Integer, String> again) {

  /** All rows are in the store. */
  public static final WriteOutcome WRITTEN = new WriteOutcome(Map.of(), Map.of());

  public WriteOutcome {
    refused = Collections.unmodifiableMap(new TreeMap<>(refused));
    again = Collections.unmodifiableMap(new TreeMap<>(again));
    if (refused.keySet().stream().anyMatch(again::containsKey)) {
      throw new IllegalArgumentException(
          "rows are refused, and worth another try, too: " + refused + " and " + again);
    }
  }

  /** All rows are in the store but these. */
  public static WriteOutcome refused(Map<Integer, String> rows) {
    return new WriteOutcome(rows, Map.of());
  }
}
