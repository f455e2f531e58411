// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.util.HashSet;
import java.util.Set;

/**
 * Where members that are taken over go: under the name of the graft, each under a name of its own.
 */
final class MemberPaths {

  private final String graft;
  private final Set<String> taken = new HashSet<>();

  MemberPaths(String graft) {
    this.graft = graft;
  }

  /**
   * A free path.
   *
   * @param name what leads to it in its own module, made one identifier
   * @param kind what it is called where its name begins with a digit
   */
  String free(String name, String kind) {
    String plain = name.replaceAll("[^A-Za-z0-9_]", "_");
    String start = Character.isDigit(plain.charAt(0)) ? kind + "_" + plain : plain;
    String free = start;
    for (int i = 1; !taken.add(free); i++) {
      free = start + "_" + i;
    }
    return graft + "." + free;
  }
}
