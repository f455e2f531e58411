// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Shape;
import org.hubbeam.batch.Values;
import org.hubbeam.model.fixtures.Fixtures;
import org.hubbeam.testing.TestFiles;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.ndarray.StdArrays;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TString;

/** Modules that are taken into a module that is written. */
class GraftTest {

  private static final FunctionInputs TEXT =
      FunctionInputs.of(new ArraySpec("text", DType.STRING, Shape.of(-1), Layout.DENSE));

  @TempDir private Path work;
  private Path vocabulary;
  private ModuleWriter writer;

  @BeforeEach
  void fixture() {
    vocabulary = Fixtures.vocabulary(work.resolve("vocabulary"));
    writer = ModuleWriter.create();
  }

  private Graft graft(String name, Path folder) {
    return writer.graft(name, folder, ModuleOptions.DEFAULT);
  }

  /** A function {@code path} from text to what a function of one text input gives. */
  private void calls(String path, GraftedFunction function) {
    String input = function.inputs().get(0).name();
    writer.function(
        path,
        TEXT,
        f ->
            f.output(
                "output",
                f.call(function, Map.of(input, f.array("text"))).values().iterator().next()));
  }

  private Path written() throws IOException {
    Path written = work.resolve("written");
    writer.write(written);
    Files.move(vocabulary, work.resolve("gone"));
    return Files.move(written, work.resolve("moved"));
  }

  private static Array.Dense strings(String... values) {
    return Array.Dense.vector(Values.of(values));
  }

  @Test
  void aModuleInsideNeedsNothingOutside() throws IOException {
    calls("__call__", graft("words", vocabulary).function(FunctionChoice.of("__call__")));
    writer.signature("serving_default", "__call__");
    Path moved = written();
    float[][] expected = {{1, 10, 2}, {5, 50, 1}};
    try (Module module = Module.load(moved, ModuleOptions.DEFAULT)) {
      Array.Dense out =
          (Array.Dense)
              module
                  .function(FunctionChoice.of("__call__"))
                  .call(Map.of("text", strings("river stone", "unheard")))
                  .get("output");
      assertThat(((Values.Numbers) out.values()).toFloats()).containsExactly(1, 10, 2, 5, 50, 1);
    }
    try (SavedModelBundle bundle = SavedModelBundle.load(moved.toString(), "serve");
        TString text = TString.vectorOf("river stone", "unheard");
        var result = bundle.function("serving_default").call(Map.of("text", text))) {
      assertThat(StdArrays.array2dCopyOf((TFloat32) result.get("output_0").get()))
          .isDeepEqualTo(expected);
    }
  }

  @Test
  void itIsThereOnceAndOnlyWithWhatIsCalled() throws IOException {
    Graft words = graft("words", vocabulary);
    calls("ids", words.function(FunctionChoice.of("word_ids")));
    assertThat(graft("again", work.resolve("vocabulary/."))).isSameAs(words);
    calls("more", graft("again", vocabulary).function(FunctionChoice.of("word_ids")));
    try (Module module = Module.load(written(), ModuleOptions.DEFAULT)) {
      assertThat(module.info().variables()).isEmpty();
      assertThat(module.info().assets()).containsExactly("words_words.txt");
      for (String function : List.of("ids", "more")) {
        assertThat(
                module
                    .function(FunctionChoice.of(function))
                    .call(Map.of("text", strings("tree", "x")))
                    .get("output"))
            .isEqualTo(Array.Dense.vector(Values.of(2L, 5L)));
      }
    }
  }

  @Test
  void modulesOfEqualNamesInsideStayApart() throws IOException {
    Path words = Files.writeString(work.resolve("words.txt"), "x\nriver\n");
    ModuleWriter other = ModuleWriter.create();
    ModuleWriter.Table ids = other.vocabulary("_ids", words);
    other.function(
        "word_ids",
        TEXT,
        f ->
            f.output(
                "output",
                f.tf()
                    .lookupTableFind(
                        f.handle(ids), f.input("text", TString.class), f.tf().constant(-1L))));
    Path second = work.resolve("second");
    other.write(second);
    calls("first", graft("one", vocabulary).function(FunctionChoice.of("word_ids")));
    calls("second", graft("two", second).function(FunctionChoice.of("word_ids")));
    ModuleWriter.Table own = writer.vocabulary("_ids", words);
    assertThat(own.path()).isEqualTo("_ids");
    try (Module module = Module.load(written(), ModuleOptions.DEFAULT)) {
      assertThat(module.info().assets())
          .containsExactly("one_words.txt", "two_words.txt", "words.txt");
      Map<String, Array> river = Map.of("text", strings("river", "x", "tree"));
      assertThat(module.function(FunctionChoice.of("first")).call(river).get("output"))
          .isEqualTo(Array.Dense.vector(Values.of(0L, 5L, 2L)));
      assertThat(module.function(FunctionChoice.of("second")).call(river).get("output"))
          .isEqualTo(Array.Dense.vector(Values.of(1L, 0L, -1L)));
    }
  }

