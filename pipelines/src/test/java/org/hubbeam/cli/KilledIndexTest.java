// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.hubbeam.files.RunFolder;
import org.hubbeam.files.ThisProcess;
import org.hubbeam.search.IndexDescription;
import org.hubbeam.search.IndexFolder;
import org.hubbeam.search.RowId;
import org.hubbeam.search.SearchIndex;
import org.hubbeam.testing.ChildJvm;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An index whose builder is killed is as it was before, or not there at all. */
class KilledIndexTest {

  private static final int KILLED = 137;
  private static final int DIMENSION = 8;

  @TempDir Path work;

  /** When the builder is killed. */
  enum Moment {
    /** A shard has been built and copied into the folder of the run. */
    BUILDING(Pattern.compile("[^/]*/parts[^/]*/.*shard-.*")),
    /** The files of shards get their names. */
    NAMING(Pattern.compile("shard-.*-of-00008\\.(ids|hnsw|columns)")),
    /** The files of a generation get their names. */
    NAMING_GENERATION(Pattern.compile("generation-.*"));

    private final Pattern file;

    Moment(Pattern file) {
      this.file = file;
    }
  }

  /** Runs a program until a file appears. */
  public static final class Child {
    private Child() {}

    /** The moment, the folder of the index, and the arguments of the program. */
    public static void main(String... arguments) throws InterruptedException {
      Path folder = Path.of(arguments[1]);
      Predicate<String> file = Moment.valueOf(arguments[0]).file.asMatchPredicate();
      Thread watch =
          new Thread(
              () -> {
                while (names(folder).stream().noneMatch(file)) {
                  Thread.onSpinWait();
                }
                Runtime.getRuntime().halt(KILLED);
              });
      watch.setDaemon(true);
      watch.start();
      String[] rest = Stream.of(arguments).skip(2).toArray(String[]::new);
      Main.run(
          new PrintWriter(System.out, true, StandardCharsets.UTF_8),
          new PrintWriter(System.err, true, StandardCharsets.UTF_8),
          rest);
    }
  }

