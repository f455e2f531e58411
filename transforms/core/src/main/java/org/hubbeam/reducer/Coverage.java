// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

import java.io.Serializable;

/**
 * Additional tokens of a vocabulary, so that it contains some of every key.
 *
 * @param key computes the key of a token
 * @param perKey which tokens of each key are added
 */
public record Coverage(KeyFunction key, Selection perKey) implements Serializable {

  /**
   * Coverage.
   *
   * @throws IllegalArgumentException when {@code perKey} selects every token
   */
  public Coverage {
    if (perKey.equals(Selection.ALL)) {
      throw new IllegalArgumentException(
          "coverage needs coverage_top_k or coverage_frequency_threshold");
    }
  }
}
