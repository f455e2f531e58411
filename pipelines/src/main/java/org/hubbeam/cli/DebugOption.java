package org.hubbeam.cli;

import picocli.CommandLine.Option;

/** The option that every program has beside its help; {@link Main} looks at it first. */
final class DebugOption {

  @Option(names = "--debug", description = "show where an error came from, and what is logged")
  private boolean debug;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "show this and exit")
  private boolean help;

  /** Whether the user wants to see more. */
  boolean isOn() {
    return debug;
  }
}