  @Test
  void stateIsKeptInsideAndLeftAloneOutside() throws IOException {
    Path counter = Fixtures.counter(work.resolve("counter"));
    calls("count", graft("counter", counter).function(FunctionChoice.of("__call__")));
    try (Module module = Module.load(written(), ModuleOptions.DEFAULT)) {
      ModuleFunction count = module.function(FunctionChoice.of("count"));
      assertThat(count.call(Map.of("text", strings("a", "b"))).get("output").values())
          .isEqualTo(Values.of(0L, 1L));
      assertThat(count.call(Map.of("text", strings("c"))).get("output").values())
          .isEqualTo(Values.of(2L));
      assertThat(module.variable("counter.seen").values()).isEqualTo(Values.of(3L));
    }
    try (Module module = Module.load(counter, ModuleOptions.DEFAULT)) {
      assertThat(module.variable("seen").values()).isEqualTo(Values.of(0L));
    }
  }

  @Test
  void aGraftCanBeGrafted() throws IOException {
    calls("__call__", graft("words", vocabulary).function(FunctionChoice.of("__call__")));
    Path inner = written();
    writer = ModuleWriter.create();
    vocabulary = inner;
    calls("outer", graft("inner", inner).function(FunctionChoice.of("__call__")));
    Path outer = work.resolve("outer");
    writer.write(outer);
    try (Module module = Module.load(outer, ModuleOptions.DEFAULT)) {
      Array out =
          module
              .function(FunctionChoice.of("outer"))
              .call(Map.of("text", strings("tree")))
              .get("output");
      assertThat(((Values.Numbers) out.values()).toFloats()).containsExactly(2, 20, 1);
    }
  }

