// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.fuzz;

import java.nio.file.Files;
import java.util.Arrays;

/** The target that the property {@code fuzz.target} names, as Jazzer calls it. */
public final class JazzerEntry {

  private static final FuzzTarget TARGET = FuzzTargets.of(System.getProperty("fuzz.target"));
  private static final FuzzTarget.Parser PARSER = open();

  private JazzerEntry() {}

  private static FuzzTarget.Parser open() {
    try {
      return TARGET.opener().open(Files.createTempDirectory("scratch"));
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** Parses an input as it is, and with the right check sums around it. */
  public static void fuzzerTestOneInput(byte[] input) throws Throwable {
    parse(input);
    byte[] sealed = TARGET.envelope().seal(input);
    if (!Arrays.equals(sealed, input)) {
      parse(sealed);
    }
  }

  private static void parse(byte[] input) throws Throwable {
    Throwable undeclared = TARGET.undeclared(PARSER, input).orElse(null);
    if (undeclared != null) {
      throw undeclared;
    }
  }
}
