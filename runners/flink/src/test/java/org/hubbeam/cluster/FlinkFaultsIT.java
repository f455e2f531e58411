// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.hubbeam.testing.ChildJvm;
import org.hubbeam.testing.Records;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.Example;

/** Processes of a cluster, and launchers, that are killed in the middle of a job. */
class FlinkFaultsIT {

  private static final Duration LIMIT = Duration.ofMinutes(3);
  private static final int FILES = 6;
  private static final int LINES = 200;
  private static final int JOBS = 1009;

  @TempDir private static Path shared;
  private static FlinkProcesses cluster;
  private static Programs programs;

  private Path work;
  private GateModule gate;
  private List<String> lines;
  private ChildJvm launcher;

  @BeforeAll
  static void start() throws Exception {
    cluster =
        FlinkProcesses.start(
            FlinkProcesses.Settings.of("faults")
                .with("cluster.evenly-spread-out-slots", "true")
                .with("metrics.fetcher.update-interval", "200")
                .with("restart-strategy.type", "exponential-delay")
                .with("restart-strategy.exponential-delay.initial-backoff", "1 s")
                .with("restart-strategy.exponential-delay.max-backoff", "5 s")
                .with("restart-strategy.exponential-delay.attempts-before-reset-backoff", "8"),
            2);
    programs = Programs.in(Built.target().resolve("clusters/faults"));
  }

  @AfterAll
  static void stop() {
    if (cluster != null) {
      cluster.close();
    }
  }

  @BeforeEach
  void makeGate(TestInfo test) throws Exception {
    work = shared.resolve(test.getTestMethod().orElseThrow().getName());
    gate = GateModule.in(work.resolve("gates"));
    lines = gate.input(work.resolve("in"), FILES, LINES);
    completeCluster();
  }

  private static void completeCluster() throws Exception {
    while (cluster.taskManagers().size() < 2) {
      cluster.addTaskManager();
    }
    cluster.awaitTaskManagers(2);
  }

  @AfterEach
  void letAllGo() throws Exception {
    gate.open();
    if (launcher != null) {
      launcher.kill();
    }
    until("no job runs", () -> cluster.jobs().values().stream().noneMatch(FlinkFaultsIT::runs));
    gate.close();
  }

  private static boolean runs(String state) {
    return !List.of("FINISHED", "FAILED", "CANCELED").contains(state);
  }

