package org.hubbeam.cli;

import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What every program has: where it writes to, and the options to debug and to help. */
abstract class Program implements Callable<Integer> {

  @Spec private CommandSpec spec;

  // Looked at before the command line is parsed: see Errors.isDebug.
  @SuppressWarnings("UnusedVariable")
  @Option(names = "--debug", description = "show where an error came from, and what is logged")
  private boolean debug;

  @SuppressWarnings("UnusedVariable")
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "show this and exit")
  private boolean help;

  /** For what was asked. */
  final PrintWriter out() {
    return spec.commandLine().getOut();
  }

  /** The option of this program that is near to a wrong one. */
  final Optional<String> near(String option) {
    return Near.to(option, spec.optionsMap().keySet());
  }

  /** For what is said about it. */
  final PrintWriter err() {
    return spec.commandLine().getErr();
  }
}
