// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.io.TextIO;
import org.apache.beam.sdk.metrics.MetricNameFilter;
import org.apache.beam.sdk.metrics.MetricsFilter;
import org.apache.beam.sdk.transforms.MapElements;
import org.apache.beam.sdk.transforms.Reshuffle;
import org.apache.beam.sdk.values.TypeDescriptors;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.hubbeam.inference.HubEmbed;
import org.hubbeam.inference.HubMetrics;
import org.hubbeam.inference.ModuleSpec;
import org.hubbeam.testdata.DemoModule;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jobs on a Flink cluster of two task managers, submitted at its REST address. */
class FlinkClusterTest {

  private static final int LINES = 30_000;
  private static final String PADDING = " .".repeat(100);

  @TempDir private static Path shared;
  @TempDir private Path work;

  private static Path module;
  private static MiniCluster cluster;
  private static String master;

  @BeforeAll
  static void start() throws Exception {
    module = shared.resolve("demo_module");
    DemoModule.write(module);
    Configuration configuration = new Configuration();
    configuration.set(RestOptions.BIND_PORT, "0");
    configuration.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(32));
    cluster =
        new MiniCluster(
            new MiniClusterConfiguration.Builder()
                .setConfiguration(configuration)
                .setNumTaskManagers(2)
                .setNumSlotsPerTaskManager(2)
                .build());
    cluster.start();
    URI address = cluster.getRestAddress().get();
    master = address.getHost() + ":" + address.getPort();
  }

  @AfterAll
  static void stop() throws Exception {
    cluster.close();
  }

  @Test
  void oneLargeFileIsEmbeddedByTwoTasksOnceALine() throws IOException {
    List<String> texts = IntStream.range(0, LINES).mapToObj(i -> "line " + i + PADDING).toList();
    Path input = Files.write(work.resolve("texts.txt"), texts);
    assertThat(Files.size(input)).isGreaterThan(4 << 20);

    embed(input, "large");

    List<String> first = records("large-00000-of-00002.tfrecord");
    List<String> second = records("large-00001-of-00002.tfrecord");
    assertThat(first).isNotEmpty();
    assertThat(second).isNotEmpty();
    assertThat(Stream.of(first, second).flatMap(List::stream).map(FlinkClusterTest::text))
        .containsExactlyInAnyOrderElementsOf(texts);
    assertThat(Files.readString(work.resolve("large.manifest.json")))
        .containsPattern("\"rows\" *: *" + LINES + "\\b");
  }

  @Test
  void aClusterRunsJobAfterJobWithTheSameVectors() throws IOException {
    Path input = Files.write(work.resolve("texts.txt"), List.of("the parcel", "", "is late"));
    List<List<String>> runs = new ArrayList<>();
    for (String name : List.of("one", "two", "three")) {
      embed(input, name, "--blank=fail", "--shards=1");
      runs.add(records(name + "-00000-of-00001.tfrecord"));
      assertThat(Files.readAllLines(work.resolve(name + ".failures.jsonl")))
          .singleElement()
          .asString()
          .contains("texts.txt@11", "blank");
    }
    assertThat(runs.get(0).stream().map(FlinkClusterTest::text))
        .containsExactlyInAnyOrder("the parcel", "is late");
    assertThat(runs.get(1)).containsExactlyInAnyOrderElementsOf(runs.get(0));
    assertThat(runs.get(2)).containsExactlyInAnyOrderElementsOf(runs.get(0));
  }

  @Test
  void anIndexHasTheSameBytesOnAClusterAsHere() throws IOException {
    List<String> texts = IntStream.range(0, 500).mapToObj(i -> "line " + i).toList();
    embed(Files.write(work.resolve("texts.txt"), texts), "v");

    index("here", List.of("--runner=direct"));
    index("there", clusterOptions());

    for (String file : List.of("index.json", "shard-00002-of-00003.hnsw")) {
      assertThat(Files.readAllBytes(work.resolve("there").resolve(file)))
          .isEqualTo(Files.readAllBytes(work.resolve("here").resolve(file)));
    }
  }

  private void index(String output, List<String> engine) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "index",
                "--input=" + work.resolve("v"),
                "--output=" + work.resolve(output),
                "--shards=3"));
    arguments.addAll(engine);
    StringWriter err = new StringWriter();
    int code =
        Main.run(
            new PrintWriter(new StringWriter()),
            new PrintWriter(err),
            arguments.toArray(new String[0]));
    assertThat(code).as(err.toString()).isZero();
  }

  @Test
  void aModuleIsLoadedOnceForAllTasksOfAllJobs() throws IOException {
    Path copy = work.resolve("module");
    DemoModule.write(copy);
    List<String> texts = IntStream.range(0, 2_000).mapToObj(i -> "line " + i).toList();
    Path input = Files.write(work.resolve("texts.txt"), texts);
    List<Long> loads = new ArrayList<>();
    for (String name : List.of("one", "two", "three")) {
      PipelineResult done = embedElements(copy, input, work.resolve(name));
      loads.add(counter(done, copy, HubMetrics.LOADS));
      assertThat(counter(done, copy, HubMetrics.ROWS)).isEqualTo(texts.size());
      assertThat(counter(done, copy, HubMetrics.CACHE_HITS)).isPositive();
      assertThat(lines(name)).containsExactlyInAnyOrderElementsOf(texts);
    }
    assertThat(loads).containsExactly(1L, 0L, 0L);
  }

  /** The lines are dealt out to both tasks in turn. */
  private PipelineResult embedElements(Path from, Path input, Path output) {
    Pipeline pipeline =
        Pipeline.create(Engines.options("flink", clusterOptions(), name -> List.of()));
    pipeline
        .apply(TextIO.read().from(input.toString()))
        .apply(Reshuffle.viaRandomKey())
        .apply(HubEmbed.texts(ModuleSpec.of(from.toString())))
        .embeddings()
        .apply(MapElements.into(TypeDescriptors.strings()).via(pair -> pair.getKey()))
        .apply(TextIO.write().to(output.toString()).withNumShards(2));
    PipelineResult result = pipeline.run();
    assertThat(result.waitUntilFinish()).isEqualTo(PipelineResult.State.DONE);
    return result;
  }

  private List<String> lines(String name) throws IOException {
    List<String> all = new ArrayList<>();
    for (int shard = 0; shard < 2; shard++) {
      all.addAll(Files.readAllLines(work.resolve(name + "-0000" + shard + "-of-00002")));
    }
    return all;
  }

  private static long counter(PipelineResult done, Path module, String name) {
    MetricNameFilter metric = MetricNameFilter.named(HubMetrics.namespace(module.toString()), name);
    long sum = 0;
    for (var counter :
        done.metrics()
            .queryMetrics(MetricsFilter.builder().addNameFilter(metric).build())
            .getCounters()) {
      sum += counter.getAttempted();
    }
    return sum;
  }

  /** Nothing is sent to the task managers: they live in this JVM and have its classes. */
  private static List<String> clusterOptions() {
    return List.of("--flinkMaster=" + master, "--parallelism=2", "--filesToStage=" + shared);
  }

  private void embed(Path input, String name, String... more) {
    List<String> arguments = new ArrayList<>(List.of("embed", "--module=" + module));
    arguments.addAll(List.of("--input=" + input, "--output=" + work.resolve(name)));
    arguments.addAll(clusterOptions());
    arguments.addAll(List.of(more));
    run(arguments);
  }

  /** The records of a file as lines of JSON, vectors in full. */
  private List<String> records(String file) {
    String path = work.resolve(file).toString();
    return run(List.of("head", path, "--records=" + LINES, "--values=128")).lines().toList();
  }

  private static String text(String record) {
    return record.replaceAll(".*\"text\":\\[\"(.*)\"].*", "$1");
  }

  private static String run(List<String> arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code =
        Main.run(
            new PrintWriter(out, true),
            new PrintWriter(err, true),
            arguments.toArray(String[]::new));
    assertThat(code).as(err.toString()).isZero();
    return out.toString();
  }
}
