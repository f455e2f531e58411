// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.preprocessing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Function;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Values;
import org.hubbeam.preprocessing.Analyzers.Over;
import org.junit.jupiter.api.Test;

class ScalingTest {

  private static final float NAN = Float.NaN;
  private static final float INF = Float.POSITIVE_INFINITY;

  private static void expect(Array actual, float... expected) {
    assertThat(Local.floats(actual)).containsExactly(expected, within(1e-5f));
  }

  private static Array scaled(Array x, Function<Column, Column> mapper) {
    return Local.over("x", x).output(in -> mapper.apply(in.get("x")));
  }

  private static Array served(Array x, Array other, Function<Column, Column> mapper) {
    return Local.over("x", x).serving(Map.of("x", other)).output(in -> mapper.apply(in.get("x")));
  }

  @Test
  void aZScoreOfIntegersIsFloat32() {
    Array z = scaled(Local.longs(1, 2, 3, 10), Scaling::scaleToZScore);
    assertThat(z.dtype()).isEqualTo(DType.FLOAT32);
    expect(z, -0.84852815f, -0.56568545f, -0.28284273f, 1.6970563f);
  }

  @Test
  void aConstantColumnLosesItsMeanOnly() {
    expect(
        served(Local.floats(3, 3, 3), Local.floats(3, 5.5f, -1), Scaling::scaleToZScore),
        0,
        2.5f,
        -4);
  }

  @Test
  void withoutRowsToAnalyseAZScoreIsTheValueAndMinMaxTheSigmoid() {
    expect(served(Local.floats(), Local.floats(100, 1), Scaling::scaleToZScore), 100, 1);
    expect(served(Local.floats(), Local.floats(100, 1), Scaling::scaleTo01), 1, 0.7310586f);
  }

  @Test
  void nanAndInfinitiesDoNotCountForTheScale() {
    Array x = Local.floats(1, NAN, 3, INF, -INF);
    expect(scaled(x, Scaling::scaleToZScore), -1, NAN, 1, INF, -INF);
    expect(scaled(x, Scaling::scaleTo01), 0, NAN, 1, INF, -INF);
  }

  @Test
  void whatLiesOutsideOfTheAnalysedValuesIsNotClipped() {
    expect(
        served(
            Local.floats(4, 1, 5, 2),
            Local.floats(0, 3, 9),
            x -> Scaling.scaleByMinMax(x, new OutputRange(-1, 1))),
        -1.5f,
        0,
        3);
  }

  @Test
  void aConstantColumnIsSquashedByTheSigmoidBeforeItsRange() {
    expect(
        served(
            Local.floats(4, 4),
            Local.floats(0, 4, -2),
            x -> Scaling.scaleByMinMax(x, new OutputRange(0, 10))),
        5,
        9.820138f,
        1.1920292f);
  }

  @Test
  void eachCellOfAVectorHasItsOwnScale() {
    Array x = Local.rows(2, 1, 7, 3, 7, 5, 7);
    expect(
        scaled(x, c -> Scaling.scaleToZScore(c, Over.CELLS)), -1.2247448f, 0, 0, 0, 1.2247448f, 0);
    expect(
        scaled(Local.rows(2, 4, 5, 1, 2, 5, 6), c -> Scaling.scaleTo01(c, Over.CELLS)),
        0.75f,
        0.75f,
        0,
        0,
        1,
        1);
  }

  @Test
  void eachPositionOfAListHasItsOwnScaleAndPositionsBeyondAreAsUnseen() {
    Array lists =
        Array.Ragged.of(Values.of(1f, 10f, 3f, 2f, 60f, 5f, 5f), new int[] {0, 2, 3, 5, 7});
    Array longer = Array.Ragged.of(Values.of(2f, 5f, 3f), new int[] {0, 0, 3});
    expect(served(lists, longer, c -> Scaling.scaleTo01(c, Over.CELLS)), 0.25f, 0, 0.95257413f);
    expect(
        served(lists, longer, c -> Scaling.scaleToZScore(c, Over.CELLS)),
        -0.50709254f,
        -0.80538726f,
        3);
  }

  @Test
  void theTypeOfTheResultCanBeChosen() {
    Array z =
        scaled(
            Local.longs(1, 3),
            x ->
                Scaling.scaleToZScore(x, Over.ALL, DType.FLOAT64)
                    .map(
                        v -> x.tracing().tf().dtypes.cast(v, org.tensorflow.types.TFloat32.class)));
    expect(z, -1, 1);
  }

