// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.hubbeam.testdata.DemoModule;
import org.hubbeam.testing.ChildJvm;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is trained on a cluster of two task managers is what the direct runner trains. */
class FlinkTrainIT {

  private static final Duration LIMIT = Duration.ofMinutes(3);
  private static final int ROWS = 400;

  /** What a worker says when it begins with a head. */
  private static final Pattern STARTS =
      Pattern.compile("(round \\d+: \\S+) has (\\d+) of at most \\d+ steps");

  @TempDir private static Path shared;
  private static FlinkProcesses cluster;
  private static Programs programs;

  @BeforeAll
  static void start() throws Exception {
    DemoModule.write(shared.resolve("module"));
    Random random = new Random(7);
    List<String> rows = new ArrayList<>(List.of("title,body,topic"));
    for (int i = 0; i < ROWS; i++) {
      int topic = i % 4;
      rows.add(words(random, topic, 2) + "," + words(random, topic, 5) + ",topic" + topic);
    }
    Files.write(shared.resolve("rows.csv"), rows);
    cluster =
        FlinkProcesses.start(
            FlinkProcesses.Settings.of("train")
                .with("cluster.evenly-spread-out-slots", "true")
                .with("restart-strategy.type", "fixed-delay")
                .with("restart-strategy.fixed-delay.attempts", "5")
                .with("restart-strategy.fixed-delay.delay", "1 s"),
            2);
    programs = Programs.in(Built.target().resolve("clusters/train"));
  }

  @AfterAll
  static void stop() {
    if (cluster != null) {
      cluster.close();
    }
  }

  /** Words of a topic, and some of others. */
  private static String words(Random random, int topic, int count) {
    StringBuilder words = new StringBuilder();
    for (int i = 0; i < count; i++) {
      int of = random.nextInt(3) == 0 ? random.nextInt(4) : topic;
      words.append("word").append(of * 30 + random.nextInt(30)).append(' ');
    }
    return words.toString().strip();
  }

  /** The options of a program; what it writes is below a folder for its engine. */
  private static List<String> arguments(String engine, String program, String... more) {
    List<String> all =
        new ArrayList<>(
            List.of(
                program,
                "--input=" + shared.resolve("rows.csv"),
                "--label=topic",
                "--batchRows=50",
                "--output=" + shared.resolve(engine).resolve(program),
                "--runner=" + engine));
    all.addAll(List.of(more));
    return all;
  }

  private static void direct(String program, String... more) throws Exception {
    try (ChildJvm run = programs.start("direct-" + program, arguments("direct", program, more))) {
      assertThat(run.await(LIMIT)).as(run.printed()).isZero();
    }
  }

  private static List<String> onFlink(String program, String... more) {
    List<String> all = arguments("flink", program, more);
    all.add("--parallelism=2");
    return all;
  }

