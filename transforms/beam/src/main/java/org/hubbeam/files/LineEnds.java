// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.files;

import java.nio.charset.Charset;
import java.util.Locale;

/** The bytes that end lines in an encoding: line feed and carriage return. */
final class LineEnds {

  private final int width;
  private final boolean bigEndian;
  private final boolean[] single = new boolean[256];

  private LineEnds(int width, boolean bigEndian) {
    this.width = width;
    this.bigEndian = bigEndian;
  }

  static LineEnds of(Charset charset) {
    String name = charset.name().toUpperCase(Locale.ROOT);
    int width = name.contains("UTF-16") ? 2 : name.contains("UTF-32") ? 4 : 1;
    LineEnds ends = new LineEnds(width, !name.contains("LE"));
    for (int i = 0; width == 1 && i < 256; i++) {
      String text = new String(new byte[] {(byte) i}, charset);
      ends.single[i] = text.equals("\n") || text.equals("\r");
    }
    return ends;
  }

  /** How many bytes an end of line has. */
  int width() {
    return width;
  }

  /** The place behind the first end of line between two places; -1 if there is none. */
  int behindFirst(byte[] bytes, int from, int to) {
    for (int i = from; i + width <= to; i += width) {
      if (width == 1 ? single[bytes[i] & 0xff] : endsAt(bytes, i)) {
        return i + width;
      }
    }
    return -1;
  }

  private boolean endsAt(byte[] bytes, int at) {
    int low = bigEndian ? at + width - 1 : at;
    boolean ends = bytes[low] == '\n' || bytes[low] == '\r';
    for (int i = at; ends && i < at + width; i++) {
      ends = i == low || bytes[i] == 0;
    }
    return ends;
  }
}
