// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.io.fs.MatchResult;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.util.MimeTypes;
import org.hubbeam.files.FilesBelow;
import org.hubbeam.files.RunFolder;
import org.hubbeam.files.ThisProcess;
import org.hubbeam.testdata.DemoModule;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the programs do in a store of another machine, over its real protocol. */
abstract class StoreContract {

  private static final String SPEC =
      """
      columns:
        age: {type: float32}
        job: {type: string}
      outputs:
        age: scale_to_0_1(age)
        job: compute_and_apply_vocabulary(to_lower(job), vocab_filename=jobs)
      analyzers:
        oldest: max(age)
      """;

  @TempDir Path work;
  private String folder;

  /** Where the store begins, without a slash at its end. */
  abstract String root();

  /** Beam's options for the store. */
  abstract List<String> options();

  @BeforeEach
  void setUp() {
    useStore();
    folder = root() + "/" + work.getFileName();
  }

  private void useStore() {
    FileSystems.setDefaultPipelineOptions(
        PipelineOptionsFactory.fromArgs(options().toArray(String[]::new)).create());
  }

  private void put(String name, byte[] bytes) throws IOException {
    try (OutputStream out =
        Channels.newOutputStream(
            FileSystems.create(
                FileSystems.matchNewResource(folder + "/" + name, false), MimeTypes.BINARY))) {
      out.write(bytes);
    }
  }

  private void put(String name, String text) throws IOException {
    put(name, text.getBytes(StandardCharsets.UTF_8));
  }

  private void putFolder(String name, Path from) throws IOException {
    try (Stream<Path> walk = Files.walk(from)) {
      for (Path file : walk.filter(Files::isRegularFile).toList()) {
        put(name + "/" + from.relativize(file), Files.readAllBytes(file));
      }
    }
  }

  private Set<String> names(String below) throws IOException {
    Set<String> names = new TreeSet<>();
    for (MatchResult.Metadata file : FilesBelow.of(folder + "/" + below)) {
      String name = file.resourceId().toString();
      names.add(
          name.substring(name.indexOf(work.getFileName() + "/" + below) + 1)
              .replaceFirst("^[^/]*/", ""));
    }
    return names;
  }

  private Path get(String name) throws IOException {
    Path copy = work.resolve(name.replace('/', '_'));
    try (InputStream in =
        Channels.newInputStream(
            FileSystems.open(FileSystems.matchSingleFileSpec(folder + "/" + name).resourceId()))) {
      Files.copy(in, copy);
    }
    return copy;
  }

  private Run run(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.replaceAll(a -> a.replace("STORE", folder));
    all.addAll(options());
    Run run = Run.of(all.toArray(String[]::new));
    useStore();
    assertThat(run.code()).as(run.err()).isZero();
    return run;
  }

  @Test
  void anIndexIsMadeChangedAndSearchedThere() throws IOException {
    Path module = work.resolve("demo");
    DemoModule.write(module);
    put("in/a.csv", "id,text\n1,a lost parcel\n2,the weather is fine\n3,it rains\n");
    put("in/b.csv", "id,text\n3,nothing is lost\n4,a new parcel\n");
    for (String name : List.of("a", "b")) {
      run(
          "embed",
          "--module=" + module,
          "--input=STORE/in/" + name + ".csv",
          "--column=text",
          "--output=STORE/out/" + name,
          "--runner=direct");
    }

    run("index", "--input=STORE/out/a", "--output=STORE/ix", "--shards=2", "--runner=direct");
    run("index", "--input=STORE/out/b", "--output=STORE/ix", "--append", "--runner=direct");
    Path gone = Files.writeString(work.resolve("gone.txt"), "1\n");
    run("index", "--output=STORE/ix", "--delete=" + gone, "--runner=direct");
    run("index", "--output=STORE/ix", "--compact", "--shards=1", "--runner=direct");

    assertThat(names("ix"))
        .contains("ix/index.json", "ix/failures.jsonl")
        .noneMatch(name -> name.contains(".temp"));
    String[] search = {
      "search",
      "--index=STORE/ix",
      "--query=nothing is lost",
      "--k=3",
      "--json",
      "--cache=" + work.resolve("cache")
    };
    String found = run(search).out();
    assertThat(found).hasLineCount(3).doesNotContain("\"id\":\"1\"");
    assertThat(CliFixtures.json(found.lines().findFirst().orElseThrow()).get("id").asText())
        .isEqualTo("3");
    assertThat(run(search).out()).isEqualTo(found);

    put("half/shard-00000-of-00001.ids", "the rest is missing");
    assertThatThrownBy(() -> run("search", "--index=STORE/half", "--query=x"))
        .hasMessageContaining("half-written");
  }

