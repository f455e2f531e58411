package org.hubbeam.cli;

import picocli.CommandLine.Option;

/** From which files a program makes which. */
final class FromTo {

  @Option(names = "--input", required = true, paramLabel = "GLOB", description = "files to read")
  private String input;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "PREFIX",
      description = "the start of the names of the files to write")
  private String output;

  /** The files to read. */
  String input() {
    return input;
  }

  /** The start of the names of the files to write. */
  String output() {
    return output;
  }
}
