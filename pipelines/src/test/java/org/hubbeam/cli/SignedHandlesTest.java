// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Handles with signatures and passwords: nothing that programs write has them. */
class SignedHandlesTest {
  private static final String SECRET = "hUsHhUsH0123456789";
  private static final String SIGNED =
      "?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=me"
          + SECRET
          + "&X-Amz-Signature="
          + SECRET;

  @TempDir Path work;
  private ModuleServer server;
  private String address;

  @BeforeEach
  void start() throws IOException {
    server = ModuleServer.start();
    Path module = CliFixtures.numbers(Files.createTempDirectory(work, "given").resolve("m"));
    server.give("/numbers.tar.gz", module);
    server.answer("/moved.tar.gz", 302, "/numbers.tar.gz?signature=" + SECRET, "");
    server.answer("/off.tar.gz", 302, "http://me:" + SECRET + "@far.example/m?sig=" + SECRET, "");
    server.answer("/bad.tar.gz", 302, "http://127.0.0.1/a b?sig=" + SECRET + "|", "");
    server.answer("/forbidden.tar.gz", 403, "", "no " + SECRET);
    server.answer("/broken.tar.gz", 200, "", "not an archive");
    server.answer("/storage.tar.gz", 303, "", "s3://KEY:" + SECRET + "@bucket/m?a=" + SECRET);
    address = "http://me:" + SECRET + "@" + server.authority();
    Files.writeString(work.resolve("in.txt"), "1\n2\nnone\n");
    Files.writeString(work.resolve("in.json"), "{\"texts\": [\"1\"]}");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Run run(String... arguments) {
    List<String> all = new ArrayList<>(Arrays.asList(arguments));
    Run run = Run.of(all.toArray(String[]::new));
    assertThat(run.out() + run.err()).doesNotContain(SECRET);
    return run;
  }

  private void assertNoFileHasIt() throws IOException {
    try (Stream<Path> files = Files.walk(work)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String text = Files.readString(file, StandardCharsets.ISO_8859_1);
        assertThat(text.contains(SECRET) && !file.endsWith("spec.yaml")).as("" + file).isFalse();
        assertThat(file.toString()).doesNotContain(SECRET);
      }
    }
  }

  private String cache() {
    return "--cache=" + work.resolve("cache");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/numbers.tar.gz", "/moved.tar.gz"})
  void programsThatLookAtAModule(String path) throws IOException {
    String handle = address + path + SIGNED;
    for (String[] program :
        new String[][] {
          {"resolve", handle, cache()},
          {"inspect", handle, cache()},
          {"inspect", handle, cache(), "--json"},
          {"inspect", handle, cache(), "--debug"},
          {"call", handle, cache(), "--inputs=" + work.resolve("in.json")},
        }) {
      Run run = run(program);
      assertThat(run.code()).as(run.err()).isZero();
    }
    assertThat(run("inspect", handle, cache()).out())
        .contains("http://...@" + server.authority() + path + "?...");
    assertNoFileHasIt();
  }

  @ParameterizedTest
  @ValueSource(strings = {"flink", "direct"})
  void embeddings(String engine) throws IOException {
    String handle = address + "/moved.tar.gz" + SIGNED;
    Run run =
        run(
            "embed",
            "--module=" + handle,
            "--function=serving_default",
            "--runner=" + engine,
            "--input=" + work.resolve("in.txt"),
            "--output=" + work.resolve("out/v"),
            "--outputs=value",
            cache());
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.err()).contains("embedding with http://...@" + server.authority());
    assertThat(Files.readString(work.resolve("out/v.failures.jsonl"))).contains("moved.tar.gz?...");
    assertThat(Files.readString(work.resolve("out/v.manifest.json"))).contains("moved.tar.gz?...");
    assertNoFileHasIt();
  }

  @Test
  void chains() throws IOException {
    Path pairs = CliFixtures.pairs(Files.createTempDirectory(work, "given").resolve("m"));
    server.give("/pairs.tar.gz", pairs);
    Run run =
        run(
            "embed",
            "--module=" + address + "/numbers.tar.gz" + SIGNED,
            "--module=" + address + "/pairs.tar.gz" + SIGNED,
            "--function=serving_default",
            "--function=",
            "--outputs=pair",
            "--input=" + work.resolve("in.txt"),
            "--output=" + work.resolve("out/v"),
            cache());
    assertThat(run.code()).as(run.err()).isZero();
    assertNoFileHasIt();
  }