  @ParameterizedTest
  @ValueSource(strings = {"flink", "direct"})
  void featuresAreFittedAndAppliedThere(String engine) throws IOException {
    put("in/a.csv", "age,job\n10,Baker\n30,smith\n");
    put("in/b.csv", "age,job\n20,smith\nx,smith\n");
    Files.writeString(work.resolve("spec.yaml"), SPEC);
    String[] transform = {
      "transform",
      "--spec=" + work.resolve("spec.yaml"),
      "--input=STORE/in/*.csv",
      "--evalInput=STORE/in/a.csv",
      "--output=STORE/out",
      "--cache=STORE/cache",
      "--tempLocation=STORE/tmp",
      "--shards=1",
      "--overwrite",
      "--runner=" + engine
    };
    long before = RowCount.seen("rows_analyzed").rows();

    assertThat(run(transform).out())
        .startsWith("oldest  30.0\n3 train rows, 2 eval rows, 1 failure");
    assertThat(RowCount.seen("rows_analyzed").rows() - before).isEqualTo(3);
    assertThat(run(transform).out()).contains("3 train rows, 2 eval rows, 1 failure");
    assertThat(RowCount.seen("rows_analyzed").rows() - before).as("the second time").isEqualTo(3);

    assertThat(names("out"))
        .contains("out/manifest.json", "out/failures.jsonl", "out/transform_fn/saved_model.pb")
        .contains("out/train-00000-of-00001.tfrecord", "out/eval-00000-of-00001.tfrecord")
        .noneMatch(name -> name.contains("part") || name.contains("temp"));
    assertThat(names("tmp")).as("of temporary files").isEmpty();
    assertThat(get("out/transform_fn/assets/jobs")).hasContent("smith\nbaker");
    assertThat(
            run(
                    "apply",
                    "--transformOutput=STORE/out",
                    "--input=STORE/in/b.csv",
                    "--output=STORE/later/new",
                    "--shards=1",
                    "--runner=" + engine)
                .out())
        .startsWith("1 row, 1 failure");
    assertThat(CliFixtures.records(get("later/new-00000-of-00001.tfrecord")))
        .singleElement()
        .satisfies(row -> assertThat(CliFixtures.floats(row, "age")).containsExactly(0.5f));
  }

  @Test
  void whatARunLeftThereIsSeenAndRemovedOnceItHasEnded() throws IOException {
    OutputPrefix output = new OutputPrefix(folder + "/left/v", 0);
    String other = folder + "/left/" + RunFolder.PREFIX + "1";
    StringWriter err = new StringWriter();
    OtherRuns others = new OtherRuns(output, new PrintWriter(err));
    put("left/" + RunFolder.PREFIX + "1/parts-v/1", "a part");
    put("tmp/hubbeam-1/phase_0/saved_model.pb", "a step");
    put("left/v.schema.pbtxt.01234567-0123-4567-89ab-0123456789ab.part", "a part");
    RunRecord living = record(output, ThisProcess.started());
    put("left/" + RunFolder.PREFIX + "1/run.json", living.toJson());

    assertThatThrownBy(others::check).hasMessageContaining("left/v is being written by");
    put(
        "left/" + RunFolder.PREFIX + "1/run.json",
        record(output, ThisProcess.started().minusSeconds(60)).toJson());
    others.check();

    assertThat(err.toString()).contains("removed " + other);
    assertThat(names("left")).isEmpty();
    assertThat(names("tmp")).isEmpty();
  }

  private RunRecord record(OutputPrefix output, Instant launcherStarted) {
    return new RunRecord(
        "embed",
        output.place(),
        new RunRecord.EngineJob("direct", "", "", "x"),
        new RunRecord.Launcher(
            ThisProcess.host(), ThisProcess.scope(), ThisProcess.pid(), launcherStarted),
        folder + "/tmp/hubbeam-1",
        Instant.now());
  }

  @Test
  void textsAreEmbeddedThereByAModuleFromThere() throws IOException {
    putFolder("modules/numbers", CliFixtures.numbers(work.resolve("numbers")));
    put("in.txt", "1\n2\nthree\n");

    Run run =
        run(
            "embed",
            "--module=STORE/modules/numbers",
            "--outputKey=value",
            "--input=STORE/in.txt",
            "--output=STORE/out/v",
            "--shards=1");

    assertThat(run.out()).startsWith("2 rows, 1 failure");
    assertThat(names("out"))
        .containsExactly(
            "out/v-00000-of-00001.tfrecord",
            "out/v.failures.jsonl",
            "out/v.manifest.json",
            "out/v.schema.pbtxt");
    assertThat(CliFixtures.records(get("out/v-00000-of-00001.tfrecord")))
        .flatExtracting(row -> CliFixtures.floats(row, "embedding"))
        .containsExactlyInAnyOrder(1f, 2f);
    assertThat(get("out/v.failures.jsonl")).content().contains("in.txt");
  }
}
