// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The archive of classes that the launcher has the JVM make; a stand-in for the JVM notes how it is
 * called, and {@code WAIT} waits until the background has made what it makes.
 */
class LauncherArchiveTest {

  private static final String WAIT =
      "; until ls cache/*.size >/dev/null 2>&1 && ! ls -d cache/*.lock >/dev/null 2>&1;"
          + " do sleep 0.1; done";

  @TempDir Path work;
  private LauncherFolder launcher;
  private Path cache;

  @BeforeEach
  void make() throws IOException {
    launcher = LauncherFolder.in(work);
    cache = Files.createDirectories(launcher.folder().resolve("cache"));
  }

  /**
   * The environment of a launcher with such a JVM.
   *
   * @param archive how it writes the archive {@code $f}
   * @param check how it says whether an archive is right
   */
  private Map<String, String> jvm(String archive, String check) throws IOException {
    Path bin = Files.createDirectories(launcher.folder().resolve("jdk/bin"));
    Files.writeString(bin.getParent().resolve("release"), "JAVA_VERSION=\"17.0.9\"\n");
    Path java = bin.resolve("java");
    Files.writeString(
        java,
        """
        #!/bin/bash
        echo "$@" >>calls
        for word in "$@"; do
          case "$word" in
            -XX:ArchiveClassesAtExit=*) f="${word#*=}"; ARCHIVE ;;
            -Xshare:on) CHECK ;;
          esac
        done
        """
            .replace("ARCHIVE", archive)
            .replace("CHECK", check));
    Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
    Map<String, String> environment = new HashMap<>();
    environment.put("JAVA_HOME", bin.getParent().toString());
    environment.put("HUBBEAM_CACHE", cache.toString());
    environment.put("HUBBEAM_ARCHIVE", "");
    return environment;
  }

  private List<String> calls(String word) throws IOException {
    Path calls = launcher.folder().resolve("calls");
    List<String> found = Files.readAllLines(calls).stream().filter(c -> c.contains(word)).toList();
    return found;
  }

  private Path archive() throws IOException {
    try (Stream<Path> files = Files.list(cache)) {
      return files.filter(f -> f.toString().endsWith(".jsa")).findFirst().orElseThrow();
    }
  }

  @Test
  void itIsMadeAfterTheFirstProgramAndGivenToThoseAfter() throws Exception {
    Map<String, String> jvm = jvm("echo classes >$f", "exit 0");

    Run first = launcher.bash("./hubbeam doctor" + WAIT, jvm);
    Run second = launcher.bash("./hubbeam doctor one && ./hubbeam --version", jvm);

    assertThat(first.err()).contains("unpacking").hasLineCount(1);
    assertThat(second.err()).isEmpty();
    assertThat(calls("warm-up")).hasSize(1);
    assertThat(calls("Main doctor").get(0)).doesNotContain("SharedArchiveFile");
    assertThat(calls("Main doctor one").get(0)).contains("-XX:SharedArchiveFile=" + archive());
    assertThat(calls("Main --version"))
        .last()
        .asString()
        .contains("-XX:SharedArchiveFile=" + archive());
    assertThat(archive().resolveSibling(archive().getFileName() + ".part")).doesNotExist();
  }

  @Test
  void oneOlderThanAJarIsPassedOverAndMadeAgain() throws Exception {
    Map<String, String> jvm = jvm("echo classes >$f", "exit 0");
    launcher.bash("./hubbeam doctor" + WAIT, jvm);
    Files.setLastModifiedTime(
        archive(), FileTime.fromMillis(System.currentTimeMillis() - 100_000_000_000L));

    launcher.bash(
        "./hubbeam doctor again; until [ \"$(grep -c warm-up calls)\" = 2 ]; do sleep 0.1; done"
            + WAIT,
        jvm);

    assertThat(calls("doctor again").get(0)).doesNotContain("SharedArchiveFile");
    assertThat(calls("warm-up")).hasSize(2);
  }

  @Test
  void aBrokenOneIsNeverGivenToTheJvm() throws Exception {
    Map<String, String> jvm = jvm("echo half >$f", "exit 1");
    launcher.bash("./hubbeam doctor" + WAIT, jvm);
    launcher.bash("./hubbeam doctor again", jvm);

    assertThat(archive()).isEmptyFile();
    assertThat(calls("doctor again").get(0)).doesNotContain("SharedArchiveFile");
    assertThat(calls("warm-up")).as("what cannot be made is not tried again").hasSize(1);
  }

  @Test
  void oneThatWasCutOffIsNotUsed() throws Exception {
    Map<String, String> jvm = jvm("echo classes >$f", "exit 0");
    launcher.bash("./hubbeam doctor" + WAIT, jvm);
    FileTime made = Files.getLastModifiedTime(archive());
    Files.writeString(archive(), "cl");
    Files.setLastModifiedTime(archive(), made);

    launcher.bash("./hubbeam --version", jvm);

    assertThat(calls("Main --version")).last().asString().doesNotContain("SharedArchiveFile");
  }

  @Test
  void itIsNotMadeWhereThatIsOff() throws Exception {
    Map<String, String> jvm = jvm("echo classes >$f", "exit 0");
    jvm.put("HUBBEAM_ARCHIVE", "off");
    Run run = launcher.bash("./hubbeam doctor", jvm);

    assertThat(run.code()).isZero();
    assertThat(calls("Main doctor")).hasSize(1);
    assertThat(launcher.bash("ls cache", jvm).out()).doesNotContain("classes");
  }

  @Test
  void smallLocalInputAloneIsCompiledLightly() throws Exception {
    Map<String, String> jvm = jvm("echo classes >$f", "exit 0");
    jvm.put("HUBBEAM_ARCHIVE", "off");
    launcher.bash(
        "truncate -s 150M 'a b.txt'; truncate -s 100M c.txt; truncate -s 5M d.jpg;"
            + " ./hubbeam embed --input='a *.txt' one;"
            + " ./hubbeam embed --input='*.txt' two;"
            + " ./hubbeam embed --input=d.jpg --inputFormat=image three;"
            + " ./hubbeam embed --input=none.txt four;"
            + " ./hubbeam embed --input=gs://bucket/c.txt five;"
            + " ./hubbeam transform --input=c.txt --evalInput='a b.txt' six;"
            + " ./hubbeam transform --input=c.txt seven",
        jvm);

    assertThat(calls("TieredStopAtLevel=1"))
        .filteredOn(call -> call.contains("--input"))
        .extracting(call -> call.substring(call.lastIndexOf(' ') + 1))
        .containsExactly("one", "seven");
    assertThat(calls("Tier4InvocationThreshold"))
        .extracting(call -> call.substring(call.lastIndexOf(' ') + 1))
        .containsExactly("two", "three", "four", "five", "six");
  }

  @Test
  void whatItIsMadeOfRunsThrough() {
    assertThat(Run.of("warm-up").code()).isZero();
  }
}