  @Test
  void whatCannotBeIsSaidAtOnce() {
    Graft words = graft("words", vocabulary);
    GraftedFunction call = words.function(FunctionChoice.of("__call__"));
    FunctionInputs numbers =
        FunctionInputs.of(new ArraySpec("x", DType.FLOAT32, Shape.of(-1), Layout.DENSE));
    assertThatThrownBy(
            () ->
                writer.function("f", numbers, f -> f.call(call, Map.of("sentences", f.array("x")))))
        .isInstanceOf(ModuleException.class)
        .hasMessageContaining("'sentences' takes string [?], given is float32 [?]");
    assertThatThrownBy(() -> words.function(FunctionChoice.of("nothing")))
        .isInstanceOf(ModuleException.class)
        .hasMessageContaining("no function 'nothing'");
    assertThatThrownBy(() -> graft("broken", work.resolve("nowhere")))
        .isInstanceOf(ModuleException.class)
        .hasMessageContaining("there is no such folder");
    Path counter = Fixtures.counter(work.resolve("counter"));
    writer.variable("taken", Array.Dense.scalar(Values.of(1f)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> graft("taken", counter).function(FunctionChoice.of("peek")))
        .withMessageContaining("taken");
  }

  @Test
  void otherValuesTakeThePlaceOfThoseInTheFolder() throws IOException {
    Array.Dense table =
        new Array.Dense(
            List.of(6L, 3L), Values.of(9f, 8, 7, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4, 5, 5, 5));
    Map<String, Array.Dense> values =
        Map.of("embeddings", table, "scaling.factor", Array.Dense.scalar(Values.of(2f)));
    Graft words = writer.graft("words", vocabulary, ModuleOptions.DEFAULT, values);
    assertThat(graft("again", vocabulary)).isSameAs(words);
    calls("__call__", words.function(FunctionChoice.of("__call__")));
    try (Module module = Module.load(written(), ModuleOptions.DEFAULT)) {
      assertThat(module.variable("words.embeddings")).isEqualTo(table);
      Array out =
          module
              .function(FunctionChoice.of("__call__"))
              .call(Map.of("text", strings("river")))
              .get("output");
      assertThat(((Values.Numbers) out.values()).toFloats()).containsExactly(18, 16, 14);
    }
  }

  @Test
  void otherValuesOfAGraphTakeThePlaceOfItsOwn() throws IOException {
    Path zoo = TestFiles.zoo("tf1_hub");
    ModuleInfo info = ModuleInfo.read(zoo, null);
    ArraySpec variable = info.variables().get(0);
    float[] ones = new float[(int) (variable.shape().dim(0) * variable.shape().dim(1))];
    Arrays.fill(ones, 1f);
    Array.Dense value = new Array.Dense(variable.shape().dims(), Values.of(ones));
    Graft graft = writer.graft("old", zoo, ModuleOptions.DEFAULT, Map.of(variable.name(), value));
    calls("__call__", graft.function(FunctionChoice.ANY));
    try (Module module = Module.load(written(), ModuleOptions.DEFAULT)) {
      assertThat(module.info().variables()).hasSize(1);
      assertThat(module.variable(module.info().variables().get(0).name())).isEqualTo(value);
    }
  }

  @Test
  void valuesThatFitNoVariableAreRefusedAtOnce() {
    Array.Dense one = Array.Dense.scalar(Values.of(1f));
    assertThatThrownBy(() -> graftWith(Map.of("nothing", one)))
        .isInstanceOf(ModuleException.class)
        .hasMessageEndingWith("has no variable 'nothing'; it has [embeddings, scaling.factor]");
    assertThatThrownBy(() -> graftWith(Map.of("embeddings", one)))
        .isInstanceOf(ModuleException.class)
        .hasMessage("the variable 'embeddings' holds float32 [6, 3], given is float32 []");
    assertThatThrownBy(() -> graftWith(Map.of("scaling.factor", Array.Dense.scalar(Values.of(1L)))))
        .isInstanceOf(ModuleException.class)
        .hasMessage("the variable 'scaling.factor' holds float32 [], given is int64 []");
    graftWith(Map.of("scaling.factor", one));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> graftWith(Map.of("scaling.factor", Array.Dense.scalar(Values.of(3f)))))
        .withMessageEndingWith("was taken in with other values of its variables");
  }

  private Graft graftWith(Map<String, Array.Dense> values) {
    return writer.graft("words", vocabulary, ModuleOptions.DEFAULT, values);
  }

  @Test
  void aCheckpointWrittenInPartsIsOne() throws IOException {
    List<ModuleWriter.Variable> variables = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      variables.add(writer.variable("v" + i, Array.Dense.vector(Values.of(i, i + 0.5f))));
    }
    SavedObjects objects = new SavedObjects();
    SavedObjects.Node root = objects.object();
    variables.forEach(v -> root.child(v.path(), objects.variable(v)));
    Path folder = Files.createDirectory(work.resolve("parts"));
    Checkpoint.write(folder.resolve("variables"), variables, objects.trackable(), 16);
    assertThat(files(folder))
        .containsExactly(
            "variables.data-00000-of-00003",
            "variables.data-00001-of-00003",
            "variables.data-00002-of-00003",
            "variables.index");
    CheckpointIndex index = CheckpointIndex.read(folder.resolve("variables"));
    assertThat(index.objects()).isEqualTo(objects.trackable());
    ModuleWriter copy = ModuleWriter.create();
    for (ModuleWriter.Variable v : variables) {
      copy.add(
          new ModuleWriter.Variable(
              v.path(),
              new VariableValue.Stored(
                  folder.resolve("variables").toString(),
                  SavedObjects.checkpointKey(v),
                  DType.FLOAT32,
                  Shape.of(2)),
              ModuleWriter.Learning.TRAINABLE));
    }
    copy.write(work.resolve("copy"));
    try (Module module = Module.load(work.resolve("copy"), ModuleOptions.DEFAULT)) {
      assertThat(module.variable("v4").values()).isEqualTo(Values.of(4f, 4.5f));
      assertThat(module.variable("v0").values()).isEqualTo(Values.of(0f, 0.5f));
    }
  }

  private static List<String> files(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files.map(f -> f.getFileName().toString()).sorted().toList();
    }
  }
}
