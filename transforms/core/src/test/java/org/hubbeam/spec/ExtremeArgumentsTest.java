// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.spec;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.hubbeam.testing.Command;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * No argument of an operation ends the process, hangs it, or fails with anything but a line of the
 * spec file or the failure of rows. {@code -Dhubbeam.extremes=1} tries all instead of a sample.
 */
class ExtremeArgumentsTest {

  @Test
  void everyOperationSurvivesExtremeArguments(@TempDir Path work) throws Exception {
    String told =
        Command.run(
            work,
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "-cp",
                System.getProperty("java.class.path"),
                ExtremeSpecs.class.getName(),
                System.getProperty("hubbeam.extremes", "97")));
    assertThat(told.lines())
        .filteredOn(line -> line.startsWith("CAME "))
        .hasSizeGreaterThan(100)
        .allMatch(line -> line.matches("CAME (ok|refused spec.yaml:.*|failed .*)"));
  }
}
