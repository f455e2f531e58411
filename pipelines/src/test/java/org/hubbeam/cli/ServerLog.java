// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a server says in a process of its own. */
final class ServerLog {

  private ServerLog() {}

  /** The JVM that runs this one. */
  static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  /**
   * Waits for a line; what follows it is read and forgotten.
   *
   * @throws IOException with all that was said, when the process ends without it
   */
  static Matcher await(Process process, Pattern wanted) throws IOException {
    BufferedReader in = process.inputReader();
    StringBuilder said = new StringBuilder();
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      Matcher matcher = wanted.matcher(line);
      if (matcher.find()) {
        forget(process);
        return matcher;
      }
      said.append(line).append('\n');
    }
    throw new IOException("the server ended: " + said);
  }

  private static void forget(Process process) {
    Thread reader =
        new Thread(
            () -> {
              try {
                process.inputReader().transferTo(java.io.Writer.nullWriter());
              } catch (IOException e) {
                // Stopping a process closes its output while it is read.
                Thread.currentThread().interrupt();
              }
            },
            "server-log");
    reader.setDaemon(true);
    reader.start();
  }
}
