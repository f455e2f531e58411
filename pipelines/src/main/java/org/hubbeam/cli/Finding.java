// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

/**
 * One thing that {@code doctor} looked at.
 *
 * @param fix what to do about it; empty when it is fine
 */
record Finding(Verdict verdict, String subject, String found, String fix) {

  /** How bad it is. */
  enum Verdict {
    FINE("ok"),
    POOR("warn"),
    BROKEN("FAIL");

    private final String word;

    Verdict(String word) {
      this.word = word;
    }
  }

  static Finding fine(String subject, String found) {
    return new Finding(Verdict.FINE, subject, found, "");
  }

  static Finding poor(String subject, String found, String fix) {
    return new Finding(Verdict.POOR, subject, found, fix);
  }

  static Finding broken(String subject, String found, String fix) {
    return new Finding(Verdict.BROKEN, subject, found, fix);
  }

  @Override
  public String toString() {
    return String.format("%-5s %-13s %s", verdict.word, subject, found)
        + (fix.isEmpty() ? "" : String.format("%n%-19s fix: %s", "", fix));
  }
}
