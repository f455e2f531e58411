// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Values;
import org.junit.jupiter.api.Test;

class AnalyzerValuesTest {

  private static AnalyzerValues of(String name, Array array) {
    return new AnalyzerValues(Map.of(name, array));
  }

  private static Array matrix(long rows, long columns) {
    return new Array.Dense(
        List.of(rows, columns), Values.of(LongStream.range(0, rows * columns).toArray()));
  }

  @Test
  void valuesStandBesideTheirNames() {
    Map<String, Array> arrays = new LinkedHashMap<>();
    arrays.put("z", new Array.Dense(List.of(), Values.of(1.5f)));
    arrays.put("longer", matrix(2, 3));
    AnalyzerValues values = new AnalyzerValues(arrays);

    assertThat(values.lines()).containsExactly("z       1.5", "longer  [[0, 1, 2], [3, 4, 5]]");
    assertThat(values.toJson()).hasToString("{\"z\":1.5,\"longer\":[[0,1,2],[3,4,5]]}");
  }

  @Test
  void ofManyValuesTheFirstAreShown() {
    assertThat(of("x", matrix(500, 2)).lines())
        .containsExactly("x  [0, 1, 2, 3, 4, 5, 6, 7, ... 1,000 in all]");
    assertThat(of("x", matrix(500, 2)).toJson().get("x")).hasSize(500);
    assertThat(of("x", matrix(500, 3)).toJson().toString())
        .startsWith("{\"x\":{\"shape\":[500,3],\"first\":[0,1,2,")
        .endsWith(",998,999]}}");
  }

  @Test
  void longTextsAreCutAndNumbersThatAreNoneAreTexts() {
    assertThat(of("key", new Array.Dense(List.of(1L), Values.of("a".repeat(100)))).lines())
        .containsExactly("key  [\"" + "a".repeat(39) + "...]");
    assertThat(of("max", new Array.Dense(List.of(), Values.of(Float.NaN))).toJson())
        .hasToString("{\"max\":\"NaN\"}");
    assertThat(of("none", matrix(0, 2)).lines()).containsExactly("none  []");
  }
}
