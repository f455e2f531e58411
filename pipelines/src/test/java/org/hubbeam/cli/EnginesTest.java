// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.StreamingOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which engine a job gets, and what of Beam's it may be given. */
class EnginesTest {

  private static final int LIMIT = 4 << 20;

  @TempDir Path folder;

  private String file(String name, int bytes) throws IOException {
    return Files.write(folder.resolve(name), new byte[bytes]).toString();
  }

  @Test
  void smallInputGoesToTheDirectRunner() throws IOException {
    file("a.txt", LIMIT - 1);
    file("b.txt", 1);
    assertThat(Engines.select("auto", List.of(), List.of(folder + "/*.txt"))).isEqualTo("direct");
  }

  @Test
  void allInputsTogetherHaveToBeSmall() throws IOException {
    String one = file("a.txt", LIMIT);
    String more = file("b.txt", 1);
    assertThat(Engines.select("auto", List.of(), List.of(one))).isEqualTo("direct");
    assertThat(Engines.select("auto", List.of(), List.of(one, more))).isEqualTo("flink");
  }

  @Test
  void inputThatIsElsewhereOrUnknownGoesToFlink() {
    assertThat(Engines.select("auto", List.of(), List.of("gs://bucket/a.txt"))).isEqualTo("flink");
    assertThat(Engines.select("auto", List.of(), List.of())).isEqualTo("flink");
  }

  @Test
  void whatIsAskedForIsTaken() throws IOException {
    String small = file("a.txt", 1);
    assertThat(Engines.select("flink", List.of(), List.of(small))).isEqualTo("flink");
    assertThat(Engines.select("direct", List.of(), List.of())).isEqualTo("direct");
    assertThat(Engines.select("SparkRunner", List.of(), List.of(small))).isEqualTo("SparkRunner");
    assertThat(Engines.select("auto", List.of("--parallelism=2"), List.of(small)))
        .isEqualTo("flink");
  }

  @Test
  void optionsOfBeamAreKnownBeforeAndAfterACommandLineWithoutAny() {
    assertThat(options().getJobName()).isNotEmpty();
    assertThat(options("--streaming=true").as(StreamingOptions.class).isStreaming()).isTrue();
    assertThat(options().as(StreamingOptions.class).isStreaming()).isFalse();
    assertThat(options("--jobName=again").getJobName()).isEqualTo("again");
  }

  private static PipelineOptions options(String... given) {
    return Engines.options("direct", List.of(given), name -> List.of());
  }
}
