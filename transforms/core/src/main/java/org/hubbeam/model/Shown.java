// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import org.hubbeam.batch.Printable;

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
    return Printable.line(whole);
  }
}
