// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.Properties;

/** The version of Flink: that of a cluster must be the one that the job is compiled for. */
final class FlinkVersion {

  private static final String FILE = "/.flink-runtime.version.properties";

  private FlinkVersion() {}

  /** The version on the class path, such as {@code 1.19.0}; empty if there is no Flink. */
  static Optional<String> here() {
    try (InputStream in = FlinkVersion.class.getResourceAsStream(FILE)) {
      Properties properties = new Properties();
      if (in != null) {
        properties.load(in);
      }
      return Optional.ofNullable(properties.getProperty("project.version"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** {@code 1.19} of {@code 1.19.0}: jobs run on all versions that begin so. */
  static String line(String version) {
    return version.replaceFirst("^(\\d+\\.\\d+).*", "$1");
  }

  /**
   * Checks that a cluster has the version that is on the class path.
   *
   * @throws EnvironmentException if it has another
   */
  static void check(FlinkRest rest) {
    Optional<String> here = here();
    String there;
    try {
      there = rest.overview().version();
    } catch (IOException e) {
      throw new EnvironmentException("--flinkMaster: " + Errors.ownMessage(e), e);
    }
    if (here.isPresent() && !line(here.get()).equals(line(there))) {
      throw new EnvironmentException(
          "--flinkMaster: "
              + rest.master()
              + " runs Flink "
              + there
              + ", and this is for Flink "
              + line(here.get())
              + "; use a cluster of that version");
    }
  }
}
