// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

/** That the structure of a module is wrong: where and what, on one line. */
final class Flaw extends RuntimeException {
  private static final long serialVersionUID = 1;

  private static final int LONGEST = 600;

  Flaw(String what) {
    super(what);
  }

  /** The same, with the place in which it is. */
  Flaw in(String place) {
    return new Flaw(place + ": " + getMessage());
  }

  /** The error of a module's user. */
  ModuleException of(String module) {
    return new ModuleException(
        ModuleException.Kind.NOT_LOADABLE,
        "the module in "
            + module
            + " is broken: "
            + shortened(String.valueOf(getMessage()), LONGEST),
        this);
  }

  /** A name that stands in the module, for a message. */
  static String name(String foreign) {
    return "'" + Shown.name(foreign) + "'";
  }

  private static String shortened(String text, int longest) {
    if (text.length() <= longest) {
      return text;
    }
    int end = Character.isHighSurrogate(text.charAt(longest - 1)) ? longest - 1 : longest;
    return text.substring(0, end) + "...";
  }
}
