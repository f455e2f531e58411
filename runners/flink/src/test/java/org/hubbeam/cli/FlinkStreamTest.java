// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.io.GenerateSequence;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.transforms.Combine;
import org.apache.beam.sdk.transforms.Count;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.MapElements;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.windowing.AfterPane;
import org.apache.beam.sdk.transforms.windowing.AfterWatermark;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.FixedWindows;
import org.apache.beam.sdk.transforms.windowing.PaneInfo;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.TypeDescriptors;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.executiongraph.ErrorInfo;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.hubbeam.hub.FolderDigest;
import org.hubbeam.inference.HubEmbed;
import org.hubbeam.inference.MaxWait;
import org.hubbeam.inference.ModuleSpec;
import org.hubbeam.testdata.DemoModule;
import org.joda.time.Duration;
import org.joda.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Streams on Flink, with checkpoints. */
class FlinkStreamTest {
  private static final Instant START = Instant.parse("2025-01-01T00:00:00Z");

  private static final Queue<String> TEXTS = new ConcurrentLinkedQueue<>();
  private static final Queue<String> DIGESTS = new ConcurrentLinkedQueue<>();
  private static final Queue<Counted> COUNTS = new ConcurrentLinkedQueue<>();

  @TempDir private static Path shared;
  @TempDir private Path work;

  private Path modules;
  private static MiniCluster cluster;
  private static String master;

  /** How many elements a pane of a window had. */
  private record Counted(String window, String timing, long elements) {}

