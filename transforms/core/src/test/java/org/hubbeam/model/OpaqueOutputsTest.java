// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Complex;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Values;
import org.hubbeam.testing.TestFiles;
import org.junit.jupiter.api.Test;

/** Quantised, variant and resource outputs are listed and left out; the numbers are Python's. */
class OpaqueOutputsTest {

  @Test
  void allAreListed() {
    ModuleInfo info = ModuleInfo.read(TestFiles.zoo("opaque_out"), null);

    assertThat(info.signatures().stream().map(s -> s.name() + s.variants().get(0)))
        .containsExactly(
            "handle(x: string [?]) -> size: int32 [?], table: resource []",
            "listed(x: float32 [?]) -> double: float32 [?], list: variant []",
            "serving_default(x: float32 [?, 3]) -> codes: qint8 [?, 3], numbers: int32 [?, 3],"
                + " scale: float32 [?]",
            "stacked(list: variant []) -> x: float32 [?]");
    assertThat(ModuleInfo.read(TestFiles.zoo("complex_out"), null).variables().toString())
        .isEqualTo("[filter: complex64 [5]]");
  }

  @Test
  void theOtherOutputsAreGiven() {
    try (Module module = Module.load(TestFiles.zoo("opaque_out"), ModuleOptions.DEFAULT)) {
      ModuleFunction quantised = module.function(FunctionChoice.ANY);
      Array.Dense x = new Array.Dense(List.of(2L, 3L), Values.of(1f, -0.5f, 0.25f, 0f, 1.9f, -2f));
      Map<String, Array> outputs = quantised.call(Map.of("x", x));

      assertThat(outputs.get("numbers").values()).isEqualTo(Values.of(63, -32, 15, -1, 121, -128));
      assertThat(outputs.get("scale").values()).isEqualTo(Values.of(1f, 2f));
      assertThat(outputs).hasSize(2);
      assertThat(quantised.opaqueOutputs())
          .extracting(ArraySpec::toString)
          .containsExactly("codes: qint8 [?, 3]");
      assertThat(
              module
                  .function(FunctionChoice.of("listed"))
                  .call(Map.of("x", Array.Dense.vector(Values.of(1f, -0.5f)))))
          .isEqualTo(Map.of("double", Array.Dense.vector(Values.of(2f, -1f))));
      assertThat(
              module
                  .function(FunctionChoice.of("handle"))
                  .call(Map.of("x", Array.Dense.vector(Values.of("a", "bc")))))
          .isEqualTo(Map.of("size", Array.Dense.vector(Values.of(1, 2))));
    }
  }

  @Test
  void askingForThemOrGivingThemIsRefused() {
    try (Module module = Module.load(TestFiles.zoo("opaque_out"), ModuleOptions.DEFAULT)) {
      ModuleFunction quantised = module.function(FunctionChoice.ANY);
      assertThatThrownBy(() -> quantised.only(List.of("codes")))
          .isInstanceOf(ModuleException.class)
          .hasMessageContaining("codes: qint8 [?, 3] has a dtype that no array can hold");
      ModuleFunction stacked = module.function(FunctionChoice.of("stacked"));
      Array number = Array.Dense.scalar(Values.of(1f));
      assertThatThrownBy(() -> stacked.call(Map.of("list", number)))
          .isInstanceOf(ModuleException.class)
          .hasMessageContaining("the input 'list' takes variant []");
    }
    assertThatThrownBy(() -> new Values.Numbers(DType.QINT8, new byte[] {1}))
        .hasMessage("no array holds qint8");
  }

  @Test
  void complexNumbersAreRead() {
    try (Module module = Module.load(TestFiles.zoo("complex_out"), ModuleOptions.DEFAULT)) {
      Array filter = module.variable("filter");
      Complex first = (Complex) filter.values().get(0);
      assertThat(filter.dtype()).isEqualTo(DType.COMPLEX64);
      assertThat(first).isEqualTo(((Values.Numbers) filter.values()).getComplex(0));
      assertThat(first.real()).isNotZero();
    }
  }
}