  private static final Map<String, Array> KEYED =
      Map.of(
          "x",
          Local.floats(-4, 10, 1, 2, 3, 4, 7),
          "key",
          Local.strings("a", "a", "b b", "a", "b b", "a", "c%"));
  private static final Map<String, Array> ASKED =
      Map.of("x", Local.floats(5, 5, 5, 5), "key", Local.strings("a", "b b", "unseen", "c%"));

  private static Array keyed(KeyStorage storage, Function<Columns, Column> mapper) {
    return Local.over(KEYED).serving(ASKED).output(mapper);
  }

  @Test
  void eachKeyHasItsOwnScaleInTheGraphAndInAFile() {
    for (KeyStorage storage : new KeyStorage[] {KeyStorage.GRAPH, KeyStorage.file("keys")}) {
      expect(
          keyed(storage, in -> Scaling.scaleToZScorePerKey(in.get("x"), in.get("key"), storage)),
          0.4f,
          3,
          5,
          -2);
      expect(
          keyed(
              storage,
              in ->
                  Scaling.scaleByMinMaxPerKey(
                      in.get("x"), in.get("key"), new OutputRange(-1, 1), storage)),
          0.28571427f,
          3,
          0.98661435f,
          0.98661435f);
    }
  }

  @Test
  void theFileOfKeysIsTheReferencesWithBlanksEscaped() throws Exception {
    try (LocalRun run =
        Local.over(KEYED)
            .run(
                in ->
                    Map.of(
                        "y",
                        Scaling.scaleTo01PerKey(in.get("x"), in.get("key"), KeyStorage.file())))) {
      Path assets = run.transformFn().resolve("assets");
      assertThat(
              Files.readAllLines(assets.resolve("vocab_scale_to_0_1_per_key_min_and_max_per_key")))
          .containsExactlyInAnyOrder("4.0,10.0 a", "-1.0,3.0 b%20b", "-7.0,7.0 c%25");
    }
  }

  @Test
  void aKeyOfARowIsThatOfAllItsValues() {
    Map<String, Array> lists =
        Map.of(
            "x",
            Array.Ragged.of(Values.of(1f, 3f, 2f, 5f, 7f, 9f), new int[] {0, 2, 3, 4, 6}),
            "key",
            Local.strings("a", "b", "a", "b"));
    expect(
        Local.over(lists).output(in -> Scaling.scaleToZScorePerKey(in.get("x"), in.get("key"))),
        -1.2247448f,
        0,
        -1.3587323f,
        1.2247448f,
        0.3396831f,
        1.0190492f);
    Map<String, Array> vectors =
        Map.of(
            "x", Local.rows(2, 1, 2, 3, 4, 5, 9, 8, 0), "key", Local.strings("a", "b", "a", "b"));
    expect(
        Local.over(vectors)
            .output(
                in ->
                    Scaling.scaleTo01PerKey(
                        in.get("x"), in.get("key"), KeyStorage.GRAPH.withOver(Over.CELLS))),
        0,
        0,
        0,
        1,
        1,
        1,
        1,
        0);
  }

  @Test
  void withoutRowsToAnalyseEveryKeyIsUnseen() {
    Array y =
        Local.over(Map.of("x", Local.floats(), "key", Local.strings()))
            .serving(Map.of("x", Local.floats(1), "key", Local.strings("a")))
            .output(in -> Scaling.scaleTo01PerKey(in.get("x"), in.get("key")));
    expect(y, 0.7310586f);
  }

  @Test
  void lightTailsAreScaledAsTheZScoreAndLongOnesPulledIn() {
    Array light = Local.floats(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    expect(
        scaled(light, Scaling::scaleToGaussian),
        Local.floats(scaled(light, Scaling::scaleToZScore)));
    float[] pulled =
        Local.floats(
            scaled(
                Local.floats(-1, -0.5f, -0.2f, 0, 0.1f, 0.3f, 0.6f, 1, 30, -40),
                Scaling::scaleToGaussian));
    assertThat(pulled[8]).isBetween(1f, 3f);
    assertThat(pulled[9]).isBetween(-3f, -1f);
  }

  @Test
  void wrongSettingsAreNamed() {
    assertThatThrownBy(() -> new OutputRange(2, 2))
        .hasMessage("output_min must be below output_max; they are 2.0 and 2.0");
    assertThatThrownBy(() -> KeyStorage.file("f").withOver(Over.CELLS))
        .hasMessageContaining("elementwise");
    assertThatThrownBy(() -> scaled(Local.strings("a"), Scaling::scaleToZScore))
        .hasMessageContaining("string");
    assertThatThrownBy(
            () ->
                Local.over(Map.of("x", Local.floats(1), "key", Local.longs(1)))
                    .output(in -> Scaling.scaleToZScorePerKey(in.get("x"), in.get("key"))))
        .hasMessageContaining("a key is a string column");
  }
}
