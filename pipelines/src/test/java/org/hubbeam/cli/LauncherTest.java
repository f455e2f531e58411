// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.module.ModuleFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script {@code hubbeam}; where it builds, a stand-in for Maven notes how it is called. */
class LauncherTest {

  private static final Map<String, String> NOTHING = Map.of();

  @TempDir Path work;
  private LauncherFolder launcher;

  @BeforeEach
  void make() throws IOException {
    launcher = LauncherFolder.in(work);
  }

  /** A Maven that notes its arguments in {@code target/called} and does what this script says. */
  private Map<String, String> maven(String script) throws IOException {
    Path bin = Files.createDirectories(launcher.folder().resolve("bin"));
    Path mvn = bin.resolve("mvn");
    Files.writeString(mvn, "#!/bin/bash\necho \"$@\" >>target/called\n" + script + "\n");
    Files.setPosixFilePermissions(mvn, PosixFilePermissions.fromString("rwxr-xr-x"));
    return Map.of("PATH", bin + ":" + System.getenv("PATH"));
  }

  private String called() throws IOException {
    Path file = launcher.folder().resolve("target/called");
    return Files.exists(file) ? Files.readString(file) : "";
  }

  @Test
  void aBuiltTreeIsRunAndNotBuilt() throws Exception {
    Run run = launcher.bash("./hubbeam --help", maven("exit 1"));

    assertThat(run).isEqualTo(new Run(0, Run.of("--help").out(), ""));
    assertThat(called()).isEmpty();
  }

  @Test
  void programsThatCompareManyVectorsUseVectorInstructions() throws Exception {
    String line = "WARNING: Using incubator modules: jdk.incubator.vector\n";
    assumeTrue(ModuleFinder.ofSystem().find("jdk.incubator.vector").isPresent());

    assertThat(launcher.bash("./hubbeam index --output=o", NOTHING).err())
        .startsWith(line + "hubbeam index: --input is missing");
    assertThat(launcher.bash("./hubbeam search --index=o --queryFile=q", NOTHING).err())
        .startsWith(line + "hubbeam search: there is no index");
    assertThat(launcher.bash("./hubbeam search --index=o --query=q", NOTHING).err())
        .startsWith("hubbeam search: there is no index");
  }

  @Test
  void itRunsFromAnotherFolderAndThroughALink() throws Exception {
    Files.createSymbolicLink(launcher.folder().resolve("link"), Path.of("hubbeam"));

    Run run = launcher.bash("cd / && '" + launcher.folder() + "/link' resolve tmp/no", NOTHING);

    assertThat(run.err()).startsWith("hubbeam resolve: tmp/no is no folder").hasLineCount(1);
    assertThat(run.code()).isEqualTo(1);
  }

  @Test
  void wrongUseIsExitCodeTwoAndArgumentsArriveAsTheyAre() throws Exception {
    Run run = launcher.bash("./hubbeam head 'a  b*'", NOTHING);

    assertThat(run.err()).isEqualTo("hubbeam head: no file matches a  b*\n");
    assertThat(run.code()).isEqualTo(2);
  }

  @Test
  void aModuleIsCalledWithoutALineOfTensorFlowsLog() throws Exception {
    Path inputs =
        Files.writeString(
            work.resolve("inputs.json"),
            "{\"texts\": {\"dtype\": \"string\", \"shape\": [1], \"values\": [\"1\"]}}");
    Path module = CliFixtures.numbers(work.resolve("numbers"));

    for (String program :
        List.of("inspect '" + module + "'", "call '" + module + "' --inputs=" + inputs)) {
      Run run = launcher.bash("./hubbeam " + program, NOTHING);

      assertThat(run).extracting(Run::code, Run::err).containsExactly(0, "");
    }
  }

  @Test
  void theDoctorLooksAtEverything() throws Exception {
    Run run = launcher.bash("./hubbeam doctor", NOTHING);

    assertThat(run.code()).as(run.out()).isZero();
    for (String subject :
        new String[] {
          "Java", "system", "processor", "native cache", "memory", "TensorFlow", "oneDNN"
        }) {
      assertThat(run.out()).containsPattern("(?m)^(ok|warn) +" + subject + " ");
    }
  }

