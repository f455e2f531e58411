// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.hubbeam.batch.Suggestions;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** The base of all programs: their output streams, {@code --debug} and {@code --help}. */
abstract class BaseCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  // Looked at before the command line is parsed: see Errors.isDebug.
  @SuppressWarnings("UnusedVariable")
  @Option(names = "--debug", description = "print stack traces and log messages")
  private boolean debug;

  @SuppressWarnings("UnusedVariable")
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "print this help and exit")
  private boolean help;

  /** The name of this program: {@code embed}. */
  final String program() {
    return spec.name();
  }

  /** Standard output, for results. */
  final PrintWriter out() {
    return FilteredWriter.results(spec.commandLine().getOut());
  }

  /** The options of this program that are similar to an unknown one. */
  final List<String> near(String option) {
    return Suggestions.nearest(option, Errors.options(spec));
  }

  /**
   * Refuses options that were given but say nothing here.
   *
   * @param unused the sections of these options
   * @param why {@code is for video; the input is text}
   */
  final void refuse(Set<Section.Heading> unused, String why) {
    for (OptionSpec option : given().matchedOptions()) {
      if (unused.contains(HelpSections.of(option))) {
        throw new UsageException(option.longestName() + " " + why);
      }
    }
  }

  /** What was given on the command line. */
  final ParseResult given() {
    return spec.commandLine().getParseResult();
  }

  /** Standard error, for progress and errors. */
  final PrintWriter err() {
    return FilteredWriter.messages(spec.commandLine().getErr());
  }
}
