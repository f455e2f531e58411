// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.fuzz;

import java.util.List;

/** Parsers that fail in each way that is a finding, at inputs that have a digit. */
final class BrokenParsers {

  static final List<FuzzTarget> ALL =
      List.of(
          broken("broken-throws", input -> throwAt(input)),
          broken("broken-fills", input -> fill(input)),
          broken("broken-hangs", input -> hang(input)),
          broken("broken-dies", input -> die(input)));

  private BrokenParsers() {}

  private static FuzzTarget broken(String name, FuzzTarget.Parser parser) {
    return FuzzTarget.of(name, IllegalArgumentException.class, scratch -> parser)
        .withCorpus("kaggle");
  }

  private static boolean hasDigit(byte[] input) {
    for (byte one : input) {
      if (one >= '0' && one <= '9') {
        return true;
      }
    }
    return false;
  }

  private static void throwAt(byte[] input) {
    if (hasDigit(input)) {
      throw new IllegalStateException("undeclared");
    }
    throw new IllegalArgumentException("declared");
  }

  private static void fill(byte[] input) {
    StringBuilder text = new StringBuilder();
    while (hasDigit(input)) {
      text.append("x".repeat(1 << 20));
    }
  }

  private static void hang(byte[] input) throws InterruptedException {
    if (hasDigit(input)) {
      Thread.sleep(Long.MAX_VALUE);
    }
  }

  private static void die(byte[] input) {
    if (hasDigit(input)) {
      Runtime.getRuntime().halt(134);
    }
  }
}
