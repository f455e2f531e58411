// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The programs on a machine with a full disk, a read-only home folder or an empty cache. */
class FaultyMachineTest {

  @TempDir Path work;
  private LauncherFolder launcher;

  @BeforeEach
  void make() throws IOException {
    launcher = LauncherFolder.in(work);
  }

  private static boolean runs(String... command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
  }

  /** What begins a shell that may mount file systems for itself alone. */
  private static String ownMounts() throws IOException, InterruptedException {
    String probe = "mount -t tmpfs -o size=1m tmpfs /mnt";
    for (String[] unshare :
        new String[][] {{"unshare", "-m", "bash", "-c"}, {"unshare", "-rm", "bash", "-c"}}) {
      String[] command = {unshare[0], unshare[1], unshare[2], unshare[3], probe};
      if (Files.isExecutable(Path.of("/usr/bin/unshare")) && runs(command)) {
        return String.join(" ", unshare);
      }
    }
    Assumptions.abort("this machine lets nobody mount a small disk (unshare -rm)");
    return "";
  }

  @Test
  void aFullDiskIsOneLineWithTheFileAndIsFreeAgain() throws Exception {
    String shell = ownMounts();
    Path module = CliFixtures.numbers(work.resolve("numbers"));
    Files.write(
        work.resolve("in.txt"), IntStream.range(0, 40_000).mapToObj(Integer::toString).toList());
    Files.createDirectories(work.resolve("disk"));
    Files.writeString(
        work.resolve("run.sh"),
        "mount -t tmpfs -o size=1m tmpfs disk\n./hubbeam embed --module=%s --outputKey=value"
                .formatted(module)
            + " --input=in.txt --output=disk/out/v --runner=direct\ncode=$?\n"
            + "find disk -type f; df --output=used disk | tail -1; exit $code\n");

    Run run = launcher.bash(shell + " 'bash run.sh'", Map.of());

    assertThat(run.code()).as(run.err()).isEqualTo(1);
    List<String> said = run.err().lines().filter(l -> l.startsWith("hubbeam embed:")).toList();
    assertThat(said).as(run.err()).hasSize(1);
    assertThat(said.get(0)).contains("disk/out/", "No space left on device");
    assertThat(run.out().strip()).as("what is on the disk, and its size").isEqualTo("0");
  }

  @Test
  void aHomeThatCannotBeWrittenDoesNotMatter() throws Exception {
    Path module = CliFixtures.numbers(work.resolve("numbers"));
    Files.writeString(work.resolve("in.txt"), "1\n2\n");
    Files.createDirectories(work.resolve("tmp"));

    // Nobody, not even root, makes folders there.
    Run run =
        launcher.bash(
            "unset HUBBEAM_CACHE XDG_CACHE_HOME; ./hubbeam embed --module="
                + module
                + " --outputKey=value --input=in.txt --output=out/v --runner=direct",
            Map.of("HOME", "/proc", "TMPDIR", work.resolve("tmp").toString()));

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).startsWith("2 rows, 0 failures");
    assertThat(run.err()).contains("unpacking native libraries, once, to " + work.resolve("tmp"));
  }

  @Test
  void eightLaunchersUnpackTheNativeLibrariesOnce() throws Exception {
    Path module = CliFixtures.numbers(work.resolve("numbers"));
    Files.writeString(
        work.resolve("inputs.json"),
        "{\"texts\": {\"dtype\": \"string\", \"shape\": [1], \"values\": [\"7\"]}}");

    Run run =
        launcher.bash(
            "for i in 1 2 3 4 5 6 7 8; do ./hubbeam call "
                + module
                + " --inputs=inputs.json >out-$i 2>err-$i & done; wait; cat err-*; cat out-*",
            Map.of("HUBBEAM_CACHE", work.resolve("cache").toString()));

    assertThat(run.out().lines().filter(line -> line.contains("unpacking"))).hasSize(1);
    String answer = Files.readString(work.resolve("out-1"));
    assertThat(answer).contains("7.0");
    for (int i = 1; i <= 8; i++) {
      assertThat(work.resolve("out-" + i)).hasContent(answer);
    }
    assertThat(work.resolve("cache").toFile().list())
        .as("no locks")
        .noneMatch(name -> name.endsWith(".lock"));
  }
}
