// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.hubbeam.files.RunFolder;
import org.hubbeam.files.RunOptions;
import org.hubbeam.files.ThisProcess;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Of runs with the same output, one goes on at a time, and what dead ones left goes. */
class RunClaimTest {

  private static final RunRecord.EngineJob HERE =
      new RunRecord.EngineJob("direct", "", "", "hubbeam embed -> x");

  @TempDir Path work;
  private Path spec;

  @BeforeEach
  void setUp() throws IOException {
    Files.writeString(work.resolve("in.csv"), "id\n1\n2\n");
    spec = work.resolve("spec.yaml");
    Files.writeString(
        spec, "columns:\n  id: {type: int64}\noutputs:\n  x: compute_and_apply_vocabulary(id)\n");
  }

  private Run transform(String... more) {
    List<String> arguments =
        new ArrayList<>(List.of("transform", "--spec=" + spec, "--output=" + work.resolve("out")));
    arguments.addAll(List.of(more));
    if (Stream.of(more).noneMatch(option -> option.startsWith("--input="))) {
      arguments.add("--input=" + work.resolve("in.csv"));
    }
    return Run.of(arguments.toArray(String[]::new));
  }

  /** What a run says of those beside its output, before it does anything else. */
  private String checked() throws IOException {
    StringWriter err = new StringWriter();
    FeatureFolder output = new FeatureFolder(work.resolve("out").toString(), 0);
    new OtherRuns(output, new PrintWriter(err)).check();
    return err.toString();
  }

  private List<String> names(String folder) throws IOException {
    try (Stream<Path> all = Files.list(work.resolve(folder))) {
      return all.map(f -> f.getFileName().toString()).sorted().toList();
    }
  }

  private static RunRecord.Launcher here() {
    return new RunRecord.Launcher(
        ThisProcess.host(), ThisProcess.scope(), ThisProcess.pid(), ThisProcess.started());
  }

  private static RunRecord.Launcher dead() throws Exception {
    Process ended =
        new ProcessBuilder(ServerLog.java(), "-version").redirectErrorStream(true).start();
    ended.getInputStream().readAllBytes();
    ended.waitFor();
    return new RunRecord.Launcher(
        ThisProcess.host(), ThisProcess.scope(), ended.pid(), Instant.now());
  }

  private static RunRecord.Launcher elsewhere() {
    return new RunRecord.Launcher("worker-9", "another machine", 12, Instant.now());
  }

  /** A folder as a run of {@link #transform} has it before it ends. */
  private Path left(RunRecord.EngineJob job, RunRecord.Launcher launcher) throws IOException {
    Path folder = Files.createDirectories(work.resolve("out/" + RunFolder.PREFIX + "1"));
    Path temp = Files.createDirectories(work.resolve("temp/hubbeam-1/phase_0"));
    Files.writeString(temp.resolve("saved_model.pb"), "x");
    Files.createDirectories(folder.resolve("parts-train"));
    Files.writeString(folder.resolve("parts-train/1"), "x");
    RunRecord record =
        new RunRecord(
            "transform",
            work.resolve("out").toString(),
            job,
            launcher,
            temp.getParent().toString(),
            Instant.now());
    Files.writeString(folder.resolve("run.json"), record.toJson());
    return folder;
  }

