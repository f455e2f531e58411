// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.hubbeam.preprocessing.TransformFn;
import org.hubbeam.testdata.DemoFiles;
import org.hubbeam.testing.Python;
import org.hubbeam.testing.TestFiles;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What README shows is what happens: its commands, their output, its Java and its Python. */
class ReadmeTest {

  private static final Path SAMPLES =
      Path.of("testdata/src/main/resources/org/hubbeam/testdata/sample_texts.txt");

  private static final String NUMBER = "\\d+(?:[.,]\\d+)*";

  /** {@code 350 rows/s}, which a slow machine writes as {@code 1 row/s} or {@code 40 rows/min}. */
  private static final String SPEED = NUMBER + " rows?/(?:s|min|h)\\b";

  private static final Pattern VAGUE = Pattern.compile("\\.\\.\\.|" + SPEED + "|" + NUMBER);

  /** {@code $ a command}, and the lines that it is shown to write. */
  private record Shown(String command, List<String> output) {}

  @TempDir static Path work;
  private static LauncherFolder tree;
  private static String readme;

  @BeforeAll
  static void build() throws IOException {
    readme = Files.readString(TestFiles.root().resolve("README.md"));
    tree = LauncherFolder.in(work);
    DemoFiles.write(Files.createDirectories(work.resolve("testdata/target")));
    Files.createDirectories(work.resolve(SAMPLES).getParent());
    Files.copy(TestFiles.root().resolve(SAMPLES), work.resolve(SAMPLES));
    Files.writeString(work.resolve("people.yaml"), block("yaml"));
    Files.writeString(work.resolve("people.csv"), "age,words\n39,Baker\n45,smith\n51,baker\n");
    Files.setLastModifiedTime(
        tree.folder().resolve(LauncherFolder.CLASS_PATH),
        java.nio.file.attribute.FileTime.fromMillis(System.currentTimeMillis() + 60_000));
  }

  private static List<Shown> commands() {
    List<Shown> shown = new ArrayList<>();
    for (String line : readme.split("\n", -1)) {
      if (line.startsWith("    $ ")) {
        shown.add(new Shown(line.substring(6), new ArrayList<>()));
      } else if (line.startsWith("    ") && !shown.isEmpty()) {
        shown.get(shown.size() - 1).output.add(line.substring(4));
      }
    }
    return shown;
  }

  private static String block(String language) {
    int start = readme.indexOf("```" + language + "\n") + language.length() + 4;
    return readme.substring(start, readme.indexOf("```", start));
  }

  /** Numbers may differ, {@code ...} stands for anything. */
  private static Pattern pattern(List<String> output) {
    return Pattern.compile(
        output.stream().map(ReadmeTest::pattern).collect(Collectors.joining("\\R")) + "\\s*",
        Pattern.DOTALL);
  }

  private static String pattern(String line) {
    StringBuilder pattern = new StringBuilder();
    Matcher vague = VAGUE.matcher(line);
    int from = 0;
    while (vague.find()) {
      pattern.append(Pattern.quote(line.substring(from, vague.start())));
      String found = vague.group();
      pattern.append(found.equals("...") ? ".*" : found.contains("/") ? SPEED : NUMBER);
      from = vague.end();
    }
    return pattern.append(Pattern.quote(line.substring(from))).toString();
  }

  @Test
  void speedsOfSlowMachinesAreWhatIsShownToo() {
    Pattern shown = pattern(List.of("6 rows, 0 failures, 1.3 s (5 rows/s) -> out/found..."));
    assertThat("6 rows, 0 failures, 6.1 s (1 row/s) -> out/found").matches(shown);
    assertThat("6 rows, 0 failures, 11 s (33 rows/min) -> out/found").matches(shown);
    assertThat("6 rows, 0 failures, 1.3 s (5 images/s) -> out/found").doesNotMatch(shown);
  }

  @Test
  void theCommandsWriteWhatIsShown() throws Exception {
    List<Shown> commands = commands();
    assertThat(commands)
        .extracting(c -> c.command.replaceAll("^.*\\./hubbeam (\\w+).*$", "$1"))
        .containsExactly(
            "demo",
            "inspect",
            "call",
            "embed",
            "embed",
            "embed",
            "index",
            "search",
            "detect",
            "generate",
            "transform",
            "apply",
            "head",
            "resolve",
            "doctor");
    for (Shown shown : commands) {
      Run run = tree.bash(shown.command, Map.of());

      assertThat(run.code()).as(shown.command + "\n" + run.err()).isZero();
      if (shown.command.endsWith("doctor")) {
        assertThat(run.out()).contains("ok    Java").contains("ok    TensorFlow");
      } else {
        assertThat(run.out()).as(shown.command).matches(pattern(shown.output));
      }
    }
  }

