// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArrayJson;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Values;
import org.hubbeam.model.ModuleException.Kind;
import org.hubbeam.testing.TestFiles;
import org.junit.jupiter.api.Test;

/** Rows through modules of the zoo: however a module takes them, each row has its own result. */
class ModuleRowsTest {

  @Test
  void rowsThatAreDroppedAreAnError() {
    Golden golden = new Golden("drops_rows");
    try (Module module = golden.load()) {
      ModuleFunction function = module.function(golden.choice(0));
      assertThat(kind(function, Batch.of(golden.inputs(0)))).isEqualTo(Kind.ROWS_DIFFER);
      assertThat(function.call(Batch.of(golden.inputs(1))).columns()).isEqualTo(golden.outputs(1));
    }
  }

  @Test
  void aPoisonedBatchIsRefused() {
    Golden golden = new Golden("poison");
    try (Module module = golden.load()) {
      ModuleFunction function = module.function(golden.choice(1));
      assertThat(kind(function, Batch.of(golden.inputs(1)))).isEqualTo(Kind.REFUSED);
      assertThat(function.call(Batch.of(golden.inputs(0))).columns()).isEqualTo(golden.outputs(0));
    }
  }

  @Test
  void outputsComeByName() {
    Golden golden = new Golden("poison");
    try (Module module = golden.load()) {
      ModuleFunction function = module.function(golden.choice(0));
      for (String name : golden.outputs(0).keySet()) {
        assertThat(function.only(List.of(name)).call(golden.inputs(0)))
            .isEqualTo(Map.of(name, golden.outputs(0).get(name)));
      }
      assertThat(function.only(List.of("size", "bytes")).call(golden.inputs(0)).keySet())
          .containsExactly("size", "bytes");
    }
  }

  @Test
  void exhaustedMemoryIsToldApart() {
    Golden golden = new Golden("oom_above_16");
    try (Module module = golden.load()) {
      ModuleFunction function = module.function(golden.choice(1));
      assertThat(kind(function, Batch.of(golden.inputs(1)))).isEqualTo(Kind.RESOURCE_EXHAUSTED);
      assertThat(function.call(Batch.of(golden.inputs(1)).slice(0, 16)).rows()).isEqualTo(16);
    }
  }

  @Test
  void defaultsOfASignatureFillWhatTheRowsLack() {
    Golden golden = new Golden("signature_defaults");
    try (Module module = golden.load()) {
      Map<String, Array> x = Map.of("x", golden.inputs(0).get("x"));
      ModuleFunction function = module.function(golden.choice(0));
      Goldens.assertSame(golden.outputs(0), function.call(x));
      Goldens.assertSame(golden.outputs(0), function.call(Batch.of(x)).columns());
      assertThat(function.inputs()).extracting(i -> i.name()).containsExactly("x");
    }
  }

  @Test
  void aFixedBatchIsFilled() {
    Golden golden = new Golden("fixed_batch");
    try (Module module = golden.load()) {
      ModuleFunction function = module.function(golden.choice(0));
      for (int rows : new int[] {0, 3, 4, 9}) {
        int[] chosen = new int[rows];
        Arrays.setAll(chosen, i -> (i * 3) % 4);
        Map<String, Array> wanted = new LinkedHashMap<>();
        golden.outputs(0).forEach((name, array) -> wanted.put(name, array.select(chosen)));
        Goldens.assertSame(
            wanted, function.call(Batch.of(golden.inputs(0)).select(chosen)).columns());
      }
    }
  }

  @Test
  void imagesAreDetectedOneByOne() {
    Golden golden = new Golden("detector");
    Array.Dense image = (Array.Dense) golden.inputs(0).get("input_tensor");
    byte[] dark = ((Values.Numbers) image.values()).bytes().clone();
    for (int i = 0; i < dark.length; i++) {
      dark[i] = (byte) ((dark[i] & 0xff) / 2);
    }
    Array.Dense other = new Array.Dense(image.dims(), new Values.Numbers(image.dtype(), dark));
    Batch two =
        Batch.concat(
            List.of(
                Batch.of(Map.of("input_tensor", image)), Batch.of(Map.of("input_tensor", other))));
    try (Module module = golden.load()) {
      ModuleFunction function = module.function(golden.choice(0));
      Batch found = function.call(two);
      Goldens.assertSame(golden.outputs(0), found.slice(0, 1).columns());
      Goldens.assertSame(function.call(Map.of("input_tensor", other)), found.slice(1, 2).columns());
    }
  }

  @Test
  void aModuleWithoutBatchTakesRowsOneByOne() {
    Golden golden = new Golden("scalar_in");
    List<byte[]> texts =
        List.of(
            (byte[]) golden.inputs(1).get("text").values().get(0),
            (byte[]) golden.inputs(2).get("text").values().get(0));
    try (Module module = golden.load()) {
      ModuleFunction function = module.function(golden.choice(1));
      Batch batch = Batch.of(Map.of("text", Array.Dense.vector(Values.ofBytes(texts))));
      Batch vectors = function.call(batch);
      for (int row = 0; row < 2; row++) {
        Array one = Stacking.row(vectors.column("output_0"), row);
        Goldens.assertSame(golden.outputs(row + 1), Map.of("output_0", one));
      }
      assertThat(function.call(batch.slice(0, 0)).column("output_0").dims())
          .isEqualTo(List.of(0L, 9L));
    }
  }

  @Test
  void theSizeOfABatchChangesNothing() {
    Golden golden = new Golden("nnlm");
    try (Module module = golden.load()) {
      ModuleFunction function = module.function(golden.choice(0));
      Batch all = Batch.of(golden.inputs(0));
      float[] whole = floats(function.call(all));
      for (int size : new int[] {1, 2, 7}) {
        for (int from = 0; from < all.rows(); from += size) {
          int to = Math.min(all.rows(), from + size);
          int width = whole.length / all.rows();
          assertThat(floats(function.call(all.slice(from, to))))
              .containsExactly(
                  Arrays.copyOfRange(whole, from * width, to * width),
                  org.assertj.core.data.Offset.offset(1e-6f));
        }
      }
    }
  }

  private static float[] floats(Batch batch) {
    return ((Values.Numbers) batch.column("output").values()).toFloats();
  }

  private static Kind kind(ModuleFunction function, Batch rows) {
    return catchThrowableOfType(ModuleException.class, () -> function.call(rows)).kind();
  }

  private record Golden(Path folder, JsonNode json) {
    Golden(String module) {
      this(TestFiles.zoo(module), Goldens.read(TestFiles.zoo(module + ".golden.json")));
    }

    Module load() {
      return Module.load(folder, ModuleOptions.DEFAULT);
    }

    FunctionChoice choice(int call) {
      return Goldens.choice(json.get("calls").get(call));
    }

    Map<String, Array> inputs(int call) {
      return ArrayJson.decode(json.get("calls").get(call).get("inputs"));
    }

    Map<String, Array> outputs(int call) {
      return ArrayJson.decode(json.get("calls").get(call).get("outputs"));
    }
  }
}
