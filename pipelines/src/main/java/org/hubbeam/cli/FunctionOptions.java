// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import org.hubbeam.model.FunctionChoice;
import picocli.CommandLine.Option;

/** The options that select a function of a module. */
@Section(Section.Heading.MODULE)
final class FunctionOptions {

  @Option(
      names = "--function",
      paramLabel = "NAME",
      description =
          "a signature or a member of the module (default: the only one, else default,"
              + " serving_default or __call__)")
  private String function;

  @Option(
      names = "--arguments",
      paramLabel = "K=V,..",
      description = "Python arguments of the function, such as training=false")
  private String arguments;

  /** The selected function. */
  FunctionChoice choice() {
    return new FunctionChoice(function, PythonArguments.parse(arguments));
  }
}
