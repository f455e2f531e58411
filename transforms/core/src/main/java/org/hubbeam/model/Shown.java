// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

/** Names out of modules, fit for a message of one line. */
final class Shown {

  private static final int LONGEST = 200;

  private Shown() {}

  /** A name with its control characters escaped, and its middle left out where it is long. */
  static String name(String name) {
    String whole =
        name.length() <= LONGEST
            ? name
            : name.substring(0, LONGEST / 2) + "..." + name.substring(name.length() - LONGEST / 2);
    StringBuilder shown = new StringBuilder(whole.length());
    for (int i = 0; i < whole.length(); i++) {
      char c = whole.charAt(i);
      int type = Character.getType(c);
      boolean plain =
          !Character.isISOControl(c)
              && type != Character.FORMAT
              && type != Character.LINE_SEPARATOR
              && type != Character.PARAGRAPH_SEPARATOR
              && type != Character.UNASSIGNED;
      if (plain) {
        shown.append(c);
      } else {
        shown.append(String.format("\\u%04x", (int) c));
      }
    }
    return shown.toString();
  }
}
