// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.hubbeam.testdata.DemoModule;
import org.hubbeam.testing.ChildJvm;
import org.hubbeam.testing.Records;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The programs through spark-submit; what they write is what the direct runner writes. */
class SparkIT {

  private static final int LINES = 20_000;
  private static final int PEOPLE = 40_000;

  private static final String SPEC =
      """
      columns:
        age: {type: float32}
        words: {type: string}
      outputs:
        age_b: bucketize(age, num_buckets=4)
        age_01: scale_to_0_1(age)
        ids: compute_and_apply_vocabulary(to_lower(words), vocab_filename=words)
      """;

  @TempDir private static Path shared;
  private static SparkProcesses spark;

  @BeforeAll
  static void start() throws Exception {
    DemoModule.write(shared.resolve("module"));
    for (String half : List.of("a", "b")) {
      Files.write(
          shared.resolve("texts-" + half + ".txt"),
          IntStream.range(0, LINES / 2).mapToObj(i -> half + " line " + i).toList());
    }
    Files.writeString(shared.resolve("spec.yaml"), SPEC);
    Files.write(
        shared.resolve("people.csv"),
        Stream.concat(
                Stream.of("age,words"),
                IntStream.range(0, PEOPLE).mapToObj(i -> i % 97 + ",w" + i % (i % 40 + 1)))
            .toList());
    spark = SparkProcesses.start("spark", List.of("127.0.0.1", "127.0.0.2"));
  }

  @AfterAll
  static void stop() {
    if (spark != null) {
      spark.close();
    }
  }

  @Test
  void embedWritesWhatTheDirectRunnerWrites() throws Exception {
    direct("direct-embed", embed("direct-embed"));
    String said = submit("embed", embed("embed"));
    assertThat(said).contains(String.format("%,d rows, 0 failures", LINES));
    assertThat(said).contains("on Spark ->");
    assertSameRows("embed", "direct-embed");
    assertNothingLeft();
  }

  @Test
  void transformAndApplyWriteWhatTheDirectRunnerWrites() throws Exception {
    direct("direct-transform", transform("direct-transform"));
    submit("transform", transform("transform"));
    assertSameRows("transform/train", "direct-transform/train");
    assertThat(shared.resolve("transform/transform_fn/assets/words"))
        .hasSameBinaryContentAs(shared.resolve("direct-transform/transform_fn/assets/words"));
    submit(
        "apply",
        List.of(
            "apply",
            "--transformOutput=" + shared.resolve("transform"),
            "--input=" + shared.resolve("people.csv"),
            "--output=" + shared.resolve("apply")));
    assertSameRows("apply", "direct-transform/train");
    assertNothingLeft();
  }

  @Test
  void anExecutorKilledWhileEmbeddingLosesAndDoublesNothing() throws Exception {
    try (ChildJvm driver =
        spark.submit("killed-embed", spark.master(), List.of(), embed("killed-embed"))) {
      kill(spark.awaitCalling(driver));
      spark.end(driver);
    }
    assertThat(texts("killed-embed")).hasSize(LINES).doesNotHaveDuplicates();
    assertNothingLeft();
  }

  /** One while analysing, which calls the graph of the function, and one while writing. */
  @Test
  void executorsKilledWhileTransformingLoseAndDoubleNothing() throws Exception {
    try (ChildJvm driver =
        spark.submit(
            "killed-transform", spark.master(), List.of(), transform("killed-transform"))) {
      kill(spark.awaitCalling(driver));
      awaitPart(driver);
      for (ProcessHandle executor : spark.executors()) {
        kill(executor);
      }
      spark.end(driver);
      assertThat(driver.printed().split("Lost executor ", -1)).hasSizeGreaterThan(2);
    }
    assertThat(rows("killed-transform/train")).hasSize(PEOPLE);
    assertNothingLeft();
  }

  /** Half of the tasks are started a second time, on the other host. */
  @Test
  void tasksThatRunTwiceAreWrittenOnce() throws Exception {
    String said =
        spark.run(
            "speculative",
            spark.master(),
            List.of(
                "spark.speculation=true",
                "spark.speculation.interval=20ms",
                "spark.speculation.multiplier=0",
                "spark.speculation.quantile=0.01",
                "spark.speculation.minTaskRuntime=10ms"),
            embed("speculative"));
    assertThat(said).contains("as speculatable");
    assertThat(texts("speculative")).hasSize(LINES).doesNotHaveDuplicates();
    assertNothingLeft();
  }

