package org.hubbeam.reducer;

import java.io.Serializable;

/**
 * Tokens that a vocabulary has in addition, so that it has some of every key.
 *
 * @param key the key of a token
 * @param perKey which tokens of one key
 */
public record Coverage(KeyFunction key, Selection perKey) implements Serializable {

  /**
   * Coverage.
   *
   * @throws IllegalArgumentException when every token would be kept
   */
  public Coverage {
    if (perKey.equals(Selection.ALL)) {
      throw new IllegalArgumentException(
          "coverage needs coverage_top_k or coverage_frequency_threshold");
    }
  }
}
