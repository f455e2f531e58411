// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Values;
import org.hubbeam.preprocessing.LocalRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Operations on lists, missing values and texts that are numbers; the values are those of
 * TensorFlow for ragged tensors, and of {@code tf.strings.to_number}.
 */
class RowOperationsTest {

  private static final String COLUMNS =
      """
      columns:
        n: {type: float32, varlen: true}
        r: {type: int64, ragged: true}
        d: {type: float32, shape: [2, 3]}
        s: {type: string}
        i: {type: int64}
      outputs:
      """;

  /** Lists of 2, 0 and 3 values. */
  private static final Batch ROWS =
      Batch.of(
          Map.of(
              "n", Array.Ragged.of(Values.of(1f, 2f, 3f, -4f, 6f), new int[] {0, 2, 2, 5}),
              "r", Array.Ragged.of(Values.of(1L, 2L, 3L, -4L, 6L), new int[] {0, 2, 2, 5}),
              "d", new Array.Dense(List.of(3L, 2L, 3L), Values.of(new float[18])),
              "s", Array.Dense.vector(Values.of("5", "x", " 7 ")),
              "i", Array.Dense.vector(Values.of(2L, 0L, 1L))));

  private static Array result(String expression) {
    SpecFile spec = SpecFile.parse("spec.yaml", COLUMNS + "  y: '" + expression + "'\n");
    try (LocalRun run = spec.preprocessor().applyLocally(List.of(ROWS))) {
      return run.transform(ROWS).column("y");
    }
  }

  private static Array floats(float... values) {
    return Array.Dense.vector(Values.of(values));
  }

  private static Array longs(long... values) {
    return Array.Dense.vector(Values.of(values));
  }

  @Test
  void listsAreReducedRowByRow() {
    assertThat(result("reduce_sum(n, 1)")).isEqualTo(floats(3, 0, 5));
    for (String lists : List.of("n", "r")) {
      Values means = result("reduce_mean(" + lists + ", 1)").values();
      assertThat(((Values.Numbers) means).toFloats()).containsExactly(1.5f, Float.NaN, 5 / 3f);
    }
    assertThat(result("reduce_prod(r, -1)")).isEqualTo(longs(2, 1, -72));
    assertThat(result("reduce_min(r, 1)")).isEqualTo(longs(1, Long.MAX_VALUE, -4));
    assertThat(result("reduce_max(n, 1)")).isEqualTo(floats(2, -Float.MAX_VALUE, 6));
    assertThat(result("cast(reduce_any(greater(n, 2.5), 1), int64)")).isEqualTo(longs(0, 0, 1));
    assertThat(result("cast(reduce_all(greater(r, 0), 1), int64)")).isEqualTo(longs(1, 1, 0));
    assertThat(result("reduce_mean(ones_like(d), 1)"))
        .isEqualTo(new Array.Dense(List.of(3L, 3L), Values.of(1f, 1, 1, 1, 1, 1, 1, 1, 1)));
  }

  @Test
  void listsAreCutAndPadded() {
    assertThat(result("take(r, 2)"))
        .isEqualTo(Array.Ragged.of(Values.of(1L, 2L, 3L, -4L), new int[] {0, 2, 2, 4}));
    assertThat(result("take(n, -1)"))
        .isEqualTo(Array.Ragged.of(Values.of(2f, 6f), new int[] {0, 1, 1, 2}));
    assertThat(result("take(r, 0)"))
        .isEqualTo(Array.Ragged.of(Values.of(new long[0]), new int[] {0, 0, 0, 0}));
    assertThat(result("pad(r, 2, default_value=-1)"))
        .isEqualTo(new Array.Dense(List.of(3L, 2L), Values.of(1L, 2, -1, -1, 3, -4)));
    assertThat(result("pad(n, 4)"))
        .isEqualTo(
            new Array.Dense(List.of(3L, 4L), Values.of(1f, 2, 0, 0, 0, 0, 0, 0, 3, -4, 6, 0)));
    assertThat(result("concat([r, i, take(r, 1)], axis=1)"))
        .isEqualTo(
            Array.Ragged.of(
                Values.of(1L, 2L, 2L, 1L, 0L, 3L, -4L, 6L, 1L, 3L), new int[] {0, 4, 5, 10}));
  }

