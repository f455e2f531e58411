// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cluster;

import java.nio.file.Files;
import java.nio.file.Path;
import org.hubbeam.testing.TestFiles;

/** What the phase {@code package} made for clusters. */
final class Built {

  private Built() {}

  /** The folder for what a build makes. */
  static Path target() {
    return TestFiles.root().resolve("runners/flink/target");
  }

  /** The folder with {@code lib}, for users, and {@code flink}, Flink itself. */
  static Path cluster() {
    return existing(target().resolve("cluster"));
  }

  /** The job jar; the property {@code hubbeam.flinkJob} names it. */
  static Path job() {
    String given = System.getProperty("hubbeam.flinkJob");
    return existing(given == null ? target().resolve("hubbeam-flink-job.jar") : Path.of(given));
  }

  private static Path existing(Path path) {
    if (!Files.exists(path)) {
      throw new AssertionError(
          "there is no " + path + "; make it: mvn -pl runners/flink -am -DskipTests package");
    }
    return path;
  }
}
