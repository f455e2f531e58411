// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.hubbeam.files.BatchSink;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.proto.SignatureDef;

/** Names and values of others have what terminals obey; programs print it escaped. */
class TextOfOthersTest {
  /** Clears the screen, sets the title, reorders the line, begins another one. */
  private static final String EVIL =
      "a\u001b[2J\u001b]0;t\u0007\u009b31m\u007f\u202eb\u2028c\u2066d\b\re";

  @TempDir Path work;

  private Run run(String... arguments) {
    Run run = Run.of(arguments);
    assertPrintable(run.out(), arguments);
    assertPrintable(run.err(), arguments);
    return run;
  }

  private static void assertPrintable(String text, Object[] arguments) {
    assertThat(
            text.codePoints()
                .filter(c -> c != '\n' && c != '\t')
                .filter(
                    c ->
                        Character.isISOControl(c)
                            || c >= 0x2028 && c <= 0x202e
                            || c >= 0x2066 && c <= 0x2069)
                .mapToObj(c -> Integer.toHexString(c)))
        .as(String.join(" ", List.of(arguments).toString(), text))
        .isEmpty();
  }

  /** A module whose names are evil. */
  private Path module(String line) throws IOException {
    String name = EVIL + line;
    Path folder = CliFixtures.numbers(work.resolve("evil" + line.length()));
    Path file = folder.resolve("saved_model.pb");
    SavedModel.Builder model = SavedModel.parseFrom(Files.readAllBytes(file)).toBuilder();
    MetaGraphDef.Builder graph = model.getMetaGraphsBuilder(0);
    SignatureDef signature = graph.getSignatureDefOrThrow("serving_default");
    SignatureDef.Builder evil = signature.toBuilder().clearOutputs();
    signature.getOutputsMap().forEach((key, tensor) -> evil.putOutputs(key + name, tensor));
    graph.putSignatureDef(name, evil.build());
    graph.getMetaInfoDefBuilder().addTags(name);
    Files.write(file, model.build().toByteArray());
    Files.createDirectories(folder.resolve("assets"));
    Files.writeString(folder.resolve("assets").resolve("a\u001b[2J" + line), "x");
    return folder;
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\nunsafe ops   none"})
  void modules(String line) throws IOException {
    String module = module(line).toString();
    Run run = run("inspect", module);
    assertThat(run.out() + run.err()).contains("a\\u001b[2J");
    assertThat(run.out().lines().filter(l -> l.startsWith("unsafe ops"))).hasSizeLessThan(2);
    run("inspect", module, "--json");
    run("inspect", module, "--ops");
    run("inspect", module, "--tags=" + EVIL);
    run("inspect", work.resolve(EVIL).toString());
    Path inputs = Files.writeString(work.resolve("in.json"), "{\"x\": [\"A\"]}");
    assertThat(run("call", module, "--inputs=" + inputs).code()).isNotZero();
    run("call", module, "--inputs=" + inputs, "--function=" + EVIL + line + "x");
    run("call", module, "--inputs=" + inputs, "--debug");
  }

  @Test
  void servers() throws IOException {
    try (ModuleServer server = ModuleServer.start()) {
      server.answer("/gone.tar.gz", 404, "", EVIL);
      server.answer("/stored.tar.gz", 303, "", "s3://bucket/" + EVIL);
      server.answer("/moved.tar.gz", 302, "/a\u00a0b\u0085c", "");
      server.answer("/text.tar.gz", 200, "", EVIL);
      for (String path : List.of("gone", "stored", "moved", "text")) {
        Run run =
            run(
                "inspect",
                "http://" + server.authority() + "/" + path + ".tar.gz",
                "--debug",
                "--cache=" + work.resolve("cache"));
        assertThat(run.code()).isNotZero();
      }
    }
  }

  @Test
  void archives() throws IOException {
    for (String name :
        List.of("../" + EVIL, EVIL + "\\", EVIL, "x/" + EVIL + "/saved_model.pbtxt")) {
      Path archive = ModuleServer.archive(work.resolve("m.tar"), name);
      Run run = run("inspect", archive.toString(), "--cache=" + work.resolve("cache"));
      assertThat(run.code()).isNotZero();
    }
  }

  @Test
  void values() throws IOException {
    Path numbers = CliFixtures.numbers(work.resolve("numbers"));
    Path in = Files.writeString(work.resolve("in.txt"), EVIL + "\n" + EVIL + "\n");
    Run run =
        run(
            "embed",
            "--module=" + numbers,
            "--function=serving_default",
            "--outputs=value",
            "--input=" + in,
            "--output=" + work.resolve("out/v"));
    assertThat(run.err()).contains("ALL ROWS FAILED").contains("\\u001b[2J");
    Path csv =
        Files.writeString(work.resolve("in.csv"), "\"" + EVIL + "\",s\n1,\"" + EVIL + "\"\n");
    Path spec = work.resolve("spec.yaml");
    Files.writeString(
        spec,
        "columns: {s: {type: string}}\noutputs: {\""
            + yaml(EVIL)
            + "\": s}\n"
            + "analyzers: {\""
            + yaml(EVIL)
            + "\": 'vocabulary(s, vocab_filename=\"v\")'}\n");
    String[] transform = {
      "transform", "--spec=" + spec, "--input=" + csv, "--output=" + work.resolve("features")
    };
    run = run(transform);
    assertThat(run.code()).as(run.err()).isZero();
    run("transform", "--spec=" + spec, "--explain");
    String file = BatchSink.existing(work.resolve("features/train").toString()).get(0);
    assertThat(run("head", file).out()).contains("\\u202e");
    run(
        "apply",
        "--transformOutput=" + work.resolve("features"),
        "--input=" + work.resolve("in.txt"),
        "--output=" + work.resolve("more"));
    for (String wrong :
        List.of(
            "columns: {\"" + yaml(EVIL) + "\": {type: string}}\noutputs: {y: absent}\n",
            "columns: {s: {type: \"" + yaml(EVIL) + "\"}}\noutputs: {y: s}\n",
            "columns: {s: {type: string}}\noutputs: {y: \"" + yaml(EVIL) + "\"}\n",
            "columns: {s: {type: string}}\noutputs: {y: \"'" + yaml(EVIL) + "'\"}\n",
            "\"" + yaml(EVIL) + "\": x\n",
            EVIL)) {
      Files.writeString(spec, wrong);
      assertThat(run("transform", "--spec=" + spec, "--explain").code()).as(wrong).isIn(1, 2);
      assertThat(run(transform).code()).as(wrong).isIn(1, 2);
    }
    Path schema =
        Files.writeString(work.resolve("s.pbtxt"), "feature { name: \"" + EVIL + "\" " + EVIL);
    assertThat(
            run(
                    "transform",
                    "--function=" + EVIL,
                    "--schema=" + schema,
                    "--input=" + csv,
                    "--output=" + work.resolve("y"))
                .code())
        .isIn(1, 2);
  }

  private static String yaml(String text) {
    StringBuilder escaped = new StringBuilder();
    text.chars().forEach(c -> escaped.append(String.format("\\u%04x", c)));
    return escaped.toString();
  }

  @Test
  void arguments() {
    run(EVIL);
    run("help", EVIL);
    run("inspect", "--" + EVIL);
    run("inspect", "x", EVIL);
    run("head", EVIL);
    run("head", "x", "-n", EVIL);
    run("embed", "--module=" + EVIL, "--input=" + EVIL, "--output=" + work.resolve("o"));
  }
}
