// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.util.List;
import java.util.Map;

/** What a job wrote and how. The file is written last: if it exists, the output is complete. */
interface JobManifest {

  /** The contents of the file. */
  String toJson();

  /** How many rows were written, by what they are called, such as {@code train row}. */
  Map<String, Long> rows();

  /** How many records failed. */
  long failures();

  /** The names of the files with the common prefix; empty if the output is a folder. */
  default List<String> files() {
    return List.of();
  }

  /** What else the result line says of the rows, such as {@code 128 floats each}. */
  default List<String> details() {
    return List.of();
  }

  /** Lines to print before the result line. */
  default List<String> reported() {
    return List.of();
  }
}