  @Test
  void modulesInPreprocessingFunctions() throws IOException {
    Files.writeString(work.resolve("in.csv"), "texts\n1\n2\n");
    Files.writeString(
        work.resolve("spec.yaml"),
        "columns: {texts: {type: string}}\noutputs:\n  n: scale_to_z_score(hub(\""
            + (address + "/numbers.tar.gz" + SIGNED)
            + "\", texts, function=\"scaled\", by=2))\n");
    // Where modules of specs are cached is the environment's to say.
    System.setProperty("hubbeam.cache", work.resolve("cache").toString());
    try {
      Run run =
          run(
              "transform",
              "--spec=" + work.resolve("spec.yaml"),
              "--input=" + work.resolve("in.csv"),
              "--output=" + work.resolve("out"));
      assertThat(run.code()).as(run.err()).isZero();
      assertThat(run("transform", "--spec=" + work.resolve("spec.yaml"), "--explain").code())
          .isZero();
      server.close();
      Files.writeString(
          work.resolve("spec.yaml"),
          Files.readString(work.resolve("spec.yaml")).replace("numbers", "gone"));
      assertThat(run("transform", "--spec=" + work.resolve("spec.yaml"), "--explain").code())
          .isIn(1, 2);
    } finally {
      System.clearProperty("hubbeam.cache");
    }
    assertNoFileHasIt();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ADDRESS/off.tar.gz?sig=SECRET",
        "ADDRESS/bad.tar.gz?sig=SECRET",
        "ADDRESS/forbidden.tar.gz?sig=SECRET",
        "ADDRESS/absent.tar.gz?sig=SECRET",
        "ADDRESS/absent?token=SECRET",
        "ADDRESS/broken.tar.gz?sig=SECRET",
        "ADDRESS/storage.tar.gz?sig=SECRET",
        "ADDRESS/a b|c?sig=SECRET",
        "ADDRESS/%zz?sig=SECRET",
        "http://me:SECRET@127.0.0.1:1/m.tar.gz?sig=SECRET",
        "http://me:SECRET@far.example/m.tar.gz?sig=SECRET",
        "https://me:SECRET@/m.tar.gz?sig=SECRET",
        "https://me:SEC#RET@localhost:1/m.tar.gz?sig=SECRET",
        "https://me:SECRET@localhost:99999999/m?sig=SECRET",
        "https:/me:SECRET@localhost/m?sig=SECRET",
        "me:SECRET@localhost/m?sig=SECRET",
        "h.example/m.tar.gz?X-Goog-Signature=SECRET",
        "s3://KEY:SECRET@bucket/m",
        "hdfs://me:SECRET@node/m?sig=SECRET",
        "ftp://me:SECRET@h.example/m",
        "gopher://me:SECRET@h.example/m?sig=SECRET",
        "",
      })
  void errors(String pattern) throws IOException {
    String handle = pattern.replace("ADDRESS", address).replace("SECRET", SECRET);
    assertThat(run("inspect", handle, cache(), "--debug").code()).isIn(1, 2);
    run(
        "embed",
        "--module=" + handle,
        "--input=" + work.resolve("in.txt"),
        "--output=" + file(handle),
        cache());
    run(handle);
    run("help", handle);
    run("head", file(handle));
    run(
        "apply",
        "--transformOutput=" + file(handle),
        "--input=" + file(handle),
        "--output=" + file(handle));
    run(
        "transform",
        "--spec=" + file(handle),
        "--input=" + file(handle),
        "--output=" + file(handle));
    run("call", handle, cache(), "--inputs=" + file(handle));
    run(
        "call",
        handle,
        cache(),
        "--inputs=" + work.resolve("in.json"),
        "--function=" + file(handle));
    assertNoFileHasIt();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--offline",
        "--sha256=0000000000000000000000000000000000000000000000000000000000000000",
        "--sha256=HANDLE",
        "--mirror=HANDLE",
        "--mirror=HANDLE=HANDLE",
        "--mirror=http=HANDLE",
        "--tags=HANDLE",
        "--mirorr=HANDLE",
        "HANDLE",
      })
  void wrongOptions(String option) throws IOException {
    for (String path : List.of("/numbers.tar.gz", "/forbidden.tar.gz", "/absent/1")) {
      String handle = address + path + SIGNED;
      String wrong = option.replace("HANDLE", handle);
      run("inspect", handle, cache(), wrong);
      run("embed", "--module=" + handle, "--input=" + handle, "--output=" + handle, wrong);
    }
    assertNoFileHasIt();
  }

  /** A handle as a file; what does not even look like an address cannot be told from a name. */
  private static String file(String handle) {
    return handle.contains(":/") ? handle : "https://" + handle;
  }

  @Test
  void logs() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "--add-opens=java.base/java.lang=ALL-UNNAMED",
                Main.class.getName(),
                "embed",
                "--debug",
                "--module=" + address + "/numbers.tar.gz" + SIGNED,
                "--function=serving_default",
                "--outputs=value",
                "--input=" + work.resolve("in.txt"),
                "--output=" + work.resolve("out/v"),
                cache())
            .redirectErrorStream(true)
            .start();
    String told = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(told).isZero();
    assertThat(told).contains("loading module http://...@").doesNotContain(SECRET);
    assertNoFileHasIt();
  }
}
