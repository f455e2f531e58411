// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The job jar: all that a Flink cluster needs and has not. The build makes it, the launcher tells
 * where it is, and each job sends it. {@code flink run} gets it from the user instead, and runs the
 * programs from it.
 */
final class FlinkJobJar {

  /** Where it is, and after it the jars that the user added to the class path. */
  private static final String PROPERTY = "hubbeam.flinkJob";

  private static final String STAGED = "filesToStage";

  private FlinkJobJar() {}

  /** Whether {@code flink run} has started this program, and knows the cluster. */
  static boolean isRunByFlink() {
    ClassLoader loader = FlinkJobJar.class.getClassLoader();
    return loader != null && loader.getClass().getName().startsWith("org.apache.flink.");
  }

  /** Has a job for a cluster send the jar, unless the user said what it sends. */
  static void addTo(EngineArguments arguments) {
    List<Path> jars = jars();
    if (!jars.isEmpty() && Files.isRegularFile(jars.get(0))) {
      arguments.add(STAGED, String.join(",", jars.stream().map(Path::toString).toList()));
    }
  }

  /**
   * Checks that a job for a cluster has something to send.
   *
   * @param given the options that the user gave
   * @throws EnvironmentException if the jar is not there, and the user named nothing else
   */
  static void check(EngineArguments given) {
    if (given.has(STAGED)) {
      return;
    }
    List<Path> jars = jars();
    if (jars.isEmpty() || !Files.isRegularFile(jars.get(0))) {
      throw new EnvironmentException(
          "--flinkMaster: there is no job jar to send to the cluster"
              + (jars.isEmpty() ? "" : " (" + jars.get(0) + ")")
              + "; build it with 'mvn -pl runners/flink -am -DskipTests package' and name it:"
              + " --filesToStage=runners/flink/target/hubbeam-runner-flink-VERSION-job.jar");
    }
  }

  private static List<Path> jars() {
    return Stream.of(System.getProperty(PROPERTY, "").split(File.pathSeparator))
        .filter(jar -> !jar.isEmpty())
        .map(Path::of)
        .toList();
  }
}
