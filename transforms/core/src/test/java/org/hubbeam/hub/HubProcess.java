// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.hub;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Resolves a handle in a JVM of its own: {@code HubProcess cache handle}. */
final class HubProcess {
  private HubProcess() {}

  /** Prints the folder, or the message of the failure. */
  public static void main(String[] args) {
    try {
      Hub hub = Hub.of(HubOptions.DEFAULT.withCacheFolder(args[0]));
      System.out.println(hub.resolve(args[1]).folder());
    } catch (HubException e) {
      System.out.println("failed: " + e.getMessage());
    }
  }

  static Process start(String cache, String handle, String... flags) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    command.addAll(List.of("-Xmx128m", "-XX:TieredStopAtLevel=1"));
    command.addAll(List.of(flags));
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("java.class.path"),
            HubProcess.class.getName(),
            cache,
            handle));
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  static String output(Process process) throws IOException, InterruptedException {
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IOException("the process does not end: " + text);
    }
    return text.strip();
  }
}
