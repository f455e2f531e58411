// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.RandomBatches;
import org.hubbeam.batch.Shape;
import org.hubbeam.batch.Values;
import org.hubbeam.model.fixtures.Fixtures;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.types.TFloat32;

/** What the writer refuses, and what its files are like. */
class ModuleWriterTest {

  private static final FunctionInputs X = inputs("x", DType.FLOAT32);
  private static final FunctionBody SAME = f -> f.output("output", f.input("x"));

  @TempDir Path work;

  @Test
  void anotherJvmWritesTheSameBytes() throws Exception {
    Path here = work.resolve("here");
    Path there = work.resolve("there");
    Fixtures.all(here);
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                WriteFixtures.class.getName(),
                there.toString())
            .redirectErrorStream(true)
            .redirectOutput(work.resolve("log").toFile())
            .start();
    assertThat(process.waitFor()).as(Files.readString(work.resolve("log"))).isZero();
    Map<String, byte[]> expected = files(here);
    Map<String, byte[]> actual = files(there);
    assertThat(actual.keySet()).isEqualTo(expected.keySet());
    assertThat(expected)
        .containsKeys(
            "vocabulary/saved_model.pb",
            "vocabulary/assets/words.txt",
            "vocabulary/variables/variables.index",
            "vocabulary/variables/variables.data-00000-of-00001");
    expected.forEach((name, bytes) -> assertThat(actual.get(name)).as(name).isEqualTo(bytes));
  }

  /** Writes the fixtures into a folder. */
  static final class WriteFixtures {
    public static void main(String[] args) {
      Fixtures.all(Path.of(args[0]));
    }
  }

  @Test
  void noFileNamesTheMachineItWasWrittenOn() throws IOException {
    Fixtures.all(work);
    for (Map.Entry<String, byte[]> file : files(work).entrySet()) {
      assertThat(new String(file.getValue(), StandardCharsets.ISO_8859_1))
          .as(file.getKey())
          .doesNotContain(work.toString())
          .doesNotContain(System.getProperty("java.io.tmpdir") + "/")
          .doesNotContain(System.getProperty("user.dir"));
    }
  }

  @Test
  void anExistingFolderIsKeptUnlessAsked() throws IOException {
    Path folder = Files.createDirectory(work.resolve("m"));
    Files.writeString(folder.resolve("mine"), "kept");
    ModuleWriter writer = ModuleWriter.create().function("__call__", X, SAME);
    assertThatThrownBy(() -> writer.write(folder)).isInstanceOf(FileAlreadyExistsException.class);
    assertThat(files(work)).containsOnlyKeys("m/mine");
    writer.overwrite(folder);
    assertThat(files(folder)).containsKey("saved_model.pb").doesNotContainKey("mine");
    assertThat(work)
        .isDirectoryContaining(p -> p.equals(folder))
        .isDirectoryNotContaining("glob:**/.*");
  }

  @Test
  void nothingIsLeftOfAModuleThatCannotBeWritten() throws IOException {
    Path vocabulary = Files.writeString(work.resolve("words.txt"), "a\n");
    ModuleWriter writer = ModuleWriter.create();
    writer.vocabulary("table", vocabulary);
    Path folder = Files.createDirectory(work.resolve("m"));
    Files.writeString(folder.resolve("mine"), "kept");
    Files.delete(vocabulary);
    assertThatThrownBy(() -> writer.write(work.resolve("new")))
        .isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> writer.overwrite(folder)).isInstanceOf(NoSuchFileException.class);
    assertThat(files(work)).containsOnlyKeys("m/mine");
    assertThatIllegalStateException()
        .isThrownBy(() -> ModuleWriter.create().write(work.resolve("empty")))
        .withMessageContaining("neither functions nor members");
  }

  @Test
  void filesOfOneNameStayTwo() throws IOException {
    Path first = Files.writeString(Files.createDirectory(work.resolve("a")).resolve("w"), "x\ny\n");
    Path second = Files.writeString(Files.createDirectory(work.resolve("b")).resolve("w"), "y\n");
    ModuleWriter writer = ModuleWriter.create();
    Map<String, ModuleWriter.Table> tables =
        Map.of(
            "one", writer.vocabulary("one", first),
            "two", writer.vocabulary("two", second),
            "three", writer.mapping("three", Values.of("y"), Values.of(7L)));
    tables.forEach(
        (name, table) ->
            writer.function(
                "find_" + name,
                inputs("words", DType.STRING),
                f ->
                    f.output(
                        "output",
                        f.tf()
                            .lookupTableFind(
                                f.handle(table), f.input("words"), f.tf().constant(-1L)))));
    writer.write(work.resolve("m"));
    try (Module module = Module.load(work.resolve("m"), ModuleOptions.DEFAULT)) {
      Map.of("one", 1L, "two", 0L, "three", 7L)
          .forEach(
              (name, number) ->
                  assertThat(
                          module
                              .function(FunctionChoice.of("find_" + name))
                              .call(Map.of("words", Array.Dense.vector(Values.of("y", "?")))))
                      .containsEntry("output", Array.Dense.vector(Values.of(number, -1L))));
    }
  }

  @Test
  void variablesOfEveryTypeAreWritten() throws IOException {
    ModuleWriter writer = ModuleWriter.create();
    writer.function("__call__", X, SAME);
    for (DType dtype : RandomBatches.HELD) {
      writer.variable("v." + dtype, value(dtype));
    }
    writer.write(work.resolve("m"));
    try (Module module = Module.load(work.resolve("m"), ModuleOptions.DEFAULT)) {
      for (DType dtype : RandomBatches.HELD) {
        assertThat(module.variable("v." + dtype)).as("" + dtype).isEqualTo(value(dtype));
      }
    }
  }

  private static Array.Dense value(DType dtype) {
    byte[] bytes = new byte[2 * dtype.bytes()];
    if (bytes.length > 0) {
      bytes[0] = 1;
    }
    return Array.Dense.vector(
        dtype == DType.STRING ? Values.of("é", "") : new Values.Numbers(dtype, bytes));
  }

  @Test
  void aPathIsUsedOnceAndForOneThing() {
    ModuleWriter writer = ModuleWriter.create();
    Array.Dense one = Array.Dense.scalar(Values.of(1f));
    writer.variable("a.b", one);
    writer.function("f", X, SAME);
    for (String path : List.of("a", "a.b", "a.b.c", "f", "f.x")) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> writer.variable(path, one))
          .withMessageContaining("is there twice, or for both");
    }
    for (String path : List.of("", "a..b", "ä", "x y", "1a")) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> writer.variable(path, one))
          .withMessageContaining("is no path");
    }
    for (String path :
        List.of("signatures", "variables.0", "trainable_variables", "regularization_losses")) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> writer.variable(path, one))
          .withMessageContaining("is written by itself");
    }
  }

  @Test
  void tracesOfAFunctionFitTogether() {
    ModuleWriter writer = ModuleWriter.create().function("f", X, SAME);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> writer.function("f", X, SAME))
        .withMessageContaining("has a trace for these inputs already");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> writer.function("f", X.with("training", true), SAME))
        .withMessage("f has the arguments [x], another trace of it cannot have [x, training]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> writer.signature("s", "g"))
        .withMessage("there is no function 'g'; there are [f]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> writer.signature("s", FunctionChoice.of("f").with("training", true)))
        .withMessageContaining("no trace fits f(training=true)");
  }

  @Test
  void aBodyUsesWhatIsThere() {
    ModuleWriter writer = ModuleWriter.create();
    var foreign = ModuleWriter.create().variable("v", Array.Dense.scalar(Values.of(1f)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> writer.function("f", X, f -> f.output("output", f.input("y"))))
        .withMessage("there is no dense input 'y'; there are x: float32 [?]");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> writer.function("f", X, f -> f.output("o", f.read(foreign, TFloat32.class))))
        .withMessageContaining("is a member of another module");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                writer.function(
                    "f",
                    X,
                    f -> {
                      f.output("o", f.input("x"));
                      f.output("o", f.input("x"));
                    }))
        .withMessage("the output 'o' is there already");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> writer.vocabulary("t", work.resolve("none")))
        .withMessageContaining("there is no file to read");
  }

  @Test
  void aSignatureGivesFlatDenseTensors() {
    ModuleWriter writer = ModuleWriter.create();
    writer.function("nested", X, f -> f.output("a/b", f.input("x")));
    writer.function("nothing", X, f -> f.tf().noOp());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> writer.signature("s", "nested"))
        .withMessageContaining("cannot give a/b: float32 [?]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> writer.signature("s", "nothing"))
        .withMessageContaining("would give nothing");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> writer.signature("__saved_model_init_op", "nested"))
        .withMessageContaining("cannot be called");
  }

  @Test
  void argumentsArePythons() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> inputs("my column", DType.STRING))
        .withMessageContaining("cannot be an argument of a Python function");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> X.with("x", true))
        .withMessage("'x' is both an input and a python argument");
    assertThatIllegalArgumentException().isThrownBy(() -> inputs("a//b", DType.STRING));
  }

  private static FunctionInputs inputs(String name, DType dtype) {
    return FunctionInputs.of(new ArraySpec(name, dtype, Shape.of(-1), Layout.DENSE));
  }

  private static Map<String, byte[]> files(Path folder) throws IOException {
    Map<String, byte[]> files = new TreeMap<>();
    try (Stream<Path> walk = Files.walk(folder)) {
      for (Path file : walk.filter(Files::isRegularFile).toList()) {
        files.put(folder.relativize(file).toString(), Files.readAllBytes(file));
      }
    }
    return files;
  }
}
