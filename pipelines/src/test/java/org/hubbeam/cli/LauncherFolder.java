// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hubbeam.testing.TestFiles;
import org.junit.jupiter.api.Assumptions;

/**
 * A source tree as the launcher sees it, built already: the script, what it looks at, and a class
 * path of what this test runs with. So nothing that is run in it starts Maven.
 *
 * @param folder its root
 */
record LauncherFolder(Path folder) {

  /** The class path of a built checkout, below its root. */
  static final String CLASS_PATH = "runners/dist/target/hubbeam/lib/classpath.txt";

  /** Where native libraries are unpacked once for all tests of the launcher. */
  private static final Path CACHE = Path.of("target/launcher-cache").toAbsolutePath();

  /** Makes the tree; the test is skipped where no bash is. */
  static LauncherFolder in(Path folder) throws IOException {
    Assumptions.assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "needs /bin/bash");
    Path root = folder.toRealPath();
    Files.copy(TestFiles.root().resolve("hubbeam"), root.resolve("hubbeam"));
    Files.setPosixFilePermissions(
        root.resolve("hubbeam"),
        Files.getPosixFilePermissions(TestFiles.root().resolve("hubbeam")));
    Files.createFile(root.resolve("pom.xml"));
    for (String part :
        new String[] {
          "transforms", "runners/dist/target/hubbeam/lib", "testdata", "pipelines/target", "target"
        }) {
      Files.createDirectories(root.resolve(part));
    }
    Path classes = root.resolve("pipelines/target/classes");
    copy(Path.of("target/classes").toAbsolutePath(), classes);
    Files.writeString(root.resolve(CLASS_PATH), classPath(classes));
    Files.writeString(root.resolve("target/profiles.txt"), "\n");
    return new LauncherFolder(root);
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
  }

  private static String classPath(Path classes) {
    String rest =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(part -> !part.contains("test-classes"))
            .filter(part -> !part.endsWith("pipelines/target/classes"))
            .collect(Collectors.joining(":"));
    return classes + ":" + rest;
  }

  /** Runs a line of bash in the tree. */
  Run bash(String line, Map<String, String> environment) throws IOException, InterruptedException {
    Path out = Files.createTempFile(folder, "out", "");
    Path err = Files.createTempFile(folder, "err", "");
    ProcessBuilder builder =
        new ProcessBuilder("/bin/bash", "-c", line)
            .directory(folder.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("HUBBEAM_CACHE", CACHE.toString());
    builder.environment().put("HUBBEAM_HEAP", "500m");
    builder.environment().put("HUBBEAM_ARCHIVE", "off");
    builder.environment().putAll(environment);
    Process process = builder.start();
    if (!process.waitFor(5, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      throw new AssertionError(line + " did not end: " + Files.readString(err));
    }
    return new Run(process.exitValue(), Files.readString(out), Files.readString(err));
  }
}
