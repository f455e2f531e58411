// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.hubbeam.testdata.DemoFiles;
import org.hubbeam.testing.ChildJvm;
import org.hubbeam.testing.TestFiles;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Job after job, and jobs side by side, on a session cluster whose processes live on. All jobs of
 * this class but the last run in the same task manager.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class FlinkSessionIT {

  private static final int ROWS = 5_000;
  private static final Pattern LOADS = Pattern.compile("ModuleCache - loading module");

  /** The class loader that Flink makes for each job in each task manager. */
  private static final Pattern JOB_LOADERS =
      Pattern.compile(
          "(?m)^ *\\d+: +(\\d+) +\\d+ +org\\.apache\\.flink\\.util\\.ChildFirstClassLoader");

  @TempDir private static Path shared;
  private static FlinkProcesses cluster;
  private static Programs programs;
  private static DemoFiles demo;

  @BeforeAll
  static void start() throws Exception {
    demo = DemoFiles.write(shared.resolve("demo"));
    Files.write(
        shared.resolve("texts.txt"), IntStream.range(0, ROWS).mapToObj(i -> "line " + i).toList());
    Files.write(
        shared.resolve("rows.csv"),
        Stream.concat(
                Stream.of("age,job"), IntStream.range(0, ROWS).mapToObj(i -> i + ",job" + i % 7))
            .toList());
    Files.writeString(
        shared.resolve("spec.yaml"),
        """
        columns:
          age: {type: float32}
          job: {type: string}
        outputs:
          age_z: scale_to_z_score(age)
          job_id: compute_and_apply_vocabulary(job)
        """);
    // Caches of the JDK refer softly to classes: such a loader goes when metaspace is short, or
    // now.
    cluster =
        FlinkProcesses.start(
            FlinkProcesses.Settings.of("session")
                .withFlags(
                    List.of(
                        "-XX:SoftRefLRUPolicyMSPerMB=0",
                        "-XX:+AlwaysPreTouch",
                        "-Dhubbeam.moduleIdleSeconds=1")),
            1);
    programs = Programs.in(Built.target().resolve("clusters/session"));
  }

  @AfterAll
  static void stop() {
    if (cluster != null) {
      cluster.close();
    }
  }

  @Test
  @Order(1)
  @Timeout(value = 20, unit = TimeUnit.MINUTES)
  void aTaskManagerKeepsItsSizeFromJobToJob() throws Exception {
    ChildJvm worker = cluster.taskManagers().get(0);
    List<Long> mib = new ArrayList<>();
    List<Integer> loaders = new ArrayList<>();
    for (int round = 0; round < 3; round++) {
      for (String program : List.of("embed", "transform", "clips")) {
        String name = program + round;
        long begin = System.nanoTime();
        switch (program) {
          case "embed" -> embed(name, 2);
          case "transform" -> transform(name);
          default -> clips(name);
        }
        long seconds = (System.nanoTime() - begin) / 1_000_000_000;
        loaders.add(loadersLeft(worker));
        mib.add(worker.rssKib() >> 10);
        System.out.println(
            name
                + ": "
                + seconds
                + " s, "
                + mib.get(mib.size() - 1)
                + " MiB, class loaders "
                + loaders.get(loaders.size() - 1));
      }
    }
    assertThat(worker.isAlive()).isTrue();
    // The JDK keeps that of the last job until the next one runs; at most one more stays.
    assertThat(loaders).as("class loaders left after each job").allMatch(n -> n <= 2);
    assertThat(mib.get(5)).as("MiB after each job: " + mib).isLessThan(mib.get(2) * 11 / 10);
  }

  @Test
  @Order(2)
  void aJobLoadsItsModuleOnceInATaskManager() throws Exception {
    ChildJvm worker = cluster.taskManagers().get(0);
    long before = LOADS.matcher(worker.err()).results().count();
    embed("loads", 2);
    assertThat(LOADS.matcher(worker.err()).results().count() - before).isEqualTo(1);
  }

  @Test
  @Order(3)
  void webpIsDecodedInTheSameTaskManager() throws Exception {
    Path picture =
        TestFiles.root()
            .resolve("transforms/media/src/test/resources/org/hubbeam/media/lossy.webp");
    for (String name : List.of("webp1", "webp2")) {
      String said =
          programs.run(
              name,
              cluster,
              List.of(
                  "embed",
                  "--module=" + demo.imageModule(),
                  "--input=" + picture,
                  "--output=" + shared.resolve(name),
                  "--parallelism=1"));
      assertThat(said).contains("1 row, 0 failures");
    }
  }

  @Test
  @Order(4)
  void twoJobsRunAtOnceInATaskManager() throws Exception {
    ChildJvm worker = cluster.taskManagers().get(0);
    List<ChildJvm> both = new ArrayList<>();
    try {
      both.add(programs.start("left", cluster, embedArguments("left", 1)));
      both.add(programs.start("right", cluster, clipArguments("right", 1)));
      for (ChildJvm program : both) {
        assertThat(program.await(Programs.LIMIT)).as(program.printed()).isZero();
      }
    } finally {
      both.forEach(ChildJvm::kill);
    }
    assertRows("left", ROWS);
    assertRows("right", 16);
    assertThat(worker.isAlive()).isTrue();
  }

  @Test
  @Order(5)
  void flinkRunWorksAsTheLauncherDoes() throws Exception {
    List<String> arguments = new ArrayList<>(List.of("run", "-m", cluster.restMaster(), "-p", "2"));
    arguments.add(Built.job().toString());
    arguments.addAll(embedArguments("run", 0));
    try (ChildJvm client = cluster.client("flink-run", arguments)) {
      assertThat(client.await(Programs.LIMIT)).as(client.printed()).isZero();
      assertThat(client.printed()).contains("5,000 rows, 0 failures");
    }
    assertRows("run", ROWS);
  }

  @Test
  @Order(6)
  void theDoctorFindsTheClusterWell() throws Exception {
    try (ChildJvm doctor =
        programs.start(
            "doctor",
            List.of(
                "doctor", "--cluster=" + cluster.restMaster(), "--module=" + demo.textModule()))) {
      assertThat(doctor.await(Programs.LIMIT)).as(doctor.printed()).isZero();
      assertThat(doctor.out())
          .contains("1.19.0", "1 task manager, 2 slots", "are in lib/ once")
          .doesNotContain("FAIL");
    }
  }

  @Test
  @Order(7)
  void aSecondTaskManagerSharesTheWork() throws Exception {
    cluster.addTaskManager();
    cluster.awaitTaskManagers(2);
    embed("shared", 4);
    assertThat(cluster.taskManagers()).hasSize(2);
  }

  private static void embed(String name, int tasks) throws Exception {
    programs.run(name, cluster, embedArguments(name, tasks));
    assertRows(name, ROWS);
  }

  private static List<String> embedArguments(String name, int tasks) {
    return arguments(
        tasks,
        "embed",
        "--module=" + demo.textModule(),
        "--input=" + shared.resolve("texts.txt"),
        "--output=" + shared.resolve(name));
  }

  private static void clips(String name) throws Exception {
    programs.run(name, cluster, clipArguments(name, 2));
    assertRows(name, 16);
  }

  private static List<String> clipArguments(String name, int tasks) {
    return arguments(
        tasks,
        "embed",
        "--module=" + demo.clipModule(),
        "--input=" + demo.clips() + "/*",
        "--poolClips=mean",
        "--output=" + shared.resolve(name));
  }

  private static void transform(String name) throws Exception {
    programs.run(
        name,
        cluster,
        arguments(
            2,
            "transform",
            "--spec=" + shared.resolve("spec.yaml"),
            "--input=" + shared.resolve("rows.csv"),
            "--tempLocation=" + shared.resolve("temporary"),
            "--output=" + shared.resolve(name)));
  }

  /** With so many tasks at once; 0 for as many as Flink says. */
  private static List<String> arguments(int tasks, String... given) {
    List<String> all = new ArrayList<>(List.of(given));
    if (tasks > 0) {
      all.add("--parallelism=" + tasks);
    }
    return all;
  }

  private static void assertRows(String name, int rows) throws IOException {
    assertThat(Files.readString(shared.resolve(name + ".manifest.json")))
        .containsPattern("\"rows\" *: *" + rows + "\\b");
  }

  /** How many class loaders of jobs are reachable. */
  /** Those that stay when modules have been idle for their time, of which nobody is told. */
  private static int loadersLeft(ChildJvm worker) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    int left = jobLoaders(worker);
    while (left > 2 && System.nanoTime() < end) {
      left = jobLoaders(worker);
    }
    return left;
  }

  private static int jobLoaders(ChildJvm worker) throws Exception {
    return JOB_LOADERS
        .matcher(worker.jcmd("GC.class_histogram"))
        .results()
        .mapToInt(found -> Integer.parseInt(found.group(1)))
        .sum();
  }
}