  @BeforeAll
  static void start() throws Exception {
    Configuration configuration = new Configuration();
    configuration.set(RestOptions.BIND_PORT, "0");
    configuration.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(32));
    cluster =
        new MiniCluster(
            new MiniClusterConfiguration.Builder()
                .setConfiguration(configuration)
                .setNumTaskManagers(1)
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

  @BeforeEach
  void write() throws IOException {
    modules = work.resolve("modules");
    add(1);
  }

  /** Adds a version, other than the versions before; gives its digest. */
  private String add(int version) throws IOException {
    Path folder = work.resolve("incomplete");
    DemoModule.write(folder);
    Files.writeString(folder.resolve("version.txt"), "version " + version);
    Files.createDirectories(modules);
    Files.move(folder, modules.resolve(Integer.toString(version)));
    return FolderDigest.of(modules.resolve(Integer.toString(version)));
  }

  @AfterEach
  void cancel() throws Exception {
    for (var job : cluster.listJobs().get()) {
      if (!job.getJobState().isGloballyTerminalState()) {
        cluster.cancelJob(job.getJobId()).get();
      }
    }
    TEXTS.clear();
    DIGESTS.clear();
    COUNTS.clear();
  }

  private static final class NoteText extends DoFn<KV<String, KV<String, float[]>>, String> {
    private static final long serialVersionUID = 1;

    @ProcessElement
    public void process(
        @Element KV<String, KV<String, float[]>> embedded, OutputReceiver<String> out) {
      String text = embedded.getValue().getKey();
      TEXTS.add(text);
      DIGESTS.add(embedded.getKey());
      out.output(text);
    }
  }

  private static final class NoteCount extends DoFn<Long, Void> {
    private static final long serialVersionUID = 1;

    @ProcessElement
    public void process(@Element Long count, BoundedWindow window, PaneInfo pane) {
      COUNTS.add(new Counted(window.toString(), pane.getTiming().name(), count));
    }
  }

  /** Starts a stream of 200 texts a second, which takes a second to be a second later. */
  private JobID stream(MaxWait wait, String... more) throws Exception {
    List<String> options =
        new ArrayList<>(
            List.of(
                "--runner=FlinkRunner",
                "--flinkMaster=" + master,
                "--parallelism=2",
                "--filesToStage=" + shared,
                "--streaming=true",
                "--attachedMode=false",
                "--checkpointingInterval=500",
                "--finishBundleBeforeCheckpointing=true",
                "--autoWatermarkInterval=100",
                "--jobName=stream" + System.nanoTime()));
    options.addAll(List.of(more));
    Pipeline pipeline =
        Pipeline.create(PipelineOptionsFactory.fromArgs(options.toArray(String[]::new)).create());
    HubEmbed<String, KV<String, KV<String, float[]>>> embed =
        HubEmbed.texts(ModuleSpec.of(modules.toString()).withUpdates(Duration.millis(200)))
            .withDigest();
    PCollection<String> texts =
        pipeline
            .apply(
                GenerateSequence.from(0)
                    .withRate(200, Duration.standardSeconds(1))
                    .withTimestampFn(i -> START.plus(Duration.millis(5 * i))))
            .apply(MapElements.into(TypeDescriptors.strings()).via((Long i) -> "text " + i))
            .apply(embed.withMaxWait(wait))
            .embeddings()
            .apply("Note", ParDo.of(new NoteText()));
    texts
        .apply(
            Window.<String>into(FixedWindows.of(Duration.standardSeconds(1)))
                .triggering(
                    AfterWatermark.pastEndOfWindow()
                        .withLateFirings(AfterPane.elementCountAtLeast(1)))
                .withAllowedLateness(Duration.standardDays(1))
                .discardingFiredPanes())
        .apply(Combine.globally(Count.<String>combineFn()).withoutDefaults())
        .apply("NoteCounts", ParDo.of(new NoteCount()));
    Collection<JobID> before = new HashSet<>();
    cluster.listJobs().get().forEach(job -> before.add(job.getJobId()));
    pipeline.run();
    return cluster.listJobs().get().stream()
        .map(job -> job.getJobId())
        .filter(id -> !before.contains(id))
        .findFirst()
        .orElseThrow();
  }

  private enum StopMode {
    /** To be resumed: what waits goes on waiting. */
    SUSPEND,
    /** For good: nothing waits any more. */
    DRAIN
  }

  /** Stops a job and gives the path of its savepoint. */
  private String stop(JobID job, StopMode mode) throws Exception {
    String savepoint =
        cluster
            .stopWithSavepoint(
                job,
                work.resolve("savepoints").toString(),
                mode == StopMode.DRAIN,
                SavepointFormatType.CANONICAL)
            .get();
    await(job, () -> JobStatus.FINISHED.equals(cluster.getJobStatus(job).join()));
    return savepoint;
  }

  /** Each of the two parts of the source ends at a number of its own; one has the even ones. */
  private static void assertOnceEach() {
    for (int part = 0; part < 2; part++) {
      int first = part;
      List<Integer> numbers =
          TEXTS.stream()
              .map(text -> Integer.valueOf(text.replace("text ", "")))
              .filter(i -> i % 2 == first)
              .sorted()
              .toList();
      assertThat(numbers)
          .isEqualTo(IntStream.range(0, numbers.size()).mapToObj(i -> 2 * i + first).toList());
    }
  }

  private static void await(JobID job, BooleanSupplier condition) throws Exception {
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(5);
    while (!condition.getAsBoolean()) {
      ErrorInfo error = cluster.getExecutionGraph(job).get().getFailureInfo();
      if (error != null) {
        throw new AssertionError("the job fails: " + error.getExceptionAsString());
      }
      assertThat(System.nanoTime())
          .as("%s texts, %s: five minutes are over", TEXTS.size(), COUNTS)
          .isLessThan(end);
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  @Test
  void noElementIsLateBecauseItWaited() throws Exception {
    JobID job = stream(MaxWait.of(Duration.millis(2500)).withShards(2));
    await(job, () -> COUNTS.size() >= 6);
    assertThat(COUNTS).allMatch(c -> c.timing.equals("ON_TIME"), "on time");
    assertThat(COUNTS).allMatch(c -> c.elements == 200, "all elements");
  }

  @Test
  void aStreamGoesOnFromItsSavepointWithNewVersionsAndIsDrained() throws Exception {
    String one = FolderDigest.of(modules.resolve("1"));
    MaxWait wait = MaxWait.of(Duration.standardSeconds(2)).withShards(2);
    JobID first = stream(wait);
    await(first, () -> TEXTS.size() >= 400);
    Files.createDirectories(modules.resolve("2/variables"));
    Files.writeString(modules.resolve("2/saved_model.pb"), "not a module");
    String three = add(3);
    await(first, () -> DIGESTS.contains(three));
    String savepoint = stop(first, StopMode.SUSPEND);
    int before = TEXTS.size();
    String four = add(4);
    JobID second = stream(wait, "--savepointPath=" + savepoint);
    await(second, () -> TEXTS.size() >= before + 600);
    stop(second, StopMode.DRAIN);
    assertOnceEach();
    assertThat(DIGESTS).containsOnly(one, three, four);
    assertThat(COUNTS).allMatch(c -> c.timing.equals("ON_TIME"), "on time");
    assertThat(COUNTS.stream().mapToLong(Counted::elements).sum()).isEqualTo(TEXTS.size());
  }
}
