// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Values;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Truth: Python's TensorFlow 2.18. */
class MathOpsTest {

  private static final Expressions ROWS =
      new Expressions()
          .with("x", Array.Dense.vector(Values.of(0.5f, -0.25f, 0f)))
          .with("y", Array.Dense.vector(Values.of(2f, 0f, -1f)))
          .with("z", Array.Dense.vector(Values.of(4f, 0.25f, Float.POSITIVE_INFINITY)))
          .with("v", new Array.Dense(List.of(3L, 2L), Values.of(3f, 4f, 0f, 0f, -1f, 1f)))
          .with("w", Array.Ragged.of(Values.of(1f), new int[] {0, 1, 1, 1}));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          tan(x)                     | 0.5463025, -0.25534192, 0
          asin(x)                    | 0.5235988, -0.25268024, 0
          acos(x)                    | 1.0471976, 1.8234766, 1.5707964
          atan(x)                    | 0.46364760, -0.24497867, 0
          sinh(x)                    | 0.5210953, -0.25261232, 0
          cosh(x)                    | 1.1276259, 1.0314131, 1
          expm1(x)                   | 0.6487213, -0.22119921, 0
          erf(x)                     | 0.5204999, -0.27632636, 0
          softplus(x)                | 0.9740770, 0.57593942, 0.6931472
          relu(x)                    | 0.5, 0, 0
          rsqrt(z)                   | 0.5, 2, 0
          reciprocal(z)              | 0.25, 4, 0
          cast(is_inf(z), float32)   | 0, 0, 1
          atan2(x, y)                | 0.24497867, -1.5707964, 3.1415927
          squared_difference(x, y)   | 2.25, 0.0625, 1
          div_no_nan(x, y)           | 0.25, 0, 0
          cast(logical_xor(x > 0, y > 0), float32) | 0, 0, 0
          cast(argmax(v, 1), float32) | 1, 0, 1
          l2_normalize(v, 1)         | 0.6, 0.8, 0, 0, -0.70710677, 0.70710677
          clip(x, 0, 0.25)           | 0.25, 0, 0
          clip(x, min=-0.1)          | 0.5, -0.1, 0
          clip(x, max=mean(x))       | 0.083333336, -0.25, 0
          clip_by_value(x, 1, 0)     | 1, 1, 1
          reduce_mean(v)             | 3.5, 0, 0
          reduce_sum(v, [1], keepdims=True) | 7, 0, 0
          reduce_max(w)              | 1, -3.4028235e38, -3.4028235e38
          x                          | 0.5, -0.25, 0
          reduce_sum(x)              | 0.5, -0.25, 0
          v / reduce_sum(v * v, axis=1, keepdims=True) * 0 + 1 | 1, 1, NaN, NaN, 1, 1
          cumsum(v, axis=-1)         | 3, 7, 0, 0, -1, 0
          softmax(v)                 | 0.26894143, 0.73105857, 0.5, 0.5, 0.11920291, 0.8807970
          """)
  void valuesAreThoseOfPython(String expression, String wanted) {
    float[] found = ((Values.Numbers) ROWS.evaluate(expression).values()).toFloats();
    String[] numbers = wanted.split(", ", -1);
    assertThat(found).hasSameSizeAs(numbers);
    for (int i = 0; i < found.length; i++) {
      float number = Float.parseFloat(numbers[i]);
      if (Float.isNaN(number)) {
        assertThat(found[i]).as("%s[%s]", expression, i).isNaN();
      } else {
        assertThat(found[i]).as("%s[%s]", expression, i).isCloseTo(number, within(2e-7f));
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          reduce_sum(v, 0)   | must not be the dimension of the rows
          reduce_sum(v, -2)  | must not be the dimension of the rows
          reduce_sum(v, [1, 2]) | must be a dimension of [?, 2]; found 2
          argmax(v, 0)       | 'axis' of argmax must be a dimension after the rows
          argmax(v, 2)       | found 2 of [?, 2]
          argmax(v, -2)      | found -2 of [?, 2]
          clip(x)            | 'min' or 'max' is missing
          x * v              | not at the same positions; write x[:, None]
          softmax(x)         | must have vectors
          cumsum(w, 1)       | must be a dense column
          """)
  void rowsStayApart(String expression, String message) {
    assertThatThrownBy(() -> ROWS.preprocessor(expression)).hasMessageContaining(message);
  }
}
