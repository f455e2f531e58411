// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.batch;

import java.nio.charset.StandardCharsets;

/** Java strings as UTF-8. */
@Internal
public final class Utf8 {

  private Utf8() {}

  /**
   * The bytes of a text.
   *
   * @throws IllegalArgumentException when it has half of a surrogate pair, which has no UTF-8; Java
   *     alone would put a question mark there
   */
  public static byte[] encode(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!Character.isSurrogate(c)) {
        continue;
      }
      if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        i++;
      } else {
        throw new IllegalArgumentException(
            String.format(
                "the text has half of a surrogate pair, \\u%04x, which UTF-8 does not have",
                (int) c));
      }
    }
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
