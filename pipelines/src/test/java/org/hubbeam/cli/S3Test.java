// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** S3, of a server in a process of its own; with the profile s3. */
@EnabledIfSystemProperty(
    named = "hubbeam.s3mock",
    matches = ".+",
    disabledReason = "needs S3 (mvn -Ps3)")
class S3Test extends StoreContract {

  private static final String PROPERTY = "--com.adobe.testing.s3mock.";
  private static final Pattern PORT =
      Pattern.compile("Started ServerConnector.*HTTP/1.1.*:(\\d+)}");

  @TempDir private static Path server;
  private static Process process;
  private static int port;

  @BeforeAll
  static void start() throws IOException {
    Files.createDirectory(server.resolve("root"));
    process =
        new ProcessBuilder(
                ServerLog.java(),
                "-jar",
                System.getProperty("hubbeam.s3mock"),
                "--server.port=0",
                PROPERTY + "httpPort=0",
                PROPERTY + "domain.initialBuckets=data",
                PROPERTY + "domain.root=" + server.resolve("root"))
            .redirectErrorStream(true)
            .start();
    Matcher line = ServerLog.await(process, PORT);
    port = Integer.parseInt(line.group(1));
  }

  @AfterAll
  static void stop() throws InterruptedException {
    process.destroy();
    process.waitFor();
  }

  @Override
  String root() {
    return "s3://data";
  }

  @Override
  List<String> options() {
    return List.of("--awsRegion=us-east-1", "--endpoint=http://127.0.0.1:" + port);
  }
}