  /** Waits until something is so. */
  private static void until(String what, Callable<Boolean> isSo) throws Exception {
    long end = System.nanoTime() + LIMIT.toNanos();
    while (!isSo.call()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("it is not so that " + what + cluster.logs());
      }
      Thread.sleep(50);
    }
  }

  private List<String> embed(Path module, String... more) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "embed",
                "--module=" + module,
                "--input=" + work.resolve("in/*.txt"),
                "--output=" + work.resolve("out/v"),
                "--batchRows=10",
                "--parallelism=2"));
    all.addAll(List.of(more));
    return all;
  }

  /** Starts a job, and waits until it stands at the gate, with rows written already. */
  private void startToGate(Path module) throws Exception {
    launcher = programs.start(work.getFileName().toString(), cluster, embed(module));
    until("a call stands at the gate", () -> gate.isReached() || !launcher.isAlive());
    assertThat(launcher.isAlive()).as(launcher.printed()).isTrue();
    assertThat(tree(work.resolve("out"))).as("what is written").anyMatch(this::isTemporary);
  }

  private boolean isTemporary(Path path) {
    return path.toString().contains(".temp-hubbeam");
  }

  private static List<Path> tree(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(path -> !path.equals(folder)).toList();
    }
  }

  private void awaitSuccess() throws Exception {
    int status = launcher.await(LIMIT);
    assertThat(status).as(launcher.printed()).isZero();
  }

  /** Each row once, a manifest that says so, and nothing that a job leaves meanwhile. */
  private static void assertWhole(Path prefix, String column, List<String> wanted)
      throws Exception {
    List<String> found = new ArrayList<>();
    for (Path file : tree(prefix.getParent())) {
      if (file.getFileName().toString().startsWith(prefix.getFileName() + "-0")) {
        for (byte[] record : Records.read(file)) {
          found.add(
              Example.parseFrom(record)
                  .getFeatures()
                  .getFeatureOrThrow(column)
                  .getBytesList()
                  .getValue(0)
                  .toStringUtf8());
        }
      }
    }
    // Comparing hundreds of thousands of rows in any order would take minutes.
    assertThat(found.stream().sorted().toList()).isEqualTo(wanted.stream().sorted().toList());
    assertThat(tree(prefix.getParent())).noneMatch(path -> path.toString().contains(".temp-"));
  }

  private JsonNode manifest() throws IOException {
    return new ObjectMapper().readTree(work.resolve("out/v.manifest.json").toFile());
  }

  private static void assertRestarted() throws IOException {
    assertThat(cluster.jobManager().printed()).contains("to RESTARTING");
  }

  @Test
  void aTaskManagerThatDiesWhileItEmbedsLosesAndDoublesNothing() throws Exception {
    startToGate(gate.write("module", 1));
    cluster.taskManagers().get(0).kill();
    gate.open();
    awaitSuccess();
    assertRestarted();
    assertWhole(work.resolve("out/v"), "text", lines);
    assertThat(manifest().get("rows").asInt()).isEqualTo(lines.size());
  }

  @Test
  void anotherModuleInItsPlaceEndsTheJobAndBothAreNamed() throws Exception {
    Path module = gate.write("module", 1);
    gate.write("other", 2);
    startToGate(module);
    Files.move(module, work.resolve("first"));
    Files.move(module.resolveSibling("other"), module);
    for (ChildJvm worker : cluster.taskManagers()) {
      worker.kill();
    }
    gate.open();
    cluster.addTaskManager();
    assertThat(launcher.await(LIMIT)).as(launcher.printed()).isNotZero();
    assertThat(launcher.err().lines().filter(line -> line.startsWith("hubbeam embed:")))
        .singleElement()
        .asString()
        .contains("the module " + module + " changed while the job ran")
        .matches(".*the fingerprint [0-9a-f]{64}, and .* has [0-9a-f]{64}.*");
    assertThat(tree(work.resolve("out"))).noneMatch(file -> file.toString().endsWith(".tfrecord"));
  }

  @Test
  void aJobOutlivesItsLauncherAndKeepsItsOutput() throws Exception {
    Path module = gate.write("module", 1);
    startToGate(module);
    launcher.kill();

    ChildJvm second = programs.start("second", cluster, embed(module, "--overwrite"));
    try {
      assertThat(second.await(LIMIT)).as(second.printed()).isNotZero();
      assertThat(second.err()).contains(work.resolve("out/v").toString());
    } finally {
      second.kill();
    }
    assertThat(cluster.jobs().values().stream().filter(FlinkFaultsIT::runs)).hasSize(1);

    gate.open();
    until("the job ends", () -> cluster.jobs().values().stream().noneMatch(FlinkFaultsIT::runs));
    programs.run("third", cluster, embed(module, "--overwrite"));
    assertWhole(work.resolve("out/v"), "text", lines);
    assertThat(manifest().get("rows").asInt()).isEqualTo(lines.size());
  }

  @Test
  void aJobManagerThatDiesEndsItsJobsAndTheNextRunIsWhole() throws Exception {
    Path module = gate.write("module", 1);
    startToGate(module);
    long start = System.nanoTime();
    cluster.jobManager().kill();
    gate.open();
    int status = launcher.await(LIMIT);
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    assertThat(status).as(launcher.printed()).isNotZero();
    assertThat(launcher.err().lines().filter(line -> line.startsWith("hubbeam embed:"))).hasSize(1);
    assertThat(took).as(launcher.printed()).isLessThan(Duration.ofSeconds(90));
    assertThat(tree(work.resolve("out"))).noneMatch(file -> file.toString().endsWith(".tfrecord"));

    cluster.startJobManager();
    completeCluster();
    programs.run("again", cluster, embed(module));
    assertWhole(work.resolve("out/v"), "text", lines);
  }

  /** What is read when a task manager dies, as Flink calls its steps. */
  private void transformWith(String phase, String notYet) throws Exception {
    int rows = 600_000;
    Path table = work.resolve("table.csv");
    Files.write(
        table,
        Stream.concat(
                Stream.of("id,age,job"),
                IntStream.range(0, rows)
                    .mapToObj(i -> "row " + i + "," + i % 97 + ",job " + i % JOBS))
            .toList());
    Files.writeString(
        work.resolve("spec.yaml"),
        """
        columns:
          id: {type: string}
          age: {type: float32}
          job: {type: string}
        outputs:
          id: id
          age: scale_to_0_1(age)
          job: compute_and_apply_vocabulary(job)
        """);
    launcher =
        programs.start(
            work.getFileName().toString(),
            cluster,
            List.of(
                "transform",
                "--spec=" + work.resolve("spec.yaml"),
                "--input=" + table,
                "--output=" + work.resolve("out"),
                "--tempLocation=" + work.resolve("tmp"),
                "--batchRows=64",
                "--parallelism=2"));
    until(phase + " is read", () -> isRunning(phase) && !isRunning(notYet) || !launcher.isAlive());
    assertThat(launcher.isAlive()).as(launcher.printed()).isTrue();
    cluster.taskManagers().get(0).kill();
    awaitSuccess();
    assertRestarted();
    assertWhole(
        work.resolve("out/train"),
        "id",
        IntStream.range(0, rows).mapToObj(i -> "row " + i).toList());
    JsonNode manifest = new ObjectMapper().readTree(work.resolve("out/manifest.json").toFile());
    assertThat(manifest.at("/splits/train/rows").asInt()).isEqualTo(rows);
    assertThat(vocabulary()).containsExactlyElementsOf(expectedVocabulary(rows));
    Path temporary = work.resolve("tmp");
    assertThat(Files.exists(temporary) ? tree(temporary) : List.of()).isEmpty();
  }

  private List<String> vocabulary() throws IOException {
    try (Stream<Path> assets = Files.list(work.resolve("out/transform_fn/assets"))) {
      return Files.readAllLines(assets.findFirst().orElseThrow());
    }
  }

  /** The jobs as tf.Transform orders them: the most frequent first, else the last by name. */
  private static List<String> expectedVocabulary(int rows) {
    int more = rows % JOBS;
    Comparator<Integer> frequent = Comparator.comparing(job -> job < more ? 0 : 1);
    return IntStream.range(0, JOBS)
        .boxed()
        .sorted(frequent.thenComparing(job -> "job " + job, Comparator.reverseOrder()))
        .map(job -> "job " + job)
        .toList();
  }

  /** Whether a step of the job runs that has given records on. */
  private static boolean isRunning(String step) throws Exception {
    for (JsonNode job : cluster.rest("/jobs").path("jobs")) {
      if (job.path("status").asText().equals("RUNNING")) {
        JsonNode vertices = cluster.rest("/jobs/" + job.path("id").asText()).path("vertices");
        for (JsonNode vertex : vertices) {
          if (vertex.path("name").asText().contains(step)
              && vertex.path("status").asText().equals("RUNNING")
              && vertex.path("metrics").path("read-records").asLong() > 0) {
            return true;
          }
        }
      }
    }
    return false;
  }

  @Test
  void aTaskManagerThatDiesWhileItAnalyzesLosesAndDoublesNothing() throws Exception {
    transformWith("Read to analyze", "Read train");
  }

  @Test
  void aTaskManagerThatDiesWhileItTransformsLosesAndDoublesNothing() throws Exception {
    transformWith("Read train", "Read to analyze");
  }
}
