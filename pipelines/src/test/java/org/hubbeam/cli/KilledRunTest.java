// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Shape;
import org.hubbeam.model.FunctionInputs;
import org.hubbeam.model.FunctionScope;
import org.hubbeam.model.ModuleWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TString;

/** A job whose process is killed leaves nothing that looks whole. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "needs kill, which Windows lacks")
class KilledRunTest {

  @TempDir Path work;

  /**
   * A module whose calls wait for the test: each writes to the pipe {@code called} and then to the
   * pipe {@code go}, which only ends when they are read. {@code texts} string [n] to {@code output}
   * int32 [n].
   */
  private Path waiting() throws IOException {
    ModuleWriter writer = ModuleWriter.create();
    FunctionInputs inputs =
        FunctionInputs.of(new ArraySpec("texts", DType.STRING, Shape.of(-1), Layout.DENSE));
    writer.function("__call__", inputs, this::waiting);
    Path module = work.resolve("waiting");
    writer.write(module);
    return module;
  }

  private void waiting(FunctionScope f) {
    Ops tf = f.tf();
    var told = tf.io.writeFile(pipe(tf, "called"), tf.constant("called"));
    var gone = tf.withControlDependencies(told).io.writeFile(pipe(tf, "go"), tf.constant("called"));
    Operand<TString> texts = f.input("texts", TString.class);
    f.output("output", tf.withControlDependencies(gone).strings.stringLength(texts));
  }

  private Operand<TString> pipe(Ops tf, String name) {
    return tf.constant(work.resolve(name).toString());
  }

  private void pipe(String name) throws IOException, InterruptedException {
    Process made = new ProcessBuilder("mkfifo", work.resolve(name).toString()).start();
    assertThat(made.waitFor()).isZero();
  }

  private Process start(Path module, String... more) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "-Xmx500m",
                "-Dorg.bytedeco.javacpp.nopointergc=true",
                "--add-opens=java.base/java.lang=ALL-UNNAMED",
                "--add-opens=java.base/java.nio=ALL-UNNAMED",
                "--add-opens=java.base/java.util=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "org.hubbeam.cli.Main"));
    command.addAll(List.of(arguments(module, more)));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(work.resolve("log").toFile())
        .start();
  }

  private String[] arguments(Path module, String... more) {
    return Stream.concat(
            Stream.of(
                "embed",
                "--module=" + module,
                "--input=" + work.resolve("in.txt"),
                "--output=" + work.resolve("out/v"),
                "--batchRows=2",
                "--parallelism=1"),
            Stream.of(more))
        .toArray(String[]::new);
  }

  /** Waits until the module writes to a pipe. */
  private void await(String name) throws IOException {
    try (InputStream pipe = Files.newInputStream(work.resolve(name))) {
      assertThat(new String(pipe.readNBytes(6), StandardCharsets.UTF_8))
          .as(this::log)
          .isEqualTo("called");
    }
  }

  /** Lets nobody wait for a process that has ended: the pipe stays open and has this text. */
  private RandomAccessFile ended(String name) {
    try {
      RandomAccessFile pipe = new RandomAccessFile(work.resolve(name).toFile(), "rw");
      pipe.writeBytes("ended!");
      return pipe;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String log() {
    try {
      return Files.readString(work.resolve("log"));
    } catch (IOException e) {
      return e.toString();
    }
  }

  @Test
  void noManifestAndNoFinishedFilesStayAndTheNextRunIsWhole() throws Exception {
    pipe("called");
    pipe("go");
    List<String> lines = IntStream.range(0, 6).mapToObj(i -> "line " + i).toList();
    Files.write(work.resolve("in.txt"), lines);
    Files.createDirectories(work.resolve("out"));
    for (String old : List.of("v-00000-of-00001.tfrecord", "v.manifest.json", "v.schema.pbtxt")) {
      Files.writeString(work.resolve("out").resolve(old), "of an earlier run");
    }

    Process child = start(waiting(), "--overwrite");
    var ended = child.onExit().thenApply(p -> List.of(ended("called"), ended("go")));
    try {
      await("called");
      await("go");
      await("called");
    } finally {
      child.destroyForcibly();
    }
    for (RandomAccessFile pipe : ended.get(1, TimeUnit.MINUTES)) {
      pipe.close();
    }

    try (Stream<Path> files = Files.list(work.resolve("out"))) {
      assertThat(files.map(f -> f.getFileName().toString()))
          .noneMatch(name -> name.endsWith(".tfrecord") || name.endsWith(".manifest.json"));
    }
    Path numbers = CliFixtures.numbers(work.resolve("numbers"));
    Files.write(work.resolve("in.txt"), List.of("1", "2", "3"));
    Run again = Run.of(arguments(numbers, "--overwrite", "--outputKey=value"));
    assertThat(again.code()).as(again.err()).isZero();
    assertThat(again.err()).contains("removed " + work.resolve("out/.temp-hubbeam-"));
    assertThat(work.resolve("out").toFile().list())
        .containsExactlyInAnyOrder(
            "v-00000-of-00001.tfrecord", "v.failures.jsonl", "v.manifest.json", "v.schema.pbtxt");
    assertThat(CliFixtures.examples(work.resolve("out/v")))
        .extracting(e -> CliFixtures.text(e, "text"))
        .containsExactlyInAnyOrder("1", "2", "3");
    assertThat(CliFixtures.json(work.resolve("out/v.manifest.json")).get("rows").asInt())
        .isEqualTo(3);
  }

  @Test
  void aRunThatIsEndedTakesItsTemporaryFilesAlong() throws Exception {
    pipe("called");
    pipe("go");
    Files.write(work.resolve("in.txt"), IntStream.range(0, 6).mapToObj(i -> "line " + i).toList());

    Process child = start(waiting());
    var ended = child.onExit().thenApply(p -> List.of(ended("called"), ended("go")));
    try {
      await("called");
      await("go");
      await("called");
      assertThat(work.resolve("out").toFile().list())
          .as(this::log)
          .anyMatch(name -> name.startsWith(".temp-hubbeam"));
      child.destroy();
    } finally {
      for (RandomAccessFile pipe : ended.get(1, TimeUnit.MINUTES)) {
        pipe.close();
      }
    }

    assertThat(work.resolve("out").toFile().list()).as(this::log).isEmpty();
    assertThat(child.exitValue()).isEqualTo(143);
  }
}
