// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Describes all programs, or one. */
@Command(
    name = "help",
    customSynopsis = "hubbeam help [PROGRAM]",
    description = "Describe the programs, or one of them.",
    footer = {"", "Example: hubbeam help embed"})
final class HelpCommand extends BaseCommand {

  @Spec private CommandSpec spec;

  @Parameters(arity = "0..1", paramLabel = "PROGRAM", description = "the program to describe")
  private @Nullable String program;

  @Override
  public Integer call() {
    CommandLine all = spec.parent().commandLine();
    if (program == null) {
      all.usage(all.getOut());
      return 0;
    }
    CommandLine described = all.getSubcommands().get(program);
    if (described == null) {
      throw new UsageException(Errors.unknownProgram(program, all));
    }
    described.usage(all.getOut());
    return 0;
  }
}