  @Test
  void missingValuesAreFilledWithAStatisticOrAConstant() {
    assertThat(result("fill_missing(take(n, 1), max(i))")).isEqualTo(floats(1, 2, 3));
    assertThat(result("fill_missing(take(r, 1), mean(n))")).isEqualTo(longs(1, 2, 3));
    assertThat(result("fill_missing(take(n, 1), -0.5)")).isEqualTo(floats(1, -0.5f, 3));
    assertThat(result("cast(is_missing(n), int64)")).isEqualTo(longs(0, 1, 0));
    assertThat(result("cast(is_missing(with_values(n, log(sparse_values(sub(n, 3))))), int64)"))
        .isEqualTo(longs(1, 1, 0));
  }

  @Test
  void oneHotVectorsAreAsLongAsTheVocabulary() {
    assertThat(result("one_hot(compute_and_apply_vocabulary(s, num_oov_buckets=1))").dims())
        .containsExactly(3L, 4L);
    assertThat(result("multi_hot(compute_and_apply_vocabulary(r, top_k=4))").dims())
        .containsExactly(3L, 4L);
    assertThat(
            result(
                    "one_hot(i, get_num_buckets_for_transformed_feature("
                        + "compute_and_apply_vocabulary(s)))")
                .dims())
        .containsExactly(3L, 3L);
  }

  @Test
  void textsThatAreNoNumbersBecomeTheDefault() {
    assertThat(result("to_number(s, int64, -1)")).isEqualTo(longs(5, -1, 7));
    assertThat(result("to_number(s, default_value=NaN)")).isEqualTo(floats(5, Float.NaN, 7));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "9223372036854775807",
        "-9223372036854775808",
        "007",
        "\t5\n",
        "\u000b5",
        "1000000000000"
      })
  void wholeNumbersOfTensorFlow(String text) {
    assertThat(text).matches(NumberPattern.of(DType.INT64));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "9223372036854775808",
        "-9223372036854775809",
        "+5",
        "1e3",
        "5.0",
        "",
        "-",
        "1_000",
        "\u00a05",
        "- 5"
      })
  void noWholeNumbersOfTensorFlow(String text) {
    assertThat(text).doesNotMatch(NumberPattern.of(DType.INT64));
  }

  @ParameterizedTest
  @ValueSource(strings = {"1e400", " 5 ", "nan", "NaN", "Inf", "+inf", "+5", "5.", ".5", "1e3"})
  void numbersOfTensorFlow(String text) {
    assertThat(text).matches(NumberPattern.of(DType.FLOAT32));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ".",
        "1e",
        "-infinity",
        "1_000",
        "1,5",
        "--5",
        "+-5",
        "nan(1)",
        "5d",
        "infinit"
      })
  void noNumbersOfTensorFlow(String text) {
    assertThat(text).doesNotMatch(NumberPattern.of(DType.FLOAT64));
  }

  @Test
  void theLargestInt32IsANumber() {
    assertThat("2147483647").matches(NumberPattern.of(DType.INT32));
    assertThat("2147483648").doesNotMatch(NumberPattern.of(DType.INT32));
    assertThat("-2147483648").matches(NumberPattern.of(DType.INT32));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "reduce_sum(n, 2) | must be 1 for lists; found 2",
        "reduce_mean(s, 1) | must have numbers",
        "reduce_any(n, 1) | must have booleans",
        "reshape(d, [4]) | [4] does not have the 6 values of a row",
        "reshape(d, [-1, 4]) | [-1, 4] does not have the 6 values of a row",
        "reshape(d, [-1, -1]) | does not have the 6 values of a row",
        "pad(n, 0) | must be from 1 to 67108864; found 0",
        "concat([n, r], axis=1) | write cast(r, float32)",
        "concat([n, take(n, 1)], axis=0) | must be 1 for lists; found 0",
        "fill_missing(n, i) | must be the same for all rows",
        "fill_missing(n, mean(d, reduce_instance_dims=false)) | one number fills in missing values",
        "to_number(s, uint8, 0) | must be float32, float64, int32 or int64; found uint8",
        "sparse_tensor_to_dense_with_shape(n, [null, null]) | must be known",
        "decode_image(s, size=[0, 5]) | must be [height, width], from 1 to 4096",
        "decode_image(s, size=[5]) | must be [height, width]",
        "decode_image(s, size=[5, 5], channels=2) | must be 1, 3 or 4; found 2",
        "decode_image(s, size=[5, 5], method=cubic) | found cubic",
        "decode_image(i, size=[5, 5]) | must have one file a row",
        "resize(d, [5, 5]) | must have one picture a row"
      })
  void wrongUseIsRefusedWhileTheFunctionIsTraced(String expression, String message) {
    SpecFile spec = SpecFile.parse("spec.yaml", COLUMNS + "  y: '" + expression + "'\n");
    assertThatThrownBy(spec::preprocessor)
        .isInstanceOf(SpecException.class)
        .hasMessageContaining(message);
  }
}
