// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Some of many texts, the same ones whatever their order: first those that any {@link Split} would
 * hold out first.
 */
final class TextSample {

  /** So many texts at most. */
  static final int MOST = 1000;

  private final TreeMap<Long, Text> texts = new TreeMap<>(Long::compareUnsigned);

  /**
   * A text.
   *
   * @param hash of its bytes
   * @param number of the text among all
   */
  @SuppressWarnings("ArrayRecordComponent") // Nobody compares these.
  record Text(byte[] bytes, long hash, int number) {}

  void add(byte[] bytes, long hash, int number) {
    long key = Split.mixed(hash);
    if (texts.size() < MOST || Long.compareUnsigned(key, texts.lastKey()) < 0) {
      texts.putIfAbsent(key, new Text(bytes, hash, number));
      if (texts.size() > MOST) {
        Map.Entry<Long, Text> unused = texts.pollLastEntry();
      }
    }
  }

  /** The held-out ones of the sample; all of it if none are. */
  List<Text> of(Split split) {
    List<Text> heldOut = texts.values().stream().filter(t -> split.isHeldOut(t.hash())).toList();
    return heldOut.isEmpty() ? new ArrayList<>(texts.values()) : heldOut;
  }
}
