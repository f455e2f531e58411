// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.hubbeam.batch.Secrets;

/**
 * The name of a job: {@code hubbeam PROGRAM -> OUTPUT}.
 *
 * @param program what runs: {@code embed}
 * @param output where it writes to
 */
record JobName(String program, String output) {

  private static final Pattern NAME = Pattern.compile("hubbeam (\\S+) -> (.*)");

  /** The name as text. */
  static String of(String program, String output) {
    return new JobName(program, Secrets.masked(output)).toString();
  }

  /** What a name says; empty for the jobs of others. */
  static Optional<JobName> parse(String name) {
    Matcher parts = NAME.matcher(name);
    return parts.matches()
        ? Optional.of(new JobName(parts.group(1), parts.group(2)))
        : Optional.empty();
  }

  @Override
  public String toString() {
    return "hubbeam " + program + " -> " + output;
  }
}
