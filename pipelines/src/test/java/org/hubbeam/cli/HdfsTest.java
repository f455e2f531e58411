// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** HDFS, of a small cluster in a process of its own; with the profile hdfs. */
@EnabledIfSystemProperty(
    named = "hubbeam.minidfs",
    matches = ".+",
    disabledReason = "needs HDFS (mvn -Phdfs)")
class HdfsTest extends StoreContract {

  private static final Pattern STARTED =
      Pattern.compile("Started MiniDFSCluster -- namenode on port (\\d+)");

  @TempDir private static Path server;
  private static Process process;
  private static int port;

  @BeforeAll
  static void start() throws IOException {
    process =
        new ProcessBuilder(
                ServerLog.java(),
                "-Dtest.build.data=" + server,
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=info",
                "-cp",
                System.getProperty("java.class.path"),
                System.getProperty("hubbeam.minidfs"),
                "-format",
                "-datanodes",
                "1",
                "-nnport",
                "0")
            .redirectErrorStream(true)
            .directory(server.toFile())
            .start();
    port = Integer.parseInt(ServerLog.await(process, STARTED).group(1));
  }

  @AfterAll
  static void stop() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
  }

  @Override
  String root() {
    return "hdfs://127.0.0.1:" + port;
  }

  @Override
  List<String> options() {
    return List.of("--hdfsConfiguration=[{\"fs.defaultFS\":\"" + root() + "\"}]");
  }
}
