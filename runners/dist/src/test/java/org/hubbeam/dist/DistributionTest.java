// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.PATH;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * The distribution as a user finds it who did not install it: in a read-only folder with blanks in
 * its name, without Maven, without a home folder. If the tests run as root, that user is another.
 */
@EnabledOnOs({OS.LINUX, OS.MAC})
class DistributionTest {

  private static final String ROWS = "age,job\n39,baker\n50,smith\n";
  private static final String SPEC =
      """
      columns:
        age: {type: float32}
        job: {type: string}
      outputs:
        age_z: scale_to_z_score(age)
        job_id: compute_and_apply_vocabulary(job)
      """;

  @TempDir static Path work;
  private static Path tarball;

  private record Run(int code, String out, String err) {}

  @BeforeAll
  static void pack() throws Exception {
    shell("chmod 755 \"$work\" && mkdir -m 777 \"$work/user\" \"$work/user/tmp\"");
    Files.writeString(work.resolve("rows.csv"), ROWS);
    Files.writeString(work.resolve("spec.yaml"), SPEC);
    Path bin = Files.createDirectory(work.resolve("bin"));
    Files.writeString(bin.resolve("mvn"), "#!/bin/sh\ntouch \"$TMPDIR/mvn-was-called\"\nexit 1\n");
    String given = System.getProperty("dist.tarball", "");
    tarball = given.isEmpty() ? work.resolve("hubbeam.tar") : Path.of(given);
    if (given.isEmpty()) {
      shell("tar -cf \"$work/hubbeam.tar\" -C target hubbeam");
    }
    shell("chmod -R a+rX \"$work\" && chmod 755 \"$work/bin/mvn\"");
    Files.createDirectory(work.resolve("a place"));
    shell("tar -xf \"$tarball\" -C \"$work/a place\" --strip-components=1 --no-same-owner");
    shell("chmod -R a-w \"$work/a place\"");
  }

  @AfterAll
  static void allowDeletion() throws Exception {
    shell("chmod -R u+w \"$work\"");
  }

  @Test
  void aReadOnlyFolderRunsForAUserWithoutAHome() throws Exception {
    Path home = work.resolve("a place");
    assertThat(home.resolve("bin/hubbeam")).isExecutable();
    assertThat(home.resolve("NOTICE")).exists();
    assertThat(home.resolve("licenses/THIRD-PARTY.md")).exists();
    assertThat(home.resolve("jobs/hubbeam-flink.jar")).isNotEmptyFile();

    Run doctor = user("'../a place/bin/hubbeam' doctor");
    assertThat(doctor.code()).as(doctor.out() + doctor.err()).isZero();
    assertThat(doctor.out()).contains("native cache  " + work.resolve("user/tmp/hubbeam-"));

    Run demo = user("'../a place/bin/hubbeam' demo --folder=demo");
    assertThat(demo.code()).as(demo.err()).isZero();
    assertThat(demo.out()).contains("290 rows, 0 failures", "48 rows, 0 failures");

    Run embed =
        user(
            "'../a place/bin/hubbeam' embed --module=demo/demo_module --input=demo/texts.txt"
                + " --inputFormat=text --output=vectors");
    assertThat(embed.code()).as(embed.err()).isZero();
    assertThat(embed.out()).contains("290 rows, 0 failures");

    Run transform =
        user(
            "'../a place/bin/hubbeam' transform --spec=../spec.yaml --input=../rows.csv"
                + " --output=features");
    assertThat(transform.code()).as(transform.err()).isZero();
    assertThat(work.resolve("user/features")).isNotEmptyDirectory();
    assertThat(work.resolve("user/tmp/mvn-was-called")).doesNotExist();
  }

  /** The steps of the Dockerfile. */
  @Test
  void installedForAllUsersItUnpacksNothingForEach() throws Exception {
    shell("HUBBEAM_ARCHIVE= ./install.sh \"$tarball\" \"$work/installed for all\"");
    shell("chmod -R a-w \"$work/installed for all\"");

    Run run =
        user(
            "export HUBBEAM_ARCHIVE= TMPDIR=tmp/own; mkdir tmp/own;"
                + " '../installed for all/bin/hubbeam' demo --folder=two");

    try (var cached = Files.list(work.resolve("installed for all/cache"))) {
      assertThat(cached.filter(file -> file.toString().endsWith(".jsa")))
          .singleElement(PATH)
          .isNotEmptyFile();
    }
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.err()).doesNotContain("unpacking");
    try (var files = Files.walk(work.resolve("user/tmp/own"))) {
      assertThat(files.filter(Files::isRegularFile)).isEmpty();
    }
  }

  @Test
  void aCheckoutRunsForAUserWhoCannotBuildIt() throws Exception {
    shell(
        "cd \"$work\" && mkdir -p"
            + " checkout/{target,transforms,testdata,pipelines,runners/dist/target} && ln -s"
            + " \"$work/a place\" checkout/runners/dist/target/hubbeam");
    shell(
        "cp ../../hubbeam \"$work/checkout\" && touch -t 200101010000 \"$work/checkout/pom.xml\"");
    shell("chmod -R a-w,a+rX \"$work/checkout\"");

    Run built = user("../checkout/hubbeam --version");
    shell("touch -t 203701010000 \"$work/checkout/pom.xml\"");
    Run edited = user("../checkout/hubbeam --version");
    shell("chmod u+w \"$work/checkout/runners/dist/target\"");
    Files.delete(work.resolve("checkout/runners/dist/target/hubbeam"));
    Run missing = user("../checkout/hubbeam --version");

    assertThat(built.out()).startsWith("hubbeam ");
    assertThat(built).isEqualTo(new Run(0, built.out(), ""));
    assertThat(edited.out()).isEqualTo(built.out());
    assertThat(edited.err()).startsWith("hubbeam: running the last build").hasLineCount(1);
    assertThat(missing.err()).startsWith("hubbeam: this checkout is not built").hasLineCount(1);
    assertThat(missing.code()).isEqualTo(1);
  }

  /** Runs a line of bash as the user, in a folder of theirs. */
  private static Run user(String line) throws IOException, InterruptedException {
    boolean root = "root".equals(System.getProperty("user.name"));
    List<String> prefix =
        root ? List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups") : List.of();
    return run(prefix, line, work.resolve("user"));
  }

  private static void shell(String line) throws IOException, InterruptedException {
    Run run = run(List.of(), line, Path.of(""));
    assertThat(run.code()).as(line + "\n" + run.out() + run.err()).isZero();
  }

  private static Run run(List<String> prefix, String line, Path folder)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(prefix);
    command.addAll(List.of("/bin/bash", "-c", line));
    Path out = Files.createTempFile(work, "out", "");
    Path err = Files.createTempFile(work, "err", "");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toAbsolutePath().toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().clear();
    builder.environment().put("PATH", work.resolve("bin") + ":/usr/bin:/bin");
    builder.environment().put("HOME", "/nonexistent");
    builder.environment().put("TMPDIR", work.resolve("user/tmp").toString());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("HUBBEAM_HEAP", "600m");
    builder.environment().put("HUBBEAM_ARCHIVE", "off");
    builder.environment().put("work", work.toString());
    builder.environment().put("tarball", String.valueOf(tarball));
    Process process = builder.start();
    return new Run(process.waitFor(), Files.readString(out), Files.readString(err));
  }
}
