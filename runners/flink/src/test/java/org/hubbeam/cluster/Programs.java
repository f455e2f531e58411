// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.hubbeam.testing.ChildJvm;

/**
 * The programs, each run in a launcher's process of its own, as users do.
 *
 * @param logs the folder for what they print
 * @param environment added to that of this process
 */
record Programs(Path logs, Map<String, String> environment) {

  /** How long a job may take before a test gives up. */
  static final Duration LIMIT = Duration.ofMinutes(4);

  /** Programs in the environment of this process. */
  static Programs in(Path logs) {
    return new Programs(logs, Map.of());
  }

  /** The same with more variables in the environment. */
  Programs withEnvironment(Map<String, String> more) {
    return new Programs(logs, more);
  }

  /**
   * Starts a program.
   *
   * @param name of the files of what it prints
   * @param arguments the program and its options
   */
  ChildJvm start(String name, List<String> arguments) throws IOException {
    return ChildJvm.start(name, launcher().withArguments(arguments), logs);
  }

  /** Starts a program on a cluster. */
  ChildJvm start(String name, FlinkProcesses cluster, List<String> arguments) throws IOException {
    List<String> all = new ArrayList<>(arguments);
    all.add("--flinkMaster=" + cluster.restMaster());
    return start(name, all);
  }

  /** Starts a program on a cluster, in another directory than that of this process. */
  ChildJvm startIn(Path directory, String name, FlinkProcesses cluster, List<String> arguments)
      throws IOException {
    List<String> all = new ArrayList<>(arguments);
    all.add("--flinkMaster=" + cluster.restMaster());
    all.add("--filesToStage=" + Built.job());
    return ChildJvm.start(name, launcher().withArguments(all).withDirectory(directory), logs);
  }

  /** Runs a program on a cluster, which must end well; returns what it printed. */
  String run(String name, FlinkProcesses cluster, List<String> arguments) throws Exception {
    ChildJvm program = start(name, cluster, arguments);
    try {
      int status = program.await(LIMIT);
      assertThat(status).as(() -> said(program, cluster)).isZero();
      return program.printed();
    } finally {
      program.kill();
    }
  }

  private static String said(ChildJvm program, FlinkProcesses cluster) {
    try {
      return program.printed() + cluster.logs();
    } catch (IOException e) {
      return e.toString();
    }
  }

  private ChildJvm.Launch launcher() throws IOException {
    return ChildJvm.Launch.of("org.hubbeam.cli.Main")
        .withEnvironment(Map.of("TF_CPP_MIN_LOG_LEVEL", "2"))
        .withEnvironment(environment)
        .withFlags(
            List.of(
                "-Xmx512m",
                "-Dhubbeam.flinkJob=" + Built.job(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Dorg.bytedeco.javacpp.nopointergc=true",
                "-Dorg.bytedeco.javacpp.cachedir=" + FlinkProcesses.natives(),
                "--add-opens=java.base/java.nio=ALL-UNNAMED",
                "--add-opens=java.base/java.util=ALL-UNNAMED",
                "--add-opens=java.base/java.lang=ALL-UNNAMED"));
  }
}
