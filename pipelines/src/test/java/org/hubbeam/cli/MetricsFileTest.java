// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.hubbeam.testdata.DemoModule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetricsFileTest {

  @TempDir private Path work;

  @Test
  void theFileHasRowsCountersAndDistributions() throws Exception {
    DemoModule.write(work.resolve("module"));
    Files.write(work.resolve("in.txt"), List.of("a", "", "b c"));
    Run run =
        Run.of(
            "embed",
            "--module=" + work.resolve("module"),
            "--input=" + work.resolve("in.txt"),
            "--output=" + work.resolve("out"),
            "--blank=fail",
            "--metricsFile=" + work.resolve("metrics.json"));
    assertThat(run.code()).as(run.err()).isZero();

    JsonNode json = new ObjectMapper().readTree(work.resolve("metrics.json").toFile());
    assertThat(json.path("state").asText()).isEqualTo("DONE");
    assertThat(json.path("rows").path("rows_written").asLong()).isEqualTo(2);
    assertThat(json.path("counters").path("hubbeam").path("rows_written").asLong()).isEqualTo(2);
    assertThat(json.path("distributions")).isNotEmpty();
    assertThat(json.path("seconds").asDouble()).isPositive();
  }
}
