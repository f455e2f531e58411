// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.SerializableFunction;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArrayJson;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Values;
import org.hubbeam.model.FunctionChoice;
import org.hubbeam.model.Goldens;
import org.hubbeam.model.Module;
import org.hubbeam.model.ModuleOptions;
import org.hubbeam.testing.TestFiles;

/** Modules of the zoo on batches in a pipeline, and what is expected of them. */
public final class ZooPipeline {
  final TestPipeline pipeline = TestPipeline.create().enableAbandonedNodeEnforcement(false);

  public static ModuleSpec spec(String module, String function) {
    return ModuleSpec.of(TestFiles.zoo(module).toString())
        .withFunction(FunctionChoice.of(function));
  }

  static Module module(String name) {
    return Module.load(TestFiles.zoo(name), ModuleOptions.DEFAULT);
  }

  CallResult run(String name, ModuleSpec spec, Batch... batches) {
    return pipeline
        .apply(name + ": batches", Create.of(List.of(batches)).withCoder(new PlainBatchCoder()))
        .apply(name, RunModule.of(spec));
  }

  CallResult check(
      String name,
      ModuleSpec spec,
      List<Batch> batches,
      SerializableFunction<Iterable<Batch>, Void> checker) {
    CallResult result = run(name, spec, batches.toArray(new Batch[0]));
    PAssert.that(name + ": rows", result.batches()).satisfies(checker);
    PAssert.that(name + ": failures", result.failures()).empty();
    return result;
  }

  public static Batch only(Iterable<Batch> batches) {
    assertThat(batches).hasSize(1);
    return batches.iterator().next();
  }

  static JsonNode golden(String module, int call) {
    return Goldens.read(TestFiles.zoo(module + ".golden.json")).get("calls").get(call);
  }

  public static Array input(String module, int call, String name) {
    return ArrayJson.decodeArray(golden(module, call).get("inputs").get(name));
  }

  public static Array output(String module, int call, String name) {
    return ArrayJson.decodeArray(golden(module, call).get("outputs").get(name));
  }

  public static float[] floats(Array array) {
    return ((Values.Numbers) array.values()).toFloats();
  }

  public static void assertClose(float[] actual, float[] expected) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < expected.length; i++) {
      assertThat(actual[i])
          .isCloseTo(
              expected[i],
              org.assertj.core.data.Offset.offset(1e-5f * Math.max(1, Math.abs(expected[i]))));
    }
  }
}
