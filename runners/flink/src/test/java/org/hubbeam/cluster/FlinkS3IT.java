// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.io.fs.EmptyMatchTreatment;
import org.apache.beam.sdk.io.fs.MatchResult;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.util.MimeTypes;
import org.hubbeam.testdata.DemoModule;
import org.hubbeam.testing.ChildJvm;
import org.hubbeam.testing.Records;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.Example;

/** Input, module and output in S3, on a cluster, over a bad connection; with the profile s3. */
@EnabledIfSystemProperty(
    named = "hubbeam.s3mock",
    matches = ".+",
    disabledReason = "needs S3 (mvn -Ps3)")
class FlinkS3IT {

  private static final Duration START = Duration.ofMinutes(3);
  private static final Pattern PORT =
      Pattern.compile("Started ServerConnector.*HTTP/1.1.*:(\\d+)}");
  private static final String PROPERTY = "--com.adobe.testing.s3mock.";
  private static final int FILES = 4;
  private static final int LINES = 3000;
  private static final Map<String, String> KEYS =
      Map.of("AWS_ACCESS_KEY_ID", "any", "AWS_SECRET_ACCESS_KEY", "any", "AWS_REGION", "us-east-1");

  @TempDir private static Path work;
  private static ChildJvm server;
  private static int port;
  private static FlinkProcesses cluster;

  @BeforeAll
  static void start() throws Exception {
    Path logs = Files.createDirectories(Built.target().resolve("clusters/s3-server"));
    server =
        ChildJvm.start(
            "s3mock",
            ChildJvm.Launch.of("org.springframework.boot.loader.launch.JarLauncher")
                .withClassPath(System.getProperty("hubbeam.s3mock"))
                .withFlags(List.of("-Xmx256m"))
                .withArguments(
                    List.of(
                        "--server.port=0",
                        PROPERTY + "httpPort=0",
                        PROPERTY + "domain.initialBuckets=data",
                        PROPERTY + "domain.root=" + Files.createDirectory(work.resolve("root")))),
            logs);
    port = await(PORT);
    cluster =
        FlinkProcesses.start(
            FlinkProcesses.Settings.of("s3")
                .with("cluster.evenly-spread-out-slots", "true")
                .with("restart-strategy.type", "exponential-delay")
                .with("restart-strategy.exponential-delay.initial-backoff", "1 s")
                .with("restart-strategy.exponential-delay.max-backoff", "5 s")
                .withEnvironment(KEYS)
                .withEnvironment(Map.of("TFHUB_CACHE_DIR", work.resolve("workers").toString())),
            2);
  }

  /** What the server says to its standard output. */
  private static int await(Pattern wanted) throws Exception {
    long end = System.nanoTime() + START.toNanos();
    while (true) {
      Matcher found = wanted.matcher(server.out());
      if (found.find()) {
        return Integer.parseInt(found.group(1));
      }
      if (!server.isAlive() || System.nanoTime() > end) {
        throw new AssertionError(server.printed());
      }
      Thread.sleep(100);
    }
  }

  @AfterAll
  static void stop() {
    if (cluster != null) {
      cluster.close();
    }
    if (server != null) {
      server.close();
    }
  }

  private static Map<String, String> with(Map<String, String> all, String name, String value) {
    Map<String, String> more = new HashMap<>(all);
    more.put(name, value);
    return more;
  }

  private static List<String> options(int through) {
    return List.of("--awsRegion=us-east-1", "--endpoint=http://127.0.0.1:" + through);
  }

  private static void put(String name, byte[] bytes) throws IOException {
    try (OutputStream out =
        Channels.newOutputStream(
            FileSystems.create(
                FileSystems.matchNewResource("s3://data/" + name, false), MimeTypes.BINARY))) {
      out.write(bytes);
    }
  }

  @Test
  void rowsAreThereOnceOverABadConnection() throws Exception {
    System.setProperty("aws.accessKeyId", "any");
    System.setProperty("aws.secretAccessKey", "any");
    FileSystems.setDefaultPipelineOptions(
        PipelineOptionsFactory.fromArgs(options(port).toArray(String[]::new)).create());
    List<String> lines = new ArrayList<>();
    for (int file = 0; file < FILES; file++) {
      int number = file;
      List<String> own =
          IntStream.range(0, LINES).mapToObj(i -> "file " + number + " line " + i).toList();
      put("in/" + file + ".txt", (String.join("\n", own) + "\n").getBytes(StandardCharsets.UTF_8));
      lines.addAll(own);
    }
    Path module = work.resolve("module");
    DemoModule.write(module);
    try (Stream<Path> walk = Files.walk(module)) {
      for (Path file : walk.filter(Files::isRegularFile).toList()) {
        put("module/" + module.relativize(file), Files.readAllBytes(file));
      }
    }

    try (FaultyProxy proxy = new FaultyProxy(port)) {
      List<String> arguments =
          new ArrayList<>(
              List.of(
                  "embed",
                  "--module=s3://data/module",
                  "--input=s3://data/in/*.txt",
                  "--output=s3://data/out/v",
                  "--parallelism=4"));
      arguments.addAll(options(proxy.port()));
      Programs.in(Built.target().resolve("clusters/s3"))
          .withEnvironment(with(KEYS, "TFHUB_CACHE_DIR", work.resolve("launcher").toString()))
          .run("embed", cluster, arguments);
      assertThat(proxy.busy()).isPositive();
      assertThat(proxy.cuts())
          .as("answers that were cut off, for the launcher and for a worker")
          .containsEntry("/data/module/variables/variables.data-00000-of-00001", 2)
          .containsKeys("/data/in/0.txt", "/data/in/1.txt", "/data/in/2.txt", "/data/in/3.txt");
    }

    List<String> found = new ArrayList<>();
    for (MatchResult.Metadata file :
        FileSystems.match("s3://data/out/**", EmptyMatchTreatment.ALLOW).metadata()) {
      String name = file.resourceId().getFilename();
      assertThat(file.resourceId().toString()).doesNotContain(".temp-");
      if (name.endsWith(".tfrecord")) {
        Path copy = work.resolve(name);
        try (InputStream in = Channels.newInputStream(FileSystems.open(file.resourceId()))) {
          Files.copy(in, copy);
        }
        for (byte[] record : Records.read(copy)) {
          found.add(
              Example.parseFrom(record)
                  .getFeatures()
                  .getFeatureOrThrow("text")
                  .getBytesList()
                  .getValue(0)
                  .toStringUtf8());
        }
      }
    }
    assertThat(found).containsExactlyInAnyOrderElementsOf(lines);
  }
}
