// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** What is logged: what the project warns about; with debugging, what the engine says too. */
final class Logging {

  private static final String PREFIX = "org.slf4j.simpleLogger.";

  private Logging() {}

  /** To be called before the first logger is there. Settings of the JVM's command line win. */
  static void configure(boolean debug) {
    System.setErr(
        new PrintStream(FilteredWriter.lines(Terminal.ERRORS), true, StandardCharsets.UTF_8));
    set("defaultLogLevel", debug ? "info" : "off");
    set("log.org.hubbeam", debug ? "info" : "warn");
    set("showThreadName", Boolean.toString(debug));
    set("showLogName", Boolean.toString(debug));
    set("showShortLogName", "false");
    if (!debug) {
      java.util.logging.LogManager.getLogManager().reset();
    }
  }

  private static void set(String name, String value) {
    if (System.getProperty(PREFIX + name) == null) {
      System.setProperty(PREFIX + name, value);
    }
  }
}
