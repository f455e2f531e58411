// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.vectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Values;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** The steps give what NumPy gives, and what the formulas say at their edges. */
class PostProcessorTest {

  private static final float NAN = Float.NaN;
  private static final float INF = Float.POSITIVE_INFINITY;

  private static PostProcessor.Outcome run(PostProcessing steps, Map<String, Array> columns) {
    Batch batch = Batch.of(columns);
    PostProcessor.Outcome outcome = new PostProcessor(steps).apply(batch, "v");
    Array column = outcome.batch().column("v");
    if (outcome.rows().length > 0) {
      List<ArraySpec> promised = steps.check(batch.column("v").spec("v"));
      for (ArraySpec spec : promised) {
        Array found = outcome.batch().column(spec.name());
        assertThat(spec.shape().row().admits(found.spec("v").shape().row().dims())).isTrue();
        assertThat(found.dtype()).isEqualTo(spec.dtype());
        assertThat(found.layout()).isEqualTo(spec.layout());
      }
      assertThat(promised.get(0).dtype()).isEqualTo(column.dtype());
    }
    return outcome;
  }

  private static Array one(PostProcessing steps, Array vectors) {
    PostProcessor.Outcome outcome = run(steps, Map.of("v", vectors));
    assertThat(outcome.bad()).isEmpty();
    return outcome.batch().column("v");
  }

  private static float[] floats(Array array) {
    return ((Values.Numbers) array.values()).toFloats();
  }

