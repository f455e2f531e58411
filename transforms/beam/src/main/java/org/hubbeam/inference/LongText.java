// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import java.io.Serializable;

/**
 * What happens to a text that is too long. Only inputs with one string per row are checked.
 *
 * @param action what is done
 * @param codePoints the longest text that is not too long, in Unicode code points; a byte that is
 *     not UTF-8 counts as one
 */
public record LongText(Action action, int codePoints) implements Serializable {

  /** No text is too long. */
  public static final LongText PASS = new LongText(Action.PASS, Integer.MAX_VALUE);

  public LongText {
    if (codePoints < 1) {
      throw new IllegalArgumentException(
          "the longest text must have at least 1 code point, not " + codePoints);
    }
  }

  /** Only the first code points are embedded; {@link HubMetrics#TRUNCATED} counts such texts. */
  public static LongText truncate(int codePoints) {
    return new LongText(Action.TRUNCATE, codePoints);
  }

  /** A longer text makes its row a failure. */
  public static LongText fail(int codePoints) {
    return new LongText(Action.FAIL, codePoints);
  }

  /** What happens to a text that is too long. */
  public enum Action {
    /** The text is passed to the module. */
    PASS,
    /** The text is truncated. */
    TRUNCATE,
    /** The row is a failure. */
    FAIL
  }
}
