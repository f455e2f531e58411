// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.hubbeam.testdata.DemoModule;
import org.hubbeam.testing.ChildJvm;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Job after job, and jobs side by side, in the same task manager. */
class FlinkSessionIT {

  private static final int ROWS = 5_000;

  @TempDir private static Path shared;
  private static FlinkProcesses cluster;
  private static Programs programs;

  @BeforeAll
  static void start() throws Exception {
    cluster = FlinkProcesses.start(FlinkProcesses.Settings.of("session"), 1);
    programs = Programs.in(Built.target().resolve("clusters/session"));
    DemoModule.write(shared.resolve("module"));
    Files.write(
        shared.resolve("texts.txt"), IntStream.range(0, ROWS).mapToObj(i -> "line " + i).toList());
  }

  @AfterAll
  static void stop() throws Exception {
    if (cluster != null) {
      cluster.close();
    }
  }

  @Test
  void aTaskManagerRunsJobAfterJob() throws Exception {
    ChildJvm worker = cluster.taskManagers().get(0);
    for (String name : List.of("one", "two", "three")) {
      programs.run(name, cluster, embed(name));
      assertThat(Files.readString(shared.resolve(name + ".manifest.json")))
          .containsPattern("\"rows\" *: *" + ROWS + "\\b");
    }
    assertThat(worker.isAlive()).isTrue();
  }

  private static List<String> embed(String name) {
    return List.of(
        "embed",
        "--module=" + shared.resolve("module"),
        "--input=" + shared.resolve("texts.txt"),
        "--output=" + shared.resolve(name),
        "--parallelism=2");
  }
}