  @Test
  void withoutAClusterItRunsInTheDriver() throws Exception {
    String said = spark.run("local", "local[2]", List.of(), embed("local"));
    assertThat(said).contains(String.format("%,d rows, 0 failures", LINES));
    assertThat(texts("local")).hasSize(LINES).doesNotHaveDuplicates();
  }

  private static void kill(ProcessHandle executor) throws Exception {
    executor.destroyForcibly();
    executor.onExit().get(30, TimeUnit.SECONDS);
  }

  /** Waits for the first bytes of rows that are written. */
  private static void awaitPart(ChildJvm driver) throws Exception {
    while (driver.isAlive()) {
      try (Stream<Path> all = Files.walk(shared)) {
        if (all.anyMatch(path -> path.toString().contains("/parts-") && length(path) > 0)) {
          return;
        }
      } catch (UncheckedIOException e) {
        // A folder that went meanwhile.
      }
      Thread.sleep(20);
    }
    throw new AssertionError("no part was seen:\n" + driver.printed());
  }

  private static long length(Path path) {
    try {
      return Files.isRegularFile(path) ? Files.size(path) : 0;
    } catch (IOException e) {
      return 0;
    }
  }

  private static List<String> embed(String output) {
    return List.of(
        "embed",
        "--module=" + shared.resolve("module"),
        "--input=" + shared.resolve("texts-*.txt"),
        "--output=" + shared.resolve(output));
  }

  private static List<String> transform(String output) {
    return List.of(
        "transform",
        "--spec=" + shared.resolve("spec.yaml"),
        "--input=" + shared.resolve("people.csv"),
        "--output=" + shared.resolve(output),
        "--tempLocation=" + shared.resolve("temp"));
  }

  private static String submit(String name, List<String> arguments) throws Exception {
    return spark.run(name, spark.master(), List.of(), arguments);
  }

  private static void direct(String name, List<String> arguments) throws Exception {
    List<String> all = new ArrayList<>(arguments);
    all.add("--runner=direct");
    try (ChildJvm program =
        ChildJvm.start(
            name,
            ChildJvm.Launch.of("org.hubbeam.cli.Main")
                .withClassPath(withoutSpark())
                .withFlags(List.of("-XX:TieredStopAtLevel=1", "-Xmx1g"))
                .withArguments(all),
            SparkProcesses.target().resolve("clusters/direct"))) {
      spark.end(program);
    }
  }

  /** This class path has Spark's runner, but no Spark. */
  private static String withoutSpark() {
    String all = ChildJvm.Launch.of("").classPath();
    return Stream.of(all.split(File.pathSeparator, -1))
        .filter(jar -> !jar.contains("beam-runners-spark"))
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static void assertSameRows(String output, String expected) throws IOException {
    List<String> rows = rows(expected);
    assertThat(rows).isNotEmpty();
    assertThat(rows(output)).isEqualTo(rows);
  }

  /** The records of all files with a prefix, sorted. */
  private static List<String> rows(String prefix) throws IOException {
    return records(prefix).stream().map(HexFormat.of()::formatHex).sorted().toList();
  }

  /** The lines that were embedded. */
  private static List<String> texts(String prefix) throws IOException {
    return records(prefix).stream()
        .map(record -> new String(record, StandardCharsets.ISO_8859_1))
        .map(record -> record.replaceFirst("(?s).*?([ab] line \\d+).*", "$1"))
        .toList();
  }

  private static List<byte[]> records(String prefix) throws IOException {
    Path path = shared.resolve(prefix);
    List<byte[]> records = new ArrayList<>();
    try (Stream<Path> files = Files.list(path.getParent())) {
      String start = path.getFileName() + "-0";
      for (Path file :
          files.filter(f -> f.getFileName().toString().startsWith(start)).sorted().toList()) {
        records.addAll(Records.read(file));
      }
    }
    return records;
  }

  private static void assertNothingLeft() throws IOException {
    try (Stream<Path> all = Files.walk(shared)) {
      assertThat(all.filter(path -> path.toString().contains(".temp-"))).isEmpty();
    }
  }
}
