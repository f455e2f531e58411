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

/**
 * Task managers and launchers that do not share the folder of the output. Below {@code
 * /proc/self/cwd} each process sees the directory that it was started in.
 */
class SharedFolderIT {

  private static final int ROWS = 3_000;

  @TempDir private static Path shared;
  private static FlinkProcesses cluster;
  private static Programs programs;
  private static Path here;
  private static Path there;

  @BeforeAll
  static void start() throws Exception {
    here = Files.createDirectory(shared.resolve("here"));
    there = Files.createDirectory(shared.resolve("there"));
    cluster =
        FlinkProcesses.start(
            FlinkProcesses.Settings.of("folders")
                .with("restart-strategy.type", "none")
                .with("taskmanager.numberOfTaskSlots", "1"));
    cluster.addTaskManager(here);
    cluster.addTaskManager(there);
    cluster.awaitTaskManagers(2);
    programs = Programs.in(Built.target().resolve("clusters/folders"));
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

  private static List<String> embed(String output) {
    return List.of(
        "embed",
        "--module=" + shared.resolve("module"),
        "--input=" + shared.resolve("texts.txt"),
        "--output=" + output,
        "--parallelism=2");
  }

  @Test
  void aWorkerThatDoesNotSeeTheFolderFailsTheJobAndNothingStays() throws Exception {
    ChildJvm job = programs.startIn(here, "partly", cluster, embed("/proc/self/cwd/partly/v"));

    assertThat(job.await(Programs.LIMIT)).as(job.printed()).isEqualTo(1);
    assertThat(job.printed())
        .contains("does not see /proc/self/cwd/partly/.temp-hubbeam-")
        .contains("all workers and the launcher must share the folder of the output");
    assertThat(here.resolve("partly").toFile().list()).isEmpty();
    assertThat(there.resolve("partly")).doesNotExist();
  }

  @Test
  void aTemporaryLocationThatIsNotSharedIsNamed() throws Exception {
    Files.write(
        shared.resolve("in.csv"), IntStream.range(0, ROWS).mapToObj(i -> i + "," + i).toList());
    Files.writeString(
        shared.resolve("spec.yaml"),
        """
        columns:
          a: {type: float32}
          b: {type: float32}
        outputs:
          z: scale_to_z_score(a)
        """);
    ChildJvm job =
        programs.startIn(
            here,
            "temporary",
            cluster,
            List.of(
                "transform",
                "--spec=" + shared.resolve("spec.yaml"),
                "--input=" + shared.resolve("in.csv"),
                "--header=no",
                "--columnNames=a,b",
                "--output=" + shared.resolve("features"),
                "--tempLocation=/proc/self/cwd/temp",
                "--parallelism=2"));

    assertThat(job.await(Programs.LIMIT)).as(job.printed()).isEqualTo(1);
    assertThat(job.printed())
        .contains("--tempLocation=/proc/self/cwd/temp must be the same folder on all workers")
        .contains("does not see /proc/self/cwd/temp/hubbeam-")
        .contains("all must share the temporary location");
    assertThat(shared.resolve("features").toFile().list()).isEmpty();
  }

  @Test
  void whereAllShareTheFolderTheRowsOfAllFilesAreThere() throws Exception {
    programs.run("all", cluster, embed(shared.resolve("all/v").toString()));

    assertThat(Files.readString(shared.resolve("all/v.manifest.json")))
        .containsPattern("\"rows\" *: *" + ROWS + "\\b");
    assertThat(shared.resolve("all").toFile().list())
        .containsExactlyInAnyOrder(
            "v-00000-of-00002.tfrecord",
            "v-00001-of-00002.tfrecord",
            "v.failures.jsonl",
            "v.manifest.json",
            "v.schema.pbtxt");
  }
}