  private static void assertClose(float[] actual, float[] expected) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < actual.length; i++) {
      assertThat(actual[i]).as("at %d", i).isCloseTo(expected[i], within(2e-6f));
    }
  }

  private static Array.Dense rows(int width, float... values) {
    return NumpyVectors.dense(Values.of(values), width);
  }

  @Test
  void vectorsHaveLengthOneAndZerosStay() {
    PostProcessing l2 = PostProcessing.NONE.withNorm(Norm.L2);
    Array normal = one(l2, NumpyVectors.dense("/int8/values", 5));
    assertThat(floats(normal)).containsExactly(NumpyVectors.floats("/l2"));
    Array odd = one(l2, rows(2, NAN, 1, INF, 1, 1e38f, 1e38f, 0, -Float.MIN_VALUE, 0, 0));
    assertThat(floats(odd))
        .containsExactly(
            NAN, NAN, NAN, 0, (float) Math.sqrt(0.5), (float) Math.sqrt(0.5), 0, -1, 0, 0);
  }

  @ParameterizedTest
  @EnumSource(value = Pooling.Kind.class, mode = Mode.EXCLUDE, names = "NONE")
  void sequencesArePooled(Pooling.Kind kind) {
    String name = kind.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    Array sequences = NumpyVectors.dense("/sequences/values", 3, 5);
    PostProcessing all = PostProcessing.NONE.withPooling(Pooling.of(kind));
    Array pooled = one(all, sequences);
    assertThat(pooled.dims()).containsExactly(4L, 5L);
    assertClose(floats(pooled), NumpyVectors.floats("/sequences/pooled/" + name));

    Array mask = NumpyVectors.dense(Values.of(NumpyVectors.ints("/sequences/mask")), 3);
    PostProcessing masked = PostProcessing.NONE.withPooling(Pooling.of(kind).withMask("m"));
    PostProcessor.Outcome outcome = run(masked, Map.of("v", sequences, "m", mask));
    float[] expected = NumpyVectors.floats("/sequences/masked/" + name);
    assertClose(floats(outcome.batch().column("v")), expected);
    assertThat(outcome.batch().column("m")).isEqualTo(mask);
    assertThat(outcome.rows()).containsExactly(0, 1, 2, 3);
    assertThat(Arrays.copyOfRange(expected, 15, 20)).containsOnly(0);
  }

  @Test
  void listsOfVectorsArePooledRowByRow() {
    Array.Ragged lists =
        new Array.Ragged(
            Values.of(1, 2, 3, 4, 5, 6, 7, 8f), List.of(new int[] {0, 3, 3, 4}), List.of(2L));
    PostProcessing mean =
        PostProcessing.NONE.withPooling(Pooling.of(Pooling.Kind.MEAN).withMask("m"));
    Array.Ragged mask = Array.Ragged.of(Values.of(1L, 0L, 1L, 1L), new int[] {0, 3, 3, 4});
    PostProcessor.Outcome outcome = run(mean, Map.of("v", lists, "m", mask));
    assertThat(outcome.batch().column("v")).isEqualTo(rows(2, 3, 4, 0, 0, 7, 8));

    Array.Ragged short1 = Array.Ragged.of(Values.of(1L, 1L, 1L), new int[] {0, 2, 2, 3});
    PostProcessor.Outcome faulty = run(mean, Map.of("v", lists, "m", short1));
    assertThat(faulty.rows()).containsExactly(1, 2);
    assertThat(faulty.batch().column("v")).isEqualTo(rows(2, 0, 0, 7, 8));
    assertThat(faulty.bad())
        .containsExactly(
            new PostProcessor.BadRow(
                0, "the mask 'm' has 2 values, expected 3, one for each position"));
  }

  @Test
  void allDimensionsOfAPictureArePooled() {
    Array picture = NumpyVectors.dense(Values.of(1, 10, 2, 20, 3, 30, 4, 40f), 2, 2, 2);
    PostProcessing max = PostProcessing.NONE.withPooling(Pooling.of(Pooling.Kind.MAX));
    assertThat(one(max, picture)).isEqualTo(rows(2, 4, 40));
    Array nested =
        new Array.Ragged(
            Values.of(1, 2, 3, 4, 5, 6f),
            List.of(new int[] {0, 2, 3}, new int[] {0, 1, 1, 3}),
            List.of(2L));
    assertThat(one(max, nested)).isEqualTo(rows(2, 1, 2, 5, 6));
  }

  @Test
  void whatIsMaskedIsNotLookedAtAndNanElsewhereStays() {
    Array sequences = NumpyVectors.dense(Values.of(NAN, 1, 2, NAN, 5, 6f), 3, 1);
    Array mask = NumpyVectors.dense(Values.of(0f, 1, 1, 0, 1, 1), 3);
    for (Pooling.Kind kind : List.of(Pooling.Kind.MEAN, Pooling.Kind.MAX)) {
      PostProcessing masked = PostProcessing.NONE.withPooling(Pooling.of(kind).withMask("m"));
      assertThat(floats(run(masked, Map.of("v", sequences, "m", mask)).batch().column("v")))
          .doesNotContain(NAN);
      assertThat(floats(one(PostProcessing.NONE.withPooling(Pooling.of(kind)), sequences)))
          .containsOnly(NAN);
    }
  }

  @Test
  void bytesAndScalesAreNumpys() {
    PostProcessing int8 = PostProcessing.NONE.withStorage(Storage.INT8);
    PostProcessor.Outcome outcome = run(int8, Map.of("v", NumpyVectors.dense("/int8/values", 5)));
    int[] expected = NumpyVectors.ints("/int8/stored");
    byte[] stored = ((Values.Numbers) outcome.batch().column("v").values()).bytes();
    assertThat(stored).hasSize(expected.length);
    for (int i = 0; i < stored.length; i++) {
      assertThat(stored[i]).as("at %d", i).isEqualTo((byte) expected[i]);
    }
    assertThat(outcome.batch().column("v_scale"))
        .isEqualTo(Array.Dense.vector(Values.of(NumpyVectors.floats("/int8/scales"))));
    assertThat(outcome.batch().columns().keySet()).containsExactly("v", "v_scale");
  }

  @Test
  void ofSequencesEachVectorHasItsScale() {
    Array sequences = NumpyVectors.dense(Values.of(127, 1, -254, 2, 0, 0, 1, -1f), 2, 2);
    PostProcessor.Outcome outcome =
        run(PostProcessing.NONE.withStorage(Storage.INT8), Map.of("v", sequences));
    assertThat(outcome.batch().column("v_scale"))
        .isEqualTo(NumpyVectors.dense(Values.of(1f, 2f, 0f, 1 / 127f), 2));
    assertThat(((Values.Numbers) outcome.batch().column("v").values()).bytes())
        .containsExactly(127, 1, -127, 1, 0, 0, 127, -127);
  }

  @Test
  void numbersThatHaveNoEightBitsAreFailures() {
    Map<String, Array> columns = new LinkedHashMap<>();
    columns.put("v", rows(2, 1, 2, NAN, 1, 3, 4, 0, -INF));
    columns.put("id", Array.Dense.vector(Values.of("a", "b", "c", "d")));
    PostProcessor.Outcome outcome = run(PostProcessing.NONE.withStorage(Storage.INT8), columns);
    assertThat(outcome.rows()).containsExactly(0, 2);
    assertThat(outcome.batch().column("id")).isEqualTo(Array.Dense.vector(Values.of("a", "c")));
    assertThat(outcome.bad()).extracting(PostProcessor.BadRow::row).containsExactly(1, 3);
    assertThat(outcome.bad().get(0).reason()).contains("NaN or an infinity");
  }

  @Test
  void verySmallVectorsAreStoredAsZerosAndNotAsNonsense() {
    float tiny = Float.MIN_VALUE;
    PostProcessor.Outcome outcome =
        run(
            PostProcessing.NONE.withStorage(Storage.INT8),
            Map.of("v", rows(2, 7 * tiny, -7 * tiny, 210 * tiny, -210 * tiny)));
    byte[] stored = ((Values.Numbers) outcome.batch().column("v").values()).bytes();
    float[] scales = floats(outcome.batch().column("v_scale"));
    assertThat(scales[0]).isZero();
    assertThat(stored).startsWith(0, 0);
    assertThat(stored[2]).isPositive();
    assertThat(stored[3]).isEqualTo((byte) -stored[2]);
  }

  @Test
  void halvesAreNumpysAndTooLargeNumbersAreFailures() {
    int[] bits = NumpyVectors.ints("/float16/bits");
    float[] values = new float[bits.length];
    for (int i = 0; i < bits.length; i++) {
      values[i] = Float.intBitsToFloat(bits[i]);
    }
    PostProcessing half = PostProcessing.NONE.withStorage(Storage.FLOAT16);
    Values.Numbers stored = (Values.Numbers) one(half, rows(1, values)).values();
    int[] expected = NumpyVectors.ints("/float16/stored");
    for (int i = 0; i < expected.length; i++) {
      int found = (stored.bytes()[2 * i] & 0xff) | stored.bytes()[2 * i + 1] << 8;
      assertThat((short) found).as("of %s", values[i]).isEqualTo((short) expected[i]);
    }
    PostProcessor.Outcome outcome =
        run(half, Map.of("v", rows(2, 1, 65520, 65519, -65519, -1e30f, 0, INF, NAN)));
    assertThat(outcome.rows()).containsExactly(1, 3);
    assertThat(outcome.bad().get(0).reason())
        .isEqualTo("the value 65520.0 is too large for float16");
    assertThat(outcome.bad().get(1).reason()).contains("-1.0E30");
  }

  @Test
  void stepsAreDoneInTheirOrder() {
    PostProcessing steps =
        PostProcessing.NONE
            .withStorage(Storage.INT8)
            .withNorm(Norm.L2)
            .withProjection(Projection.gaussian(3).withSeed(7))
            .withPooling(Pooling.of(Pooling.Kind.MEAN));
    Array sequences = NumpyVectors.dense("/sequences/values", 3, 5);
    Batch byHand = Batch.of(Map.of("v", sequences));
    for (PostProcessing step :
        List.of(
            PostProcessing.NONE.withPooling(steps.pooling()),
            PostProcessing.NONE.withProjection(steps.projection()),
            PostProcessing.NONE.withNorm(steps.norm()),
            PostProcessing.NONE.withStorage(steps.storage()))) {
      byHand = new PostProcessor(step).apply(byHand, "v").batch();
    }
    assertThat(run(steps, Map.of("v", sequences)).batch()).isEqualTo(byHand);
  }

  @Test
  void integersAndHalvesAreVectorsToo() {
    PostProcessing l2 = PostProcessing.NONE.withNorm(Norm.L2);
    assertThat(floats(one(l2, NumpyVectors.dense(Values.of(3L, 4L), 2))))
        .containsExactly(0.6f, 0.8f);
    Array half = one(PostProcessing.NONE.withStorage(Storage.FLOAT16), rows(2, 3, 4));
    assertThat(floats(one(l2, half))).containsExactly(0.6f, 0.8f);
    Array none = one(PostProcessing.NONE, half);
    assertThat(none.dtype()).isEqualTo(DType.FLOAT16);
  }

  @Test
  void batchesOfNoRowsStaySo() {
    PostProcessing steps =
        PostProcessing.NONE
            .withPooling(Pooling.of(Pooling.Kind.MEAN))
            .withProjection(Projection.gaussian(2))
            .withNorm(Norm.L2)
            .withStorage(Storage.INT8);
    Batch none =
        Batch.of(Map.of("v", new Array.Dense(List.of(0L, 3L, 5L), Values.of(new float[0]))));
    PostProcessor.Outcome outcome = new PostProcessor(steps).apply(none, "v");
    assertThat(outcome.batch().column("v").dims()).containsExactly(0L, 2L);
    assertThat(outcome.batch().column("v_scale").dims()).containsExactly(0L);
  }

  @Test
  void columnsThatHaveNoVectorsAreRefused() {
    PostProcessing l2 = PostProcessing.NONE.withNorm(Norm.L2);
    Array vector = Array.Dense.vector(Values.of(1f, 2));
    Array texts = NumpyVectors.dense(Values.of("a", "b"), 2);
    Array lists = Array.Ragged.of(Values.of(1f, 2), new int[] {0, 2});
    for (Array wrong : List.of(vector, texts, lists)) {
      assertThatThrownBy(() -> new PostProcessor(l2).apply(Batch.of(Map.of("v", wrong)), "v"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("expected vectors of")
          .hasMessageContaining("found v: ");
    }
    PostProcessing mean =
        PostProcessing.NONE.withPooling(Pooling.of(Pooling.Kind.MEAN).withMask("m"));
    Map<String, Array> columns = new LinkedHashMap<>();
    columns.put("v", rows(2, 1, 2));
    columns.put("m", rows(1, 1));
    assertThatThrownBy(() -> new PostProcessor(mean).apply(Batch.of(columns), "v"))
        .hasMessageContaining("sequences of vectors [n, t, d], found v: float32 [1, 2]");
    columns.put("v", NumpyVectors.dense(Values.of(1f, 2, 3, 4), 2, 2));
    assertThatThrownBy(() -> new PostProcessor(mean).apply(Batch.of(columns), "v"))
        .hasMessageContaining("each position [1, 2], found m: float32 [1, 1]");
    columns.remove("m");
    assertThatThrownBy(() -> new PostProcessor(mean).apply(Batch.of(columns), "v"))
        .hasMessageContaining("no column 'm'; there are [v]");
    columns.put("v_scale", rows(1, 1));
    PostProcessing int8 = PostProcessing.NONE.withStorage(Storage.INT8);
    assertThatThrownBy(() -> new PostProcessor(int8).apply(Batch.of(columns), "v"))
        .hasMessageContaining("a column 'v_scale' already");
  }
}
