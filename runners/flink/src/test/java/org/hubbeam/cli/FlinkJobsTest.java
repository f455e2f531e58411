// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.hubbeam.testdata.DemoModule;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a launcher says of its job on a Flink cluster, and what it does when all goes wrong. */
class FlinkJobsTest {

  /** Two rows a call: so many take half a minute. */
  private static final int MANY = 300_000;

  @TempDir private static Path shared;
  @TempDir private Path work;

  private static Path module;
  private static Path lines;
  private static MiniCluster cluster;
  private static String master;

  /** The number of the task manager that is alive. */
  private static int worker;

  @BeforeAll
  static void start() throws Exception {
    module = shared.resolve("demo_module");
    DemoModule.write(module);
    lines =
        Files.write(
            shared.resolve("lines.txt"),
            IntStream.range(0, MANY).mapToObj(i -> "line " + i).toList());
    cluster = cluster();
    cluster.start();
    master = address(cluster);
  }

  private static MiniCluster cluster() {
    Configuration configuration = new Configuration();
    configuration.set(RestOptions.BIND_PORT, "0");
    configuration.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(32));
    configuration.setString("metrics.fetcher.update-interval", "500");
    configuration.setString("heartbeat.interval", "500");
    return new MiniCluster(
        new MiniClusterConfiguration.Builder()
            .setConfiguration(configuration)
            .setNumTaskManagers(1)
            .setNumSlotsPerTaskManager(1)
            .build());
  }

  private static void startWorker() throws Exception {
    cluster.startTaskManager();
    worker++;
  }

  private static String address(MiniCluster of) throws Exception {
    URI address = of.getRestAddress().get();
    return address.getHost() + ":" + address.getPort();
  }

  @AfterAll
  static void stop() throws Exception {
    cluster.close();
  }

  /** A program that runs, and what it has printed. */
  private record Running(CompletableFuture<Integer> code, StringWriter out, StringWriter err) {

    static Running start(List<String> arguments) {
      StringWriter out = new StringWriter();
      StringWriter err = new StringWriter();
      return new Running(
          CompletableFuture.supplyAsync(
              () ->
                  Main.run(
                      new PrintWriter(out, true),
                      new PrintWriter(err, true),
                      arguments.toArray(String[]::new))),
          out,
          err);
    }

    int await() throws Exception {
      return code.get(2, TimeUnit.MINUTES);
    }

    void awaitLine(String regex) throws InterruptedException {
      Pattern line = Pattern.compile(regex);
      FlinkJobsTest.await(() -> code.isDone() || line.matcher(err.toString()).find());
      assertThat(err.toString()).containsPattern(line);
    }
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("in time").isLessThan(end);
      Thread.sleep(50);
    }
  }

  private List<String> embed(String name, String... more) {
    List<String> arguments = new ArrayList<>(List.of("embed", "--module=" + module));
    arguments.add("--output=" + work.resolve(name));
    arguments.addAll(List.of("--flinkMaster=" + master, "--filesToStage=" + shared));
    arguments.addAll(List.of(more));
    return arguments;
  }

  private List<String> slow(String name, String... more) {
    List<String> all = embed(name, "--input=" + lines, "--batchRows=2");
    all.addAll(List.of(more));
    return all;
  }

  private static FlinkRest rest() {
    return new FlinkRest(FlinkMaster.parse(master).orElseThrow());
  }

  @Test
  void aJobIsSeenNamedKeptFromASecondAndCancelled() throws Exception {
    Running job = Running.start(slow("seen", "--parallelism=1"));
    job.awaitLine("\\d %, [1-9][0-9,]* rows after [0-9.]+ s, [0-9,]+ rows?/(s|min), about .* left");
    String name = "hubbeam embed -> " + work.resolve("seen");
    FlinkRest.FlinkJob there =
        rest().jobs().stream().filter(j -> j.name().equals(name)).findFirst().orElseThrow();

    Run second = run(slow("seen", "--overwrite"));
    assertThat(second.code()).isEqualTo(Main.MISUSED);
    assertThat(second.err()).contains(there.id(), "writes to " + work.resolve("seen"), "--cancel=");

    Run listed = run(List.of("jobs", "--flinkMaster=" + master));
    assertThat(listed.code()).as(listed.err()).isZero();
    assertThat(listed.out())
        .containsPattern(
            there.id()
                + "  RUNNING +\\d+ (s|min) +[1-9][0-9,]* rows?  embed -> "
                + work.resolve("seen"));

    Run none = run(List.of("jobs", "--flinkMaster=" + master, "--cancel=" + work.resolve("see")));
    assertThat(none.err()).contains("no such job of hubbeam");
    String output = "--cancel=" + work.resolve("seen");
    Run cancelled = run(List.of("jobs", "--flinkMaster=" + master, output));
    assertThat(cancelled.out().strip()).isEqualTo(there.id() + " CANCELED");
    assertThat(job.await()).isEqualTo(Main.FAILED);
    assertThat(job.err().toString()).contains("the job " + there.id() + " was cancelled");
    assertThat(run(List.of("jobs", "--flinkMaster=" + master, output)).err())
        .contains("has ended already, as CANCELED");
  }

  @Test
  void aJobWithoutALauncherIsWhole() throws Exception {
    Path few = Files.write(work.resolve("few.txt"), Files.readAllLines(lines).subList(0, 20_000));
    List<String> waiting = embed("waiting", "--input=" + few, "--shards=1");
    Run waited = run(waiting);
    assertThat(waited.code()).as(waited.err()).isZero();

    Run submitted =
        run(embed("left", "--input=" + few, "--shards=1", "--batchRows=2", "--detached"));
    assertThat(submitted.code()).as(submitted.err()).isZero();
    String id = submitted.out().replaceAll("(?s)submitted the job ([0-9a-f]{32}), .*", "$1");
    assertThat(rest().job(id).orElseThrow().isAlive()).as("the launcher does not wait").isTrue();
    assertThat(work.resolve("left.manifest.json")).doesNotExist();
    assertThat(submitted.out().lines())
        .containsExactly(
            "submitted the job "
                + id
                + ", 'hubbeam embed -> "
                + work.resolve("left")
                + "', to "
                + master,
            "when its output is whole, there is " + work.resolve("left.manifest.json"),
            "to look: ./hubbeam jobs --flinkMaster=" + master,
            "to cancel: ./hubbeam jobs --flinkMaster=" + master + " --cancel=" + id);

    await(() -> !isAlive(id));
    assertThat(rest().job(id).orElseThrow().state()).isEqualTo("FINISHED");
    assertThat(manifest("left")).isEqualTo(manifest("waiting").replace("waiting-", "left-"));
    assertThat(names())
        .containsExactlyInAnyOrder(
            Stream.of("waiting", "left")
                .flatMap(
                    name ->
                        Stream.of(
                            name + "-00000-of-00001.tfrecord",
                            name + ".failures.jsonl",
                            name + ".manifest.json",
                            name + ".schema.pbtxt"))
                .toArray(String[]::new));
  }

  @Test
  void featuresWithoutALauncherAreWhole() throws Exception {
    Path rows = Files.writeString(work.resolve("in.csv"), "id\n1\n2\n2\nx\n");
    Path spec = work.resolve("spec.yaml");
    Files.writeString(
        spec, "columns:\n  id: {type: int64}\noutputs:\n  x: compute_and_apply_vocabulary(id)\n");
    List<String> transform =
        List.of(
            "transform", "--spec=" + spec, "--input=" + rows, "--output=" + work.resolve("out"));
    List<String> there = new ArrayList<>(transform);
    there.addAll(List.of("--flinkMaster=" + master, "--filesToStage=" + shared));
    Path temp = Files.createDirectory(work.resolve("temp"));
    there.addAll(List.of("--tempLocation=" + temp, "--detached"));
    Run submitted = run(there);
    assertThat(submitted.code()).as(submitted.err()).isZero();
    String id = submitted.out().replaceAll("(?s)submitted the job ([0-9a-f]{32}), .*", "$1");
    await(() -> !isAlive(id));
    assertThat(rest().job(id).orElseThrow().state()).isEqualTo("FINISHED");
    String manifest = manifest("out/");
    assertThat(manifest).contains("\"rows\" : 3").contains("\"failures\" : 1");
    assertThat(names()).containsExactlyInAnyOrder("in.csv", "spec.yaml", "out", "temp");
    assertThat(temp).isDirectoryNotContaining("glob:**/hubbeam-*");
    assertThat(work.resolve("out")).isDirectoryNotContaining("glob:**/.temp-*");

    List<String> here = new ArrayList<>(transform);
    here.addAll(List.of("--overwrite", "--runner=direct", "--shards=1"));
    Run again = run(here);
    assertThat(again.code()).as(again.err()).isZero();
    assertThat(again.err()).doesNotContain("removed");
  }

  @Test
  void aJobThatCannotBeLeftIsRefused() throws Exception {
    for (String engine : List.of("--runner=direct", "--runner=flink")) {
      List<String> job = embed("here", "--input=" + lines, engine, "--detached");
      job.removeIf(argument -> argument.matches("--(flinkMaster|filesToStage).*"));
      Run refused = run(job);
      assertThat(refused.code()).isEqualTo(Main.MISUSED);
      assertThat(refused.err().lines())
          .singleElement()
          .asString()
          .contains("--detached needs a cluster of Flink", "ends with its launcher");
    }
    Run unwatched =
        run(embed("here", "--input=" + lines, "--detached", "--metricsFile=" + work.resolve("m")));
    assertThat(unwatched.code()).isEqualTo(Main.MISUSED);
    assertThat(unwatched.err()).contains("leave it or --detached out");
    assertThat(names()).isEmpty();
  }

  private static boolean isAlive(String id) {
    try {
      return rest().job(id).orElseThrow().isAlive();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A manifest without the time. */
  private String manifest(String name) throws IOException {
    Path file = work.resolve(name.endsWith("/") ? name + "manifest.json" : name + ".manifest.json");
    return Files.readString(file).replaceFirst("\"created\" : \"[^\"]*\"", "");
  }

  private List<String> names() throws IOException {
    try (Stream<Path> all = Files.list(work)) {
      return all.map(file -> file.getFileName().toString())
          .filter(n -> !n.equals("few.txt"))
          .toList();
    }
  }

  @Test
  void aJobOutlivesItsWorkerByDefault() throws Exception {
    Path metrics = work.resolve("metrics.json");
    Path few = Files.write(work.resolve("few.txt"), Files.readAllLines(lines).subList(0, 300_000));
    Running job =
        Running.start(
            embed(
                "outlives",
                "--input=" + few,
                "--batchRows=2",
                "--parallelism=1",
                "--metricsFile=" + metrics));
    job.awaitLine("[1-9][0-9,]* rows? after");
    cluster.terminateTaskManager(worker).get();
    startWorker();

    assertThat(job.await()).as(job.err().toString()).isZero();
    assertThat(job.err().toString()).contains("the job starts anew after: ");
    JsonNode counted = new ObjectMapper().readTree(metrics.toFile());
    assertThat(counted.path("state").asText()).isEqualTo("DONE");
    assertThat(counted.path("counters").path("hubbeam").path("rows_written").asLong())
        .isEqualTo(300_000);
    assertThat(counted.path("rows").path("rows_written").asLong()).isEqualTo(300_000);
    assertThat(Files.readString(work.resolve("outlives.manifest.json")))
        .containsPattern("\"rows\" *: *300000\\b");
    assertThat(
            run(List.of("head", work + "/outlives-00000-of-00001.tfrecord", "--records=999999"))
                .out()
                .lines()
                .distinct())
        .hasSize(300_000);
  }

  @Test
  void anErrorThatComesAgainEndsTheJobWithItsCause() throws Exception {
    Path damaged = work.resolve("damaged.txt.gz");
    Files.write(damaged, gzipped(Files.readAllBytes(lines)));
    try (FileChannel file = FileChannel.open(damaged, StandardOpenOption.WRITE)) {
      file.truncate(Files.size(damaged) / 2);
    }
    List<String> job = embed("again", "--input=" + damaged, "--parallelism=1");
    Path configuration = Files.createDirectories(work.resolve("conf"));
    Files.write(
        configuration.resolve("flink-conf.yaml"),
        List.of(
            "restart-strategy.type: fixed-delay",
            "restart-strategy.fixed-delay.attempts: 2",
            "restart-strategy.fixed-delay.delay: 1 s"));
    job.add("--flinkConfDir=" + configuration);
    Run failed = run(job);

    List<String> here = new ArrayList<>(job);
    here.removeIf(argument -> argument.matches("--(flink|files|parallelism).*"));
    here.add("--runner=direct");
    Run local = run(here);
    assertThat(local.err()).contains("damaged.txt.gz");
    String cause = local.err().lines().reduce((a, b) -> b).orElseThrow();
    assertThat(failed.err().lines().reduce((a, b) -> b)).hasValue(cause);
    assertThat(failed.code()).isEqualTo(local.code());
    assertThat(failed.err()).contains("the job starts anew after: ");
  }

  @Test
  void aJobWithoutSlotsSaysSo() throws Exception {
    List<String> said = new CopyOnWriteArrayList<>();
    cluster.terminateTaskManager(worker).get();
    Running job = Running.start(slow("slots", "--parallelism=3"));
    String name = "hubbeam embed -> " + work.resolve("slots");
    await(() -> jobs(name).size() == 1);
    FlinkWatch.Patience impatient =
        new FlinkWatch.Patience(
            Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofMinutes(1));
    String id = jobs(name).get(0).id();
    CompletableFuture<?> watch =
        CompletableFuture.runAsync(
            () -> new FlinkWatch(rest(), id, listener(said), impatient).await());
    await(() -> !said.isEmpty());
    assertThat(said.get(0))
        .startsWith("waiting for slots: " + master + " has ")
        .contains("up to 3")
        .contains("--parallelism");
    rest().cancel(id);
    assertThat(job.await()).isEqualTo(Main.FAILED);
    assertThatThrownBy(watch::join).hasMessageContaining("was cancelled");
    startWorker();
  }

  @Test
  void aClusterThatIsGoneIsGivenUp() throws Exception {
    MiniCluster other = cluster();
    other.start();
    String gone = address(other);
    other.close();
    List<String> said = new CopyOnWriteArrayList<>();
    FlinkWatch.Patience impatient =
        new FlinkWatch.Patience(Duration.ZERO, Duration.ofMillis(100), Duration.ofSeconds(2));
    FlinkRest rest = new FlinkRest(FlinkMaster.parse(gone).orElseThrow());
    assertThatThrownBy(
            () -> new FlinkWatch(rest, "1".repeat(32), listener(said), impatient).await())
        .isInstanceOf(EnvironmentException.class)
        .hasMessageContaining(gone + " has not answered for 2 s")
        .hasMessageContaining("hubbeam jobs --flinkMaster=" + gone);
    assertThat(said).singleElement().asString().contains(gone + " does not answer");
    assertThatThrownBy(
            () -> new FlinkWatch(rest(), "1".repeat(32), listener(said), impatient).await())
        .hasMessageContaining("does not know the job");
  }

  private static byte[] gzipped(byte[] bytes) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(bytes);
    }
    return packed.toByteArray();
  }

  private static List<FlinkRest.FlinkJob> jobs(String name) {
    try {
      return rest().jobs().stream().filter(job -> job.name().equals(name)).toList();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static JobWatch listener(List<String> said) {
    return new JobWatch() {
      @Override
      public Set<String> counters() {
        return Set.of();
      }

      @Override
      public void counted(java.util.Map<String, RowCount.Seen> seen) {}

      @Override
      public void say(String line) {
        said.add(line);
      }
    };
  }

  /** What a program that ended has printed. */
  private record Run(int code, String out, String err) {}

  private static Run run(List<String> arguments) throws Exception {
    Running running = Running.start(arguments);
    int code = running.await();
    return new Run(code, running.out().toString(), running.err().toString());
  }
}