  private static void age(Path folder) throws IOException {
    FileTime before = FileTime.from(Instant.now().minus(Duration.ofDays(2)));
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : all.toList()) {
        Files.setLastModifiedTime(file, before);
      }
    }
  }

  @Test
  void aRunThatEndsLeavesItsOutputOnly() throws IOException {
    Files.createDirectory(work.resolve("mine"));
    Files.writeString(work.resolve("mine/note"), "x");

    assertThat(transform().code()).isZero();
    assertThat(names("out")).noneMatch(name -> name.startsWith(".")).contains("manifest.json");
    for (String temp : List.of("mine", "not/there")) {
      Run run = transform("--overwrite", "--runner=direct", "--tempLocation=" + work.resolve(temp));
      assertThat(run.code()).as(run.err()).isZero();
    }

    assertThat(names("mine")).containsExactly("note");
    assertThat(work.resolve("not/there")).doesNotExist();
  }

  @Test
  void aRunThatFailsLeavesNothing() throws IOException {
    Files.createDirectory(work.resolve("mine"));
    byte[] records = new byte[1 << 16];
    records[0] = 16;
    Files.write(work.resolve("bad.tfrecord"), records);

    Run run =
        transform(
            "--input=" + work.resolve("bad.tfrecord"),
            "--runner=direct",
            "--tempLocation=" + work.resolve("mine"));

    assertThat(run.code()).as(run.err()).isEqualTo(1);
    assertThat(run.err()).contains("bad.tfrecord");
    assertThat(names("out")).isEmpty();
    assertThat(names("mine")).isEmpty();
  }

  @Test
  void whatADeadRunLeftGoes() throws Exception {
    Path folder = left(HERE, dead());
    Path part =
        Files.writeString(
            work.resolve("out/failures.jsonl.01234567-0123-4567-89ab-0123456789ab.part"), "x");
    Files.writeString(work.resolve("out/mine.part"), "x");

    assertThat(checked()).contains("removed " + folder).contains("has ended");
    assertThat(folder).doesNotExist();
    assertThat(part).doesNotExist();
    assertThat(work.resolve("temp/hubbeam-1")).doesNotExist();
    assertThat(work.resolve("out/mine.part")).exists();
  }

  @Test
  void aLivingRunIsLeftAlone() throws Exception {
    Path folder = left(HERE, here());

    Run run = transform("--overwrite");

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err())
        .contains(work.resolve("out") + " is being written by hubbeam transform, process ")
        .contains(ThisProcess.pid() + " on " + ThisProcess.host());
    assertThat(names("out")).containsExactly(folder.getFileName().toString());
    assertThat(folder.resolve("parts-train/1")).exists();
  }

  @Test
  void anotherProcessWithItsNumberIsNotTheRun() throws Exception {
    RunRecord.Launcher me = here();
    left(
        HERE,
        new RunRecord.Launcher(
            me.host(), me.scope(), me.pid(), me.started().minus(Duration.ofHours(1))));

    assertThat(checked()).contains("removed");
    assertThat(names("out")).isEmpty();
  }

  @Test
  void aRunOfAnotherMachineIsNeverRemoved() throws Exception {
    Path folder = left(HERE, elsewhere());

    assertThatThrownBy(this::checked)
        .isInstanceOf(EnvironmentException.class)
        .hasMessageContaining("may still be written by")
        .hasMessageContaining("worker-9")
        .hasMessageContaining("delete " + folder);
    age(folder);
    assertThat(checked()).contains(folder + " was left by", "worker-9");
    left(new RunRecord.EngineJob("spark", "spark://h:7077", "", "n"), elsewhere());
    age(folder);
    assertThat(checked()).as("a driver is there with its launcher").contains("was left by");
    assertThat(folder.resolve("parts-train/1")).exists();
  }

  @Test
  void aFolderWithoutRecordGoesAfterADay() throws Exception {
    Path young = Files.createDirectories(work.resolve("out/" + RunFolder.PREFIX + "young"));
    Path old = Files.createDirectories(work.resolve("out/" + RunFolder.PREFIX + "old"));
    Files.writeString(young.resolve("part"), "x");
    Files.writeString(old.resolve("part"), "x");
    age(young);
    age(old);
    Files.writeString(young.resolve("part"), "xy");

    assertThat(checked()).contains("removed " + old).doesNotContain(young.toString());
    assertThat(old).doesNotExist();
    assertThat(young.resolve("part")).exists();
  }

  @Test
  void runsOfOtherOutputsDoNotMatter() throws Exception {
    Path folder = left(HERE, here());
    OutputPrefix other = new OutputPrefix(work.resolve("out/other").toString(), 0);

    new OtherRuns(other, new PrintWriter(new StringWriter())).check();

    assertThat(folder.resolve("parts-train/1")).exists();
  }

  /** Answers as a Flink cluster that knows one job. */
  private static HttpServer cluster(String state) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/v1/jobs/overview",
        request -> {
          byte[] answer =
              """
              {"jobs": [{"jid": "0a", "name": "n", "state": "%s", "start-time": 1, "tasks": {}}]}
              """
                  .formatted(state)
                  .getBytes(StandardCharsets.UTF_8);
          request.sendResponseHeaders(200, answer.length);
          request.getResponseBody().write(answer);
          request.close();
        });
    server.start();
    return server;
  }

  private static RunRecord.EngineJob on(HttpServer cluster, String id, String name) {
    return new RunRecord.EngineJob(
        "flink", "127.0.0.1:" + cluster.getAddress().getPort(), id, name);
  }

  @Test
  void aJobGoesOnWithoutItsLauncher() throws Exception {
    HttpServer cluster = cluster("RUNNING");
    try {
      Path folder = left(on(cluster, "0a", "other"), dead());

      assertThatThrownBy(this::checked)
          .hasMessageContaining("is being written by the job 'other' on 127.0.0.1:")
          .hasMessageContaining("./hubbeam jobs --flinkMaster=127.0.0.1:");
      assertThat(folder.resolve("parts-train/1")).exists();
    } finally {
      cluster.stop(0);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"FAILED", "CANCELED", "FINISHED"})
  void whatAJobLeftThatHasEndedGoes(String state) throws Exception {
    HttpServer cluster = cluster(state);
    try {
      left(on(cluster, "0a", "n"), dead());

      assertThat(checked()).contains("removed");
      assertThat(names("out")).isEmpty();
    } finally {
      cluster.stop(0);
    }
  }

  @Test
  void aClusterThatDoesNotAnswerMayRunTheJob() throws Exception {
    HttpServer cluster = cluster("FAILED");
    cluster.stop(0);
    Path folder = left(on(cluster, "0a", "n"), dead());

    assertThatThrownBy(this::checked).hasMessageContaining("may still be written by the job 'n'");
    assertThat(folder).exists();
  }

  @Test
  void theLauncherOfAnotherMachineMayHaveAJobToSubmit() throws Exception {
    HttpServer cluster = cluster("FINISHED");
    try {
      Path folder = left(on(cluster, "1b", "m"), elsewhere());

      assertThatThrownBy(this::checked).hasMessageContaining("may still be written by");
      age(folder);
      assertThat(checked()).contains("removed");
      assertThat(folder).doesNotExist();
    } finally {
      cluster.stop(0);
    }
  }

  @Test
  void ofTwoThatBeginTogetherOneGoesOn() throws Exception {
    OutputPrefix output = new OutputPrefix(work.resolve("two/v").toString(), 0);
    StringWriter err = new StringWriter();
    OtherRuns others = new OtherRuns(output, new PrintWriter(err));
    RunClaim first = claim(output, others);

    assertThatThrownBy(() -> claim(output, others)).isInstanceOf(EnvironmentException.class);
    assertThat(names("two")).as("the second has left nothing").hasSize(1);
    first.release();
    claim(output, others).release();
    assertThat(names("two")).isEmpty();
  }

  private static RunClaim claim(OutputPrefix output, OtherRuns others) throws IOException {
    var options = PipelineOptionsFactory.create();
    RunClaim claim = RunClaim.take("embed", output, options, HERE, others);
    assertThat(options.as(RunOptions.class).getRunFolder()).startsWith(output.folder());
    return claim;
  }

  @Test
  void aRecordIsReadAsItWasWritten() throws Exception {
    RunRecord record =
        new RunRecord(
            "embed",
            "s3://b/v",
            new RunRecord.EngineJob("flink", "h:1", "0a", "a job"),
            elsewhere(),
            null,
            Instant.now());

    assertThat(RunRecord.parse(record.toJson())).contains(record);
    assertThat(RunRecord.parse("{\"program\": 3")).isEmpty();
    assertThat(RunRecord.parse("{}")).isEmpty();
  }

  @Test
  void transformElsewhereNeedsAFolderThatAllShare() {
    Run run = transform("--runner=flink", "--flinkMaster=127.0.0.1:1");

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err())
        .contains("transform on Flink requires --tempLocation, a folder that all workers");
    assertThat(
            transform(
                    "--runner=flink",
                    "--flinkMaster=127.0.0.1:1",
                    "--tempLocation=" + work.resolve("t"))
                .err())
        .contains("must be the same folder on all workers of Flink");
  }

  @Test
  void anOutputThatCannotBeSeenIsSaidInOneLine() {
    assertThatThrownBy(() -> OutputFiles.lines(work.resolve("v.failures.jsonl").toString()))
        .isInstanceOf(EnvironmentException.class)
        .hasMessageContaining("its output cannot be seen here")
        .hasMessageContaining("must share the folder");
  }
}