  @Test
  void whatIsMissingIsBuiltOnce() throws Exception {
    Path classPath = launcher.folder().resolve(LauncherFolder.CLASS_PATH);
    Files.move(classPath, launcher.folder().resolve("kept"));
    Map<String, String> maven = maven("cp kept " + LauncherFolder.CLASS_PATH);

    Run first = launcher.bash("./hubbeam --version", maven);
    Run second = launcher.bash("./hubbeam --version", maven);

    assertThat(first.err()).startsWith("hubbeam: building, once").endsWith("hubbeam: built\n");
    assertThat(first.code()).isZero();
    assertThat(second).isEqualTo(new Run(0, first.out(), ""));
    assertThat(called()).contains("--also-make").contains(" package").hasLineCount(1);
  }

  @Test
  void anEditedSourceAndOtherProfilesAreBuiltAgain() throws Exception {
    Map<String, String> maven = maven("touch " + LauncherFolder.CLASS_PATH);
    Path source = Files.createFile(launcher.folder().resolve("transforms/Edited.java"));
    Files.setLastModifiedTime(source, FileTime.fromMillis(System.currentTimeMillis() - 100_000));
    Files.setLastModifiedTime(
        launcher.folder().resolve(LauncherFolder.CLASS_PATH),
        FileTime.fromMillis(System.currentTimeMillis() - 200_000));

    assertThat(launcher.bash("./hubbeam --version", maven).code()).isZero();
    assertThat(launcher.bash("./hubbeam --version", maven).err()).isEmpty();
    assertThat(launcher.bash("HUBBEAM_PROFILES=s3 ./hubbeam --version", maven).code()).isZero();

    assertThat(called().lines()).hasSize(2);
    assertThat(called().lines().toList().get(1)).contains("--activate-profiles s3");
  }

  @Test
  void aBuildThatFailsSaysWhy() throws Exception {
    Files.delete(launcher.folder().resolve(LauncherFolder.CLASS_PATH));

    Run run =
        launcher.bash(
            "./hubbeam --version",
            maven("echo '[INFO] x'; echo '[ERROR] no such symbol: frobnicate'; exit 1"));

    assertThat(run.err())
        .contains("no such symbol: frobnicate")
        .endsWith("the build failed; the full log is " + launcher.folder() + "/target/build.log\n")
        .doesNotContain("[INFO]");
    assertThat(run.code()).isEqualTo(1);
    assertThat(launcher.folder().resolve("target/build.lock")).doesNotExist();
  }

  @Test
  void aLockThatADeadLauncherLeftIsTakenOver() throws Exception {
    Files.delete(launcher.folder().resolve(LauncherFolder.CLASS_PATH));
    Files.createDirectories(launcher.folder().resolve("target/build.lock"));
    Process dead = new ProcessBuilder("true").start();
    dead.waitFor();
    Files.writeString(
        launcher.folder().resolve("target/build.lock/pid"), Long.toString(dead.pid()));

    assertThat(launcher.bash("./hubbeam --version", maven("exit 1")).err())
        .contains("the build failed");
  }

  @Test
  void aJarThatCannotBeReadIsNamed() throws Exception {
    Path classPath = launcher.folder().resolve(LauncherFolder.CLASS_PATH);
    Files.writeString(classPath, Files.readString(classPath) + ":/no such folder/x.jar");

    Run run = launcher.bash("./hubbeam --version", maven("exit 1"));

    assertThat(run.err()).startsWith("hubbeam: cannot read /no such folder/x.jar").hasLineCount(1);
    assertThat(run.code()).isEqualTo(1);
  }

  @Test
  void aScriptOnItsOwnSaysWhatItMisses() throws Exception {
    Run run = launcher.bash("mkdir alone && cp hubbeam alone && alone/hubbeam --help", NOTHING);

    assertThat(run.err()).contains("/alone is neither the folder bin of").hasLineCount(1);
    assertThat(run.code()).isEqualTo(1);
  }

  @Test
  void anOldJavaIsRefused() throws Exception {
    Path home = Files.createDirectories(launcher.folder().resolve("old/bin"));
    Path java = home.resolve("java");
    Files.writeString(java, "#!/bin/bash\necho 'openjdk version \"11.0.2\" 2019-01-15' >&2\n");
    Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));

    Run run =
        launcher.bash(
            "./hubbeam --version",
            Map.of("JAVA_HOME", launcher.folder().resolve("old").toString()));

    assertThat(run.err()).contains("is version 11; a JDK 17 or newer is needed").hasLineCount(1);
    assertThat(run.code()).isEqualTo(1);
  }
}
