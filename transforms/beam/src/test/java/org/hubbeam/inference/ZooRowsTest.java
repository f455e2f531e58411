// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.values.PCollection;
import org.assertj.core.api.SoftAssertions;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArrayJson;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Values;
import org.hubbeam.model.Goldens;
import org.hubbeam.model.ModuleOptions;
import org.hubbeam.testing.TestFiles;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every golden call that has rows, made on a batch in a pipeline. */
class ZooRowsTest {

  /** Calls that cannot be made on rows, and why. */
  private static final Map<String, String> NO_ROWS =
      Map.ofEntries(
          Map.entry("ragged_in serving_default 2", "takes the parts of a ragged array"),
          Map.entry("sparse_in_v2 serving_default 1", "takes the parts of a sparse array"),
          Map.entry("nnlm __call__ 2", "has no rows"),
          Map.entry("image_feature_vector __call__ 2", "after another call"),
          Map.entry("stateful_counter serving_default 1", "after another call"),
          Map.entry("stateful_counter peek 2", "after another call"),
          Map.entry("stateful_counter reset 3", "after another call"));

  /** Inputs that are one array for all rows, though they could be columns. */
  private static final Set<String> CONSTANTS = Set.of("seed", "image_size");

  /** Functions that take one record, without a batch. */
  private static final Set<String> RECORDS = Set.of("waveform", "text", "input_shape");

  private static final Set<String> TAKE_RECORDS =
      Set.of("audio_yamnet", "scalar_in", "video_streaming");

  @TestFactory
  Stream<DynamicTest> zoo() {
    return Goldens.files(TestFiles.zoo(), ".golden.json").stream()
        .map(Goldens::read)
        .filter(g -> g.get("load").asText().equals("ok") && !rowCalls(g).isEmpty())
        .map(g -> DynamicTest.dynamicTest(name(g), () -> check(g)));
  }

  @Test
  void theCallsWithoutRowsAreThoseNamed() {
    Set<String> calls = new TreeSet<>();
    for (Path file : Goldens.files(TestFiles.zoo(), ".golden.json")) {
      JsonNode golden = Goldens.read(file);
      for (int i = 0; i < golden.get("calls").size(); i++) {
        calls.add(key(golden, i));
      }
    }
    assertThat(calls).containsAll(NO_ROWS.keySet());
  }

  private static String name(JsonNode golden) {
    return golden.get("module").asText();
  }

  private static String key(JsonNode golden, int call) {
    return name(golden) + " " + Goldens.choice(golden.get("calls").get(call)).name() + " " + call;
  }

  /** The calls that give something, and can be made on rows. */
  private static List<Integer> rowCalls(JsonNode golden) {
    List<Integer> calls = new ArrayList<>();
    for (int i = 0; i < golden.get("calls").size(); i++) {
      if (golden.get("calls").get(i).has("outputs") && !NO_ROWS.containsKey(key(golden, i))) {
        calls.add(i);
      }
    }
    return calls;
  }

  private static void check(JsonNode golden) {
    TestPipeline pipeline = TestPipeline.create().enableAbandonedNodeEnforcement(false);
    for (int number : rowCalls(golden)) {
      JsonNode call = golden.get("calls").get(number);
      Map<String, Array> columns = new LinkedHashMap<>();
      ModuleSpec spec = spec(golden, call, columns);
      int rows = columns.isEmpty() ? 1 : columns.values().iterator().next().rows();
      PCollection<Batch> batches =
          pipeline
              .apply(
                  "Rows" + number,
                  Create.of(List.of(new Batch(rows, columns, Batch.Origin.unknown(rows))))
                      .withCoder(new PlainBatchCoder()))
              .apply("Call" + number, RunModule.of(spec).withPassthrough(List.of()))
              .batches();
      String what = key(golden, number);
      String json = call.toString();
      PAssert.thatSingleton("Check" + number, batches)
          .satisfies(
              batch -> {
                compare(what, json, batch);
                return null;
              });
    }
    pipeline.run();
  }

  /** The spec of a call; what has rows goes into the columns. */
  private static ModuleSpec spec(JsonNode golden, JsonNode call, Map<String, Array> columns) {
    ModuleSpec spec =
        ModuleSpec.of(TestFiles.zoo(name(golden)).toString()).withFunction(Goldens.choice(call));
    ModuleOptions options = spec.loading().options();
    if (golden.hasNonNull("tags")) {
      options = options.withTags(Set.copyOf(Goldens.strings(golden.get("tags"))));
    }
    spec = spec.withOptions(options);
    int rows = -1;
    for (Map.Entry<String, Array> input : ArrayJson.decode(call.get("inputs")).entrySet()) {
      String name = input.getKey();
      Array array = input.getValue();
      if (RECORDS.contains(name) && TAKE_RECORDS.contains(name(golden))) {
        array = record((Array.Dense) array);
        spec = array instanceof Array.Ragged ? spec.withLists(name) : spec;
      } else if (CONSTANTS.contains(name)
          || array.dims().isEmpty()
          || rows >= 0 && array.rows() != rows) {
        spec = spec.withConstant(name, array);
        continue;
      }
      rows = array.rows();
      columns.put(name, array);
      spec = spec.withInput(name, name);
    }
    return spec;
  }

  /** One record as a column: text as a dense one, sounds as a ragged one, as files give them. */
  private static Array record(Array.Dense array) {
    return array.dims().isEmpty()
        ? Array.Dense.vector(array.values())
        : Array.Ragged.of(array.values(), new int[] {0, array.values().size()});
  }

  private static void compare(String what, String json, Batch batch) {
    JsonNode call;
    try {
      call = new ObjectMapper().readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
    Map<String, Array> expected = ArrayJson.decode(call.get("outputs"));
    Map<String, Array> actual = new LinkedHashMap<>();
    batch
        .columns()
        .forEach(
            (name, column) -> {
              Array wanted = expected.get(name);
              actual.put(
                  name,
                  wanted != null && column.dims().size() == wanted.dims().size() + 1
                      ? said(column)
                      : padded(column, wanted));
            });
    SoftAssertions softly = new SoftAssertions();
    Goldens.compare(softly, what, call.get("outputs"), actual, call);
    softly.assertAll();
  }

  /** What is said of the whole batch, or the one record's own rows. */
  private static Array said(Array column) {
    for (int row = 1; row < column.rows(); row++) {
      assertThat(column.slice(row, row + 1)).isEqualTo(column.slice(0, 1));
    }
    Array one = column.slice(0, 1);
    if (one instanceof Array.Ragged ragged) {
      List<Long> dims = new ArrayList<>(ragged.inner());
      dims.add(0, (long) ragged.rowSplits().get(0)[1]);
      return new Array.Dense(dims, ragged.values());
    }
    return new Array.Dense(one.dims().subList(1, one.dims().size()), one.values());
  }

  /** Lists, which are detections, as the detector gives them: zeros follow the last one. */
  private static Array padded(Array column, Array wanted) {
    if (!(column instanceof Array.Ragged ragged) || !(wanted instanceof Array.Dense dense)) {
      return column;
    }
    assertThat(column.rows()).isEqualTo(1);
    byte[] bytes = ((Values.Numbers) ragged.values()).bytes();
    Values.Numbers all =
        new Values.Numbers(
            column.dtype(), Arrays.copyOf(bytes, Math.toIntExact(dense.values().byteSize())));
    return new Array.Dense(dense.dims(), all);
  }
}
