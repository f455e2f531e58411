// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.hubbeam.testdata.DemoModule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The direct runner with all its checks: no step changes an element, and all can be encoded. */
class DirectRunnerTest {

  @TempDir private Path work;

  @Test
  void fromFilesToFilesNothingIsChangedAndAllIsEncoded() throws IOException {
    DemoModule.write(work.resolve("module"));
    List<String> texts =
        new ArrayList<>(IntStream.range(0, 50).mapToObj(i -> "line " + i).toList());
    texts.add("");
    Path input = Files.write(work.resolve("texts.txt"), texts);

    run(
        "embed",
        "--runner=direct",
        "--enforceImmutability=true",
        "--enforceEncodability=true",
        "--targetParallelism=3",
        "--module=" + work.resolve("module"),
        "--input=" + input,
        "--output=" + work.resolve("vectors"),
        "--batchRows=8",
        "--blank=fail",
        "--shards=2");

    assertThat(Stream.of("00000", "00001").flatMap(this::texts))
        .containsExactlyInAnyOrderElementsOf(texts.subList(0, 50));
    assertThat(Files.readAllLines(work.resolve("vectors.failures.jsonl")))
        .singleElement()
        .asString()
        .contains("texts.txt@", "blank");
  }

  private Stream<String> texts(String shard) {
    String file = work.resolve("vectors-" + shard + "-of-00002.tfrecord").toString();
    return run("head", file, "--records=100")
        .lines()
        .map(line -> line.replaceAll(".*\"text\":\\[\"(.*)\"].*", "$1"));
  }

  private static String run(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code = Main.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
    assertThat(code).as(err.toString()).isZero();
    return out.toString();
  }
}
