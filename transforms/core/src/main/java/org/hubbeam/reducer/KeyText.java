// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.hubbeam.batch.Internal;

/**
 * Keys as the lines of a file hold them: what parts a line into fields, or a file into lines, is
 * written as in a URL ({@code New%20York}), so that each key is one field. All other keys are
 * written as they are.
 */
@Internal
public final class KeyText {

  /** What is replaced, and by what; the first comes first. */
  public static final List<Escape> ESCAPES =
      List.of(
          new Escape("%", "%25"),
          new Escape(" ", "%20"),
          new Escape("\n", "%0A"),
          new Escape("\r", "%0D"));

  private KeyText() {}

  /**
   * A character and what is written for it.
   *
   * @param character one ASCII character
   */
  public record Escape(String character, String written) {}

  static byte[] escaped(byte[] key) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(key.length);
    for (byte b : key) {
      out.writeBytes(written(b));
    }
    return out.toByteArray();
  }

  private static byte[] written(byte b) {
    for (Escape escape : ESCAPES) {
      if (escape.character().charAt(0) == b) {
        return escape.written().getBytes(StandardCharsets.US_ASCII);
      }
    }
    return new byte[] {b};
  }
}
