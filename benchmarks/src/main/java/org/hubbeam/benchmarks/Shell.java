// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** Runs programs without measuring them. */
final class Shell {

  private Shell() {}

  /**
   * How a program ended.
   *
   * @param text standard output and standard error
   */
  record Said(int code, String text) {}

  /** Runs a program to its end. */
  static Said run(List<String> command) throws IOException {
    return run(command, Path.of("."));
  }

  /** Runs a program in a folder to its end. */
  static Said run(List<String> command, Path folder) throws IOException {
    Process process =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Said(await(process), text);
  }

  /** Waits for a process and returns its exit code. */
  static int await(Process process) {
    try {
      return process.waitFor();
    } catch (InterruptedException e) {
      process.destroy();
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
