// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.tfjs;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Characters that are the same where case is ignored. */
final class CaseFolds {

  private static final Map<Integer, Set<Integer>> MORE = orbits();

  private CaseFolds() {}

  /** Simple case folding, both ways. */
  static Set<Integer> of(int c) {
    TreeSet<Integer> all = new TreeSet<>(Set.of(c));
    all.addAll(MORE.getOrDefault(key(c), Set.of()));
    return all;
  }

  private static int key(int c) {
    return Character.toLowerCase(Character.toUpperCase(c));
  }

  private static Map<Integer, Set<Integer>> orbits() {
    Map<Integer, Set<Integer>> orbits = new HashMap<>();
    for (int c = 0; c <= 0x1e943; c++) {
      if (Character.toLowerCase(c) != c || Character.toUpperCase(c) != c) {
        if (c != 0x130 && c != 0x131) {
          orbits.computeIfAbsent(key(c), k -> new TreeSet<>()).add(c);
        }
      }
    }
    return orbits;
  }
}
