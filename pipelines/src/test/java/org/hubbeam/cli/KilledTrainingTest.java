// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.hubbeam.testdata.DemoModule;
import org.hubbeam.testing.ChildJvm;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run that is killed leaves its vectors to the next, which ends in the same head. */
class KilledTrainingTest {

  private static final int KILLED = 137;

  @TempDir private Path work;

  /** Runs a program until a file appears. */
  public static final class Child {
    private Child() {}

    /** The file, and the arguments of the program. */
    public static void main(String... arguments) {
      Path file = Path.of(arguments[0]);
      Thread watch =
          new Thread(
              () -> {
                while (!Files.exists(file)) {
                  Thread.onSpinWait();
                }
                Runtime.getRuntime().halt(KILLED);
              });
      watch.setDaemon(true);
      watch.start();
      Main.run(
          new PrintWriter(System.out, true, StandardCharsets.UTF_8),
          new PrintWriter(System.err, true, StandardCharsets.UTF_8),
          Stream.of(arguments).skip(1).toArray(String[]::new));
    }
  }

  private List<String> arguments(String output, String... more) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "train",
                "--module=" + work.resolve("demo"),
                "--input=" + work.resolve("t.csv"),
                "--column=text",
                "--label=kind",
                "--output=" + work.resolve(output),
                "--runner=direct",
                "--heldOut=0"));
    all.addAll(List.of(more));
    return all;
  }

  private void killed(String file, List<String> arguments) throws Exception {
    List<String> all = new ArrayList<>(List.of(work.resolve(file).toString()));
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

  private static Run run(List<String> arguments) {
    return Run.of(arguments.toArray(String[]::new));
  }

  private byte[] variables(String output) throws IOException {
    return Files.readAllBytes(
        work.resolve(output).resolve("variables/variables.data-00000-of-00001"));
  }

  @Test
  void theNextRunUsesItsVectorsAndEndsInTheSameHead() throws Exception {
    DemoModule.write(work.resolve("demo"));
    List<String> rows = new ArrayList<>(List.of("text,kind"));
    for (int i = 0; i < 60; i++) {
      rows.add("row " + i + (i % 2 == 0 ? " even,a" : " odd,b"));
    }
    Files.write(work.resolve("t.csv"), rows);

    Path left = work.resolve("out/.unfinished-training");
    killed("out/.unfinished-training/options.json", arguments("out", "--epochs=4"));

    assertThat(work.resolve("out/saved_model.pb")).doesNotExist();
    assertThat(work.resolve("out/manifest.json")).doesNotExist();
    assertThat(left.resolve("features.manifest.json")).exists();

    Files.writeString(left.resolve("checkpoint"), "of the same options, but damaged");
    Run other = run(arguments("out", "--epochs=5"));
    assertThat(other.code()).isEqualTo(2);
    assertThat(other.err())
        .hasLineCount(1)
        .contains("checkpoint of another training", "--epochs=4", "--epochs=5", "--overwrite");

    Run damaged = run(arguments("out", "--epochs=4"));
    assertThat(damaged.code()).isEqualTo(1);
    assertThat(damaged.err())
        .contains("going on with the training that an earlier run left", "checkpoint is");
    Files.delete(left.resolve("checkpoint"));

    Run again = run(arguments("out", "--epochs=4"));
    assertThat(again.code()).as(again.err()).isZero();
    assertThat(again.err()).contains("using the vectors in").doesNotContain("embedding with");
    assertThat(left).doesNotExist();

    Run whole = run(arguments("whole", "--epochs=4"));
    assertThat(whole.code()).as(whole.err()).isZero();
    assertThat(variables("out")).isEqualTo(variables("whole"));
  }
}
