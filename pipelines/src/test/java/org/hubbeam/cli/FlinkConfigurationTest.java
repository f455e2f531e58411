// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.flink.configuration.GlobalConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a job is submitted with, read by Flink itself. */
class FlinkConfigurationTest {

  @TempDir private Path folder;

  /** A cluster that says this of itself. */
  private static HttpServer cluster(String version, String configuration) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    Map<String, String> answers =
        Map.of(
            "/v1/overview",
            "{\"flink-version\":\"" + version + "\"}",
            "/v1/jobs/overview",
            "{\"jobs\":[]}",
            "/v1/jobmanager/config",
            configuration);
    server.createContext(
        "/",
        exchange -> {
          byte[] answer =
              answers
                  .getOrDefault(exchange.getRequestURI().getPath(), "{}")
                  .getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    server.start();
    return server;
  }

  /** What Flink reads of the configuration of a job for such a cluster. */
  private static Map<String, String> submitted(HttpServer server, String... more) {
    List<String> given = new ArrayList<>(List.of(more));
    given.add("--flinkMaster=localhost:" + server.getAddress().getPort());
    given.add("--filesToStage=none");
    PipelineOptions options = Engines.options("flink", given, name -> List.of());
    try {
      Engines.of(options).check(options, new EngineArguments(given));
    } finally {
      server.stop(0);
    }
    String own = options.as(ClusterJob.class).getClusterConfiguration();
    Map<String, String> read = GlobalConfiguration.loadConfiguration(own).toMap();
    assertThat(read)
        .containsEntry("$internal.pipeline.job-id", options.as(ClusterJob.class).getClusterJobId());
    return read;
  }

  @Test
  void jobsAreRestartedByDefault() throws IOException {
    assertThat(submitted(cluster("1.19.7", "[]")))
        .containsEntry("restart-strategy.type", "exponential-delay")
        .containsEntry("restart-strategy.exponential-delay.initial-backoff", "5 s")
        .containsEntry("restart-strategy.exponential-delay.attempts-before-reset-backoff", "6");
  }

  @Test
  void theStrategyOfTheClusterCounts() throws IOException {
    String configuration = "[{\"key\":\"restart-strategy.type\",\"value\":\"none\"}]";
    assertThat(submitted(cluster("1.19.0", configuration)).keySet())
        .noneMatch(key -> key.startsWith("restart-strategy"));
  }

  @Test
  void theStrategyOfTheUserCountsInBothFormsOfTheFile() throws IOException {
    Path lines = Files.createDirectory(folder.resolve("lines"));
    Files.writeString(lines.resolve("flink-conf.yaml"), "restart-strategy: none\nrest.port: 7");
    assertThat(submitted(cluster("1.19.0", "[]"), "--flinkConfDir=" + lines))
        .containsEntry("restart-strategy", "none")
        .doesNotContainKey("restart-strategy.type")
        .containsEntry("rest.port", "7");

    Path yaml = Files.createDirectory(folder.resolve("yaml"));
    Files.writeString(
        yaml.resolve("config.yaml"), "restart-strategy:\n  type: none\nrest:\n  port: 7\n");
    assertThat(submitted(cluster("1.19.0", "[]"), "--flinkConfDir=" + yaml))
        .containsEntry("restart-strategy.type", "none")
        .containsEntry("rest.port", "7");
  }

  @Test
  void encryptionIsSeenInBothFormsOfTheFile() {
    assertThat(
            new FlinkConfiguration(
                    "config.yaml", "security:\n  ssl:\n    rest:\n      enabled: true")
                .isEncrypted())
        .isTrue();
    assertThat(
            new FlinkConfiguration("flink-conf.yaml", "security.ssl.rest.enabled: true # yes")
                .isEncrypted())
        .isTrue();
    assertThat(FlinkConfiguration.EMPTY.isEncrypted()).isFalse();
  }

  @Test
  void aClusterOfAnotherVersionIsRefused() throws IOException {
    HttpServer server = cluster("1.18.1", "[]");
    assertThatThrownBy(() -> submitted(server))
        .isInstanceOf(EnvironmentException.class)
        .hasMessageContaining("runs Flink 1.18.1, and this is for Flink 1.19");
  }
}
