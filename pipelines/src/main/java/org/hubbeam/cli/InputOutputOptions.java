// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import picocli.CommandLine.Option;

/** The files that a program reads and writes. */
final class InputOutputOptions {

  @Section(Section.Heading.INPUT)
  @Option(
      names = "--input",
      required = true,
      paramLabel = "GLOB",
      description = "files to read; - for standard input")
  private String input;

  private final StandardInput standard = new StandardInput();

  @Section(Section.Heading.OUTPUT)
  @Option(
      names = "--output",
      required = true,
      paramLabel = "PREFIX",
      description = "the prefix of the names of the files to write")
  private String output;

  /** The files to read. */
  String input() {
    return standard.file(input);
  }

  /** The prefix of the names of the files to write. */
  String output() {
    return output;
  }
}
