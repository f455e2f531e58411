// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.sinks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.hubbeam.testing.ChildJvm;
import org.hubbeam.testing.TestFiles;
import org.opentest4j.TestAbortedException;

/** One node of OpenSearch in a JVM of its own, whose jars the module beside this one fetches. */
final class OpenSearchProcess implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration START = Duration.ofMinutes(5);

  private final Path folder;
  private final HttpClient client = HttpClient.newHttpClient();
  private ChildJvm process;
  private int port;
  private int starts;

  private OpenSearchProcess(Path folder) {
    this.folder = folder;
  }

  /**
   * A node that answers.
   *
   * @throws TestAbortedException if its jars are not here
   */
  static OpenSearchProcess start(Path folder) throws Exception {
    OpenSearchProcess node = new OpenSearchProcess(folder);
    node.restart();
    return node;
  }

  /** Starts it anew, on the port that it had. */
  void restart() throws Exception {
    Path jars = TestFiles.root().resolve("transforms/sinks/opensearch/target");
    if (!Files.exists(jars.resolve("knn")) || !Files.exists(jars.resolve("classpath.txt"))) {
      throw new TestAbortedException(
          "needs OpenSearch (mvn package in transforms/sinks/opensearch): there is no " + jars);
    }
    Path source = folder.resolve("OpenSearchNode.java");
    try (InputStream in = OpenSearchProcess.class.getResourceAsStream("OpenSearchNode.java")) {
      Files.write(source, in.readAllBytes());
    }
    List<String> arguments = new ArrayList<>();
    arguments.add(folder.resolve("data").toString());
    arguments.add("indexing_pressure.memory.limit=200kb");
    if (port > 0) {
      arguments.add("http.port=" + port);
    }
    process =
        ChildJvm.start(
            "opensearch-" + starts++,
            ChildJvm.Launch.of(source.toString())
                .withClassPath(
                    Files.readString(jars.resolve("classpath.txt"))
                        + java.io.File.pathSeparator
                        + jars.resolve("knn")
                        + "/*")
                .withFlags(List.of("-Xmx700m", "-XX:TieredStopAtLevel=1"))
                .withArguments(arguments),
            folder.resolve("logs"));
    port =
        Integer.parseInt(
            process.await(Pattern.compile("listening on port (\\d+)"), START).group(1));
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + port);
  }

  void kill() {
    process.kill();
  }

  /** What it answers; the test fails if that is no good answer. */
  JsonNode ask(String method, String path, String body) throws IOException, InterruptedException {
    HttpResponse<String> answer =
        client.send(
            HttpRequest.newBuilder(uri().resolve(path))
                .header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() >= 300) {
      throw new AssertionError(answer.body());
    }
    return JSON.readTree(answer.body());
  }

  /** How many documents an index has. */
  long count(String index) throws IOException, InterruptedException {
    ask("POST", "/" + index + "/_refresh", "");
    return ask("GET", "/" + index + "/_count", "").get("count").asLong();
  }

  @Override
  public void close() {
    process.close();
  }
}