  @Test
  void pythonReadsWhatEmbedWrote() throws Exception {
    String python = Python.with("tensorflow", "tensorflow_metadata.proto.v0.schema_pb2");
    Run embed =
        Run.of(
            "embed",
            "--module=" + work.resolve("testdata/target/demo_module"),
            "--input=" + work.resolve(SAMPLES),
            "--output=" + work.resolve("python/out/vectors"),
            "--runner=direct");
    assertThat(embed.code()).as(embed.err()).isZero();
    Files.writeString(
        tree.folder().resolve("read.py"),
        block("python")
            + "\n"
            + "for batch in rows:\n"
            + "    print(batch['embedding'].shape, batch['text'].numpy()[0].decode())\n"
            + "    print(round(float(tf.reduce_sum(batch['embedding'] ** 2)), 2))\n");

    Run run = tree.bash("cd python && " + python + " ../read.py", Map.of());

    assertThat(run.out().strip())
        .as(run.err())
        .isEqualTo(
            "(290, 128) The parcel arrived two days late and one corner was crushed.\n290.0");
  }

  @Test
  void theJavaExampleIsTheOneThatRuns() throws IOException {
    String source = Files.readString(Path.of("src/test/java/org/hubbeam/cli/ReadmeExample.java"));
    assertThat(source.replaceAll("(?m)^  ", "")).contains(block("java"));
    String out = work.resolve("java/vectors").toString();

    PipelineResult.State state =
        ReadmeExample.embed(
                PipelineOptionsFactory.fromArgs("--runner=DirectRunner").create(),
                work.resolve(SAMPLES).toString(),
                work.resolve("testdata/target/demo_module").toString(),
                out)
            .waitUntilFinish();

    assertThat(state).isEqualTo(PipelineResult.State.DONE);
    List<String> lines = new ArrayList<>();
    try (Stream<Path> files = Files.list(work.resolve("java"))) {
      for (Path file : files.filter(f -> f.toString().contains("vectors-")).toList()) {
        lines.addAll(Files.readAllLines(file));
      }
    }
    assertThat(lines)
        .hasSize(290)
        .anySatisfy(line -> assertThat(line).startsWith("The parcel arrived two days late"))
        .allSatisfy(line -> assertThat(line.split("\t", -1)[1].split(", ", -1)).hasSize(128));
    assertThat(Path.of(out + ".failures.jsonl")).isEmptyFile();
  }

  @Test
  void thePreprocessingExampleIsTheOneThatRuns() throws IOException {
    String source = Files.readString(Path.of("src/test/java/org/hubbeam/cli/ReadmeExample.java"));
    int from = source.indexOf("  static PipelineResult fit(");
    String shown = source.substring(from, source.lastIndexOf('}')).replaceAll("(?m)^  ", "");
    assertThat(readme).contains("```java\n" + shown.strip() + "\n```");
    Path table =
        Files.writeString(work.resolve("table.csv"), "age,job\n39,baker\n45,smith\n,cook\n");
    Path out = work.resolve("fitted");

    PipelineResult.State state =
        ReadmeExample.fit(
                PipelineOptionsFactory.fromArgs(
                        "--runner=DirectRunner", "--tempLocation=" + work.resolve("beam"))
                    .create(),
                table.toString(),
                out.toString())
            .waitUntilFinish();

    assertThat(state).isEqualTo(PipelineResult.State.DONE);
    try (TransformFn function = TransformFn.load(out)) {
      assertThat(function.apply(Map.of("age", 45f, "job", "smith")))
          .containsEntry("age_z", 1f)
          .containsEntry("job_id", 0L);
    }
    assertThat(out.resolve("failures.jsonl")).content().contains("table.csv").contains("age");
  }

  @Test
  void theFirstScreenHasTheTwoCommandsAndFifteenLinesOfJava() {
    String first = readme.lines().limit(60).collect(Collectors.joining("\n"));
    assertThat(first).contains("./hubbeam demo").contains("mvn verify").contains("| `transforms/`");
    assertThat(block("java").lines().count()).isLessThan(21);
  }
}
