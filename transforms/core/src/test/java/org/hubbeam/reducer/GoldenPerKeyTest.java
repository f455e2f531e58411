// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Shape;
import org.hubbeam.batch.Values;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Scaling per key of tf.Transform: what the reducers give for each key scales rows as it does. */
class GoldenPerKeyTest {

  @TestFactory
  Stream<DynamicTest> rowsAreScaledAsTheReferenceDoes() {
    List<DynamicTest> tests = new ArrayList<>();
    GoldenCases.all()
        .filter(c -> c.has("expected"))
        .forEach(
            golden ->
                golden
                    .path("outputs")
                    .fields()
                    .forEachRemaining(
                        output -> {
                          JsonNode op = output.getValue();
                          if (op.path("op").asText().matches("scale_to_(z_score|0_1)_per_key")
                              && !op.has("key_vocabulary_filename")
                              && op.get("key").has("column")) {
                            tests.add(
                                DynamicTest.dynamicTest(
                                    golden.get("name").asText() + "." + output.getKey(),
                                    () -> check(golden, output.getKey(), op)));
                          }
                        }));
    assertThat(tests).hasSizeGreaterThan(10);
    return tests.stream();
  }

  private static void check(JsonNode golden, String output, JsonNode op) {
    int rows = golden.get("rows").size();
    Array x = GoldenCases.column(golden, op.get("x").get("column").asText(), 0, rows);
    Array key = GoldenCases.column(golden, op.get("key").get("column").asText(), 0, rows);
    boolean cells = op.path("elementwise").asBoolean();
    boolean zScore = op.get("op").asText().contains("z_score");
    Axis axis = cells ? Axis.perCell(new Shape(x.dims()).row()) : Axis.WHOLE;
    DType dtype = x.dtype();
    PerKey reducer = new PerKey(zScore ? new Moments(dtype, axis) : new Extremes(dtype, axis));
    KeyedSummary summary = reducer.empty();
    for (int row = 0; row < rows; row++) {
      KeyedSummary part = reducer.empty();
      reducer.add(part, List.of(x.slice(row, row + 1), key.slice(row, row + 1)));
      reducer.merge(summary, part);
    }
    List<Array.Dense> results = reducer.finish(summary);
    double[] scaled = scaled(x, key, cells ? x.values().size() / rows : 1, results, zScore);
    List<Double> expected = new ArrayList<>();
    golden.get("expected").get("rows").forEach(row -> numbers(row.get(output), expected));
    assertThat(scaled).hasSameSizeAs(expected);
    for (int i = 0; i < scaled.length; i++) {
      double want = expected.get(i);
      if (Double.isNaN(want)) {
        assertThat(scaled[i]).isNaN();
      } else {
        assertThat(scaled[i]).isCloseTo(want, Offset.offset(1e-5 * Math.max(1, Math.abs(want))));
      }
    }
  }

  private static void numbers(JsonNode value, List<Double> into) {
    if (value.isArray()) {
      value.forEach(v -> numbers(v, into));
    } else {
      into.add(
          value.isTextual() ? Double.valueOf(value.asText()) : Double.valueOf(value.asDouble()));
    }
  }

  private static double[] scaled(
      Array x, Array key, int cells, List<Array.Dense> results, boolean zScore) {
    Values.Strings keys = (Values.Strings) results.get(0).values();
    double[] first = NumberArrays.doubles((Values.Numbers) results.get(1).values());
    double[] second = NumberArrays.doubles((Values.Numbers) results.get(2).values());
    double[] scaled = NumberArrays.doubles((Values.Numbers) x.values());
    int[] rows = Pairing.rows(x);
    for (int i = 0; i < scaled.length; i++) {
      int own = key.values().size() == scaled.length ? i : rows[i];
      String text = ((Values.Strings) key.values()).text(own);
      int at = 0;
      while (!keys.text(at).equals(text)) {
        at++;
      }
      int slot = at * cells + i % cells;
      double low = first[slot];
      double spread = zScore ? Math.sqrt(second[slot]) : second[slot] - low;
      if (!zScore && !(low < second[slot])) {
        scaled[i] = 1 / (1 + Math.exp(-scaled[i]));
      } else {
        scaled[i] = (scaled[i] - low) / (spread == 0 ? 1 : spread);
      }
    }
    return scaled;
  }
}
