// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Shape;
import org.hubbeam.batch.Values;
import org.hubbeam.model.fixtures.Fixtures;
import org.hubbeam.testing.TestFiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.types.TFloat32;

/** Which function is meant; where that is not clear, the message lists what there is. */
class FunctionChoosingTest {

  @TempDir Path work;

  @Test
  void severalSignaturesAreListed() {
    try (Module module = load(Fixtures.signatures(work.resolve("signatures")))) {
      assertThat(misuse(() -> module.function(FunctionChoice.ANY)))
          .contains("--function=NAME")
          .contains("numbers(x: float32 [?, 2]) -> ")
          .contains("double: float64 [?, 2]", "total: float32 []", "positive: bool [?, 2]")
          .contains("text(text: string [?]) -> ")
          .contains("both(")
          .contains("label: string [?]");
    }
  }

  @Test
  void thoseOfAQuestionAnsweringModuleAreListed() {
    try (Module module = load(TestFiles.zoo("multi_signature"))) {
      assertThat(misuse(() -> module.function(FunctionChoice.ANY)))
          .contains("question_encoder(question: float32 [?, 5]) -> ")
          .contains("response_encoder(", "response: float32 [?, 5]", "context: string [?]")
          .contains("mixed(", "ids: int64 [?]", "flags: bool [?, 2]", "raw: string [?]");
    }
  }

  @Test
  void theDefaultSignatureIsChosen() {
    try (Module module = load(TestFiles.zoo("gan"))) {
      assertThat(module.function(FunctionChoice.ANY).choice().name()).isEqualTo("default");
    }
  }

  /** What {@code model.export} of Keras 3, and an estimator with several heads, write. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "serve,serving_default",
        "serve,serving_default,serving_fn",
        "classification,predict,regression,serving_default"
      })
  void theServingDefaultIsChosen(String signatures) throws IOException {
    try (Module module = load(doubling(signatures.split(",")))) {
      assertThat(module.function(FunctionChoice.ANY).choice().name()).isEqualTo("serving_default");
    }
  }

  @Test
  void theDefaultComesBeforeTheServingDefault() throws IOException {
    try (Module module = load(doubling("default", "predict", "serving_default"))) {
      assertThat(module.function(FunctionChoice.ANY).choice().name()).isEqualTo("default");
    }
  }

  @Test
  void theModuleItselfIsCalledWhereNoSignatureIsTheDefault() throws IOException {
    try (Module module = load(doubling("predict", "serve"))) {
      assertThat(module.function(FunctionChoice.ANY).choice().name()).isEqualTo("__call__");
    }
  }

  /** A module of {@code __call__} and signatures that call it. */
  private Path doubling(String... signatures) throws IOException {
    ModuleWriter writer = ModuleWriter.create();
    writer.function(
        "__call__",
        FunctionInputs.of(new ArraySpec("x", DType.FLOAT32, Shape.of(-1), Layout.DENSE)),
        f -> {
          var x = f.input("x", TFloat32.class);
          f.output("double", f.tf().math.add(x, x));
        });
    for (String signature : signatures) {
      writer = writer.signature(signature, "__call__");
    }
    Path folder = work.resolve(String.join("_", signatures));
    writer.write(folder);
    return folder;
  }

  @Test
  void anOnlySignatureIsChosenThoughThereAreMembers() {
    try (Module module = load(Fixtures.vocabulary(work.resolve("vocabulary")))) {
      assertThat(module.function(FunctionChoice.ANY).choice().name()).isEqualTo("serving_default");
    }
  }

  @Test
  void withoutSignaturesTheModuleItselfIsCalled() {
    try (Module module = load(Fixtures.nested(work.resolve("nested")))) {
      assertThat(module.function(FunctionChoice.ANY).choice().name()).isEqualTo("__call__");
    }
  }

  @Test
  void aWrongNameListsTheRightOnes() {
    try (Module module = load(Fixtures.nested(work.resolve("nested")))) {
      assertThat(misuse(() -> module.function(FunctionChoice.of("embed"))))
          .contains("'embed'")
          .contains("__call__(", "inputs/ids: int64 [?]", "scale: float32 []")
          .contains("lengths(", "dense(", "twice(");
      assertThat(misuse(() -> module.variable("weights"))).contains("'weights'");
    }
  }

  @Test
  void graphsOfAPolymorphicFunctionAreListed() {
    try (Module module = load(Fixtures.training(work.resolve("training")))) {
      FunctionChoice call = FunctionChoice.of("__call__");
      assertThat(misuse(() -> module.function(call.with("training", "maybe"))))
          .contains("__call__(x: float32 [?, 2], training=false) -> output: float32 [?, 2]")
          .contains("__call__(x: float32 [?, 2], training=true) -> output: float32 [?, 2]")
          .contains("__call__(x: int64 [?, 2], training=false) -> output: int64 [?, 2]");
      assertThat(misuse(() -> module.function(call.with("trainig", true))))
          .contains("trainig")
          .contains("training=true");
      Array text = Array.Dense.vector(Values.of("a"));
      assertThat(misuse(() -> module.function(call).call(Map.of("x", text))))
          .contains("none of its 2 graphs")
          .contains("float32 [?, 2]", "int64 [?, 2]", "string [1]");
      assertThat(misuse(() -> module.function(call).call(Map.of("y", text))))
          .contains("'x'")
          .contains("[y]");
    }
  }

  @Test
  void aWrongOutputListsTheRightOnes() {
    try (Module module = load(Fixtures.signatures(work.resolve("signatures")))) {
      ModuleFunction numbers = module.function(FunctionChoice.of("numbers"));
      assertThat(misuse(() -> numbers.only(List.of("treble"))))
          .contains("'treble'")
          .contains("double", "floor", "positive", "total");
    }
  }

  private static Module load(Path folder) {
    return Module.load(folder, ModuleOptions.DEFAULT);
  }

  private static String misuse(ThrowingCallable action) {
    ModuleException e = catchThrowableOfType(ModuleException.class, action);
    assertThat(e).isNotNull();
    assertThat(e.kind()).as(e.getMessage()).isEqualTo(ModuleException.Kind.MISUSED);
    return e.getMessage();
  }
}
