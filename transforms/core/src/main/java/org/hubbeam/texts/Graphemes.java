// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.texts;

import java.util.BitSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Where a text can be cut without cutting what is seen as one character. */
final class Graphemes {

  private static final Pattern CLUSTER = Pattern.compile("\\X");

  /** Below it each character is one by itself, but for CR LF. */
  private static final char FIRST_COMBINING = 0x300;

  private final String text;
  private final @Nullable BitSet starts;

  Graphemes(String text) {
    this.text = text;
    this.starts = isPlain(text) ? null : starts(text);
  }

  private static boolean isPlain(String text) {
    return text.chars().allMatch(c -> c < FIRST_COMBINING && c != '\r');
  }

  private static BitSet starts(String text) {
    BitSet starts = new BitSet(text.length() + 1);
    Matcher clusters = CLUSTER.matcher(text);
    while (clusters.find()) {
      starts.set(clusters.start());
    }
    starts.set(text.length());
    return starts;
  }

  /** The last place to cut that is not behind this one. */
  int atOrBefore(int place) {
    return starts == null ? place : starts.previousSetBit(place);
  }

  /** The first place to cut that is not before this one, which is in the text. */
  int atOrAfter(int place) {
    return starts == null ? place : starts.nextSetBit(Math.min(place, text.length()));
  }
}
