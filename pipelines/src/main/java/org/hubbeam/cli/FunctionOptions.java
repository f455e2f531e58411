package org.hubbeam.cli;

import org.hubbeam.model.FunctionChoice;
import picocli.CommandLine.Option;

/** The options of which function is called. */
final class FunctionOptions {

  @Option(
      names = "--function",
      paramLabel = "NAME",
      description = "a signature or a member; otherwise the only usable one")
  private String function;

  @Option(
      names = "--arguments",
      paramLabel = "K=V,..",
      description = "python arguments, for example training=false")
  private String arguments;

  /** The function asked for. */
  FunctionChoice choice() {
    return new FunctionChoice(function, PythonArguments.parse(arguments));
  }
}