  /** Files below a folder, while others make and remove some. */
  private static List<String> names(Path folder) {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile).map(f -> folder.relativize(f).toString()).toList();
    } catch (IOException | RuntimeException e) {
      return List.of();
    }
  }

  private Path matrix(String name, int first, int rows) throws IOException {
    String header = "{'descr': '<f4', 'fortran_order': False, 'shape': (" + rows + ", 8), }";
    header = header + " ".repeat(117 - header.length()) + "\n";
    ByteBuffer bytes =
        ByteBuffer.allocate(128 + 4 * rows * DIMENSION).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put((byte) 0x93).put("NUMPY\1\0".getBytes(StandardCharsets.ISO_8859_1));
    bytes.putShort((short) 118).put(header.getBytes(StandardCharsets.US_ASCII));
    Random random = new Random(first);
    for (int i = 0; i < rows * DIMENSION; i++) {
      bytes.putFloat((float) random.nextGaussian());
    }
    Files.write(
        work.resolve(name + ".ids"),
        IntStream.range(first, first + rows).mapToObj(i -> "row " + i).toList());
    return Files.write(work.resolve(name + ".npy"), bytes.array());
  }

  private List<String> arguments(String name, String... more) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "index",
                "--input=" + work.resolve(name + ".npy"),
                "--ids=" + work.resolve(name + ".ids"),
                "--output=" + work.resolve("ix"),
                "--runner=direct",
                "--parallelism=2"));
    all.addAll(List.of(more));
    return all;
  }

  private void killed(Moment moment, List<String> arguments) throws Exception {
    List<String> all = new ArrayList<>(List.of(moment.name(), work.resolve("ix").toString()));
    all.addAll(arguments);
    ChildJvm.Launch launch =
        ChildJvm.Launch.of(Child.class.getName())
            .withFlags(
                List.of(
                    "-Xmx500m",
                    "-XX:TieredStopAtLevel=1",
                    "-Dorg.bytedeco.javacpp.nopointergc=true",
                    "--add-opens=java.base/java.lang=ALL-UNNAMED",
                    "--add-opens=java.base/java.nio=ALL-UNNAMED",
                    "--add-opens=java.base/java.util=ALL-UNNAMED"))
            .withArguments(all);
    try (ChildJvm child = ChildJvm.start("killed", launch, work.resolve("logs"))) {
      assertThat(child.await(Duration.ofMinutes(5))).as(child.printed()).isEqualTo(KILLED);
    }
  }

  private void succeeds(List<String> arguments) {
    Run run = Run.of(arguments.toArray(String[]::new));
    assertThat(run.code()).as(run.err()).isZero();
  }

  /** Nothing is left of runs, nor files that neither generation names. */
  private void assertTidy(IndexDescription before) throws IOException {
    Path folder = work.resolve("ix");
    List<String> wanted =
        Stream.concat(IndexFolder.read(folder).files(), before.files())
            .map(IndexDescription.File::name)
            .collect(Collectors.toCollection(ArrayList::new));
    wanted.addAll(List.of("index.json", "failures.jsonl", ".verified"));
    assertThat(names(folder)).isSubsetOf(wanted);
  }

  @ParameterizedTest
  @EnumSource(
      value = Moment.class,
      names = {"BUILDING", "NAMING"})
  void aNewIndexIsNotThereAndIsBuiltByTheSameCommand(Moment moment) throws Exception {
    matrix("m", 0, 400);
    List<String> build = arguments("m", "--shards=8");

    killed(moment, build);

    assertThat(work.resolve("ix/index.json")).doesNotExist();
    Run search = Run.of("search", "--index=" + work.resolve("ix"), "--like=row 1");
    assertThat(search.code()).isNotZero();
    assertThat(search.err()).contains("ix").hasLineCount(1);
    succeeds(build);
    try (SearchIndex index = SearchIndex.open(work.resolve("ix"))) {
      assertThat(index.size()).isEqualTo(400);
      assertTidy(index.description());
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Moment.class,
      names = {"BUILDING", "NAMING_GENERATION"})
  void anIndexThatIsAppendedToStaysAsItWas(Moment moment) throws Exception {
    matrix("m", 0, 400);
    succeeds(arguments("m", "--shards=2"));
    IndexDescription before = IndexFolder.read(work.resolve("ix"));
    matrix("more", 395, 40);
    List<String> append = arguments("more", "--append", "--shards=8");

    killed(moment, append);

    try (SearchIndex index = SearchIndex.open(work.resolve("ix"))) {
      assertThat(index.description()).isEqualTo(before);
      assertThat(index.like(RowId.of("row 7"), 5)).hasSize(5);
    }
    succeeds(append);
    try (SearchIndex index = SearchIndex.open(work.resolve("ix"))) {
      assertThat(index.size()).isEqualTo(435);
      assertThat(index.row(RowId.of("row 430"))).isPresent();
    }
    assertTidy(before);
  }

  @Test
  void whileOneAppendsAnotherIsRefused() throws Exception {
    matrix("m", 0, 40);
    succeeds(arguments("m"));
    Path run = Files.createDirectories(work.resolve("ix/" + RunFolder.PREFIX + "1"));
    RunRecord record =
        new RunRecord(
            "index",
            work.resolve("ix").toString(),
            new RunRecord.EngineJob("direct", "", "", "hubbeam index -> x"),
            new RunRecord.Launcher(
                ThisProcess.host(), ThisProcess.scope(), ThisProcess.pid(), ThisProcess.started()),
            work.resolve("temp").toString(),
            Instant.now());
    Files.writeString(run.resolve("run.json"), record.toJson());
    matrix("more", 100, 5);

    Run second = Run.of(arguments("more", "--append").toArray(String[]::new));

    assertThat(second.code()).isNotZero();
    assertThat(second.err()).contains("ix is being written by ");
    assertThat(IndexFolder.read(work.resolve("ix")).generation()).isZero();
  }
}
