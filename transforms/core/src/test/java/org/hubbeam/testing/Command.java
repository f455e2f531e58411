// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.testing;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Other programs that tests run. */
public final class Command {

  private Command() {}

  /**
   * Runs a command, which must end with status 0 within five minutes.
   *
   * @param work a folder for its output
   * @return what it printed
   */
  public static String run(Path work, List<String> command) throws Exception {
    return run(work, command, Duration.ofMinutes(5));
  }

  /**
   * Runs a command, which must end with status 0.
   *
   * @param work a folder for its output
   * @param limit how long it may take
   * @return what it printed
   */
  public static String run(Path work, List<String> command, Duration limit) throws Exception {
    Path log = Files.createTempFile(work, "log", ".txt");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    boolean ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
    process.destroyForcibly();
    String printed = Files.readString(log, StandardCharsets.UTF_8);
    Files.delete(log);
    if (!ended || process.exitValue() != 0) {
      throw new AssertionError(
          command
              + (ended ? " ended with " + process.exitValue() : " did not end")
              + ":\n"
              + printed);
    }
    return printed;
  }
}