  private static void until(String what, Callable<Boolean> isSo) throws Exception {
    long end = System.nanoTime() + LIMIT.toNanos();
    while (!isSo.call()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("it is not so that " + what + cluster.logs());
      }
      Thread.sleep(20);
    }
  }

  /** The files of a module are the same, byte for byte, and so is its report but for times. */
  private static void assertSame(String program) throws IOException {
    Map<String, byte[]> expected = module("direct", program);
    Map<String, byte[]> found = module("flink", program);
    assertThat(expected).containsKeys("saved_model.pb", "assets/labels.txt");
    assertThat(found.keySet()).isEqualTo(expected.keySet());
    expected.forEach((name, bytes) -> assertThat(found.get(name)).as(name).isEqualTo(bytes));
    assertThat(report("flink", program)).isEqualTo(report("direct", program));
    assertThat(folder("flink", program).resolve(".unfinished-training")).doesNotExist();
  }

  private static Path folder(String engine, String program) {
    return shared.resolve(engine).resolve(program);
  }

  private static Map<String, byte[]> module(String engine, String program) throws IOException {
    Path folder = folder(engine, program);
    Map<String, byte[]> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        String name = folder.relativize(file).toString().replace('\\', '/');
        if (name.endsWith(".pb") || name.contains("/")) {
          files.put(name, Files.readAllBytes(file));
        }
      }
    }
    return files;
  }

  /** A report without times, and without what is of an engine. */
  private static String report(String engine, String program) throws IOException {
    JsonNode report =
        new ObjectMapper().readTree(folder(engine, program).resolve("report.json").toFile());
    for (String name : List.of("seconds", "created", "runner", "detached")) {
      report.findParents(name).forEach(parent -> ((ObjectNode) parent).remove(name));
    }
    return report
        .toPrettyString()
        .replace(shared.resolve("direct").toString(), "")
        .replace(shared.resolve("flink").toString(), "");
  }

  /** The heads that workers began with, and how many steps of each a checkpoint had. */
  private static List<String> starts(List<ChildJvm> workers) throws IOException {
    List<String> all = new ArrayList<>();
    for (ChildJvm worker : workers) {
      STARTS
          .matcher(worker.err())
          .results()
          .forEach(found -> all.add(found.group(1) + " from " + found.group(2)));
    }
    return all;
  }

  private static ChildJvm workerOf(String start) throws IOException {
    for (ChildJvm worker : cluster.taskManagers()) {
      if (starts(List.of(worker)).contains(start)) {
        return worker;
      }
    }
    throw new AssertionError("no worker has " + start + cluster.logs());
  }

  @Test
  void trainsAndEvaluatesAsTheDirectRunnerDoes() throws Exception {
    String module = "--module=" + shared.resolve("module");
    direct("train", module, "--column=title,body", "--epochs=5");
    String said =
        programs.run(
            "train",
            cluster,
            onFlink("train", module, "--column=title,body", "--epochs=5", "--detached"));
    assertThat(said).contains("when its output is whole, there is ");
    until("it is trained", () -> Files.exists(folder("flink", "train").resolve("manifest.json")));
    assertSame("train");

    String trained = "--module=" + folder("direct", "train");
    direct("evaluate", trained);
    programs.run("evaluate", cluster, onFlink("evaluate", trained));
    assertThat(report("flink", "evaluate")).isEqualTo(report("direct", "evaluate"));
  }

  private static boolean isTrained(int head) {
    Path folder = folder("flink", "adanet").resolve(".unfinished-training");
    return Files.exists(folder.resolve("checkpoint-round-0-head-" + head));
  }

  /** Of two heads of a round one is trained, and its worker dies while it trains the other. */
  @Test
  void aWorkerThatDiesInARoundCostsWhatItWasTraining() throws Exception {
    String[] options = {
      "--modules=" + shared.resolve("module"),
      "--column=title,body",
      "--generator=depth",
      "--width=512",
      "--iterations=2",
      "--epochs=150",
      "--patience=0"
    };
    direct("adanet", options);
    List<String> heads = List.of("round 0: linear from 0", "round 0: 1_layer_dnn from 0");
    String trained;
    String killed;
    try (ChildJvm launcher = programs.start("adanet", cluster, onFlink("adanet", options))) {
      until(
          "one head is trained, and the other is not",
          () ->
              !launcher.isAlive()
                  || isTrained(0) != isTrained(1)
                      && starts(cluster.taskManagers()).containsAll(heads));
      int first = isTrained(0) ? 0 : 1;
      trained = heads.get(first);
      killed = heads.get(1 - first);
      assertThat(isTrained(1 - first)).as(killed + launcher.printed()).isFalse();
      workerOf(killed).kill();
      assertThat(launcher.await(LIMIT)).as(launcher.printed()).isZero();
    }
    assertThat(cluster.jobManager().printed()).contains("to RESTARTING");
    assertThat(starts(cluster.everyTaskManager()))
        .filteredOn(heads::contains)
        .containsExactlyInAnyOrder(trained, killed, killed);
    assertSame("adanet");
  }
}
