// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.spec;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Types that an operation does not take are refused before any data are read. */
class ColumnTypesTest {

  private static final String COLUMNS =
      """
      columns:
        s: {type: string}
        l: {type: float32}
        list: {type: float32, varlen: true}
      outputs:
      """;

  /** tf.Transform: "expected integer labels but got tf.float32". */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "compute_and_apply_vocabulary(s, labels=l);"
            + "'labels' of compute_and_apply_vocabulary must be integers, which mutual information"
            + " takes; found float32; write labels=cast(l, int64)",
        "compute_and_apply_vocabulary(s, labels=s);"
            + "found string; write labels=compute_and_apply_vocabulary(s)",
        "compute_and_apply_vocabulary(s, labels=greater(l, 1));"
            + "found bool; write labels=cast(greater(l, 1), int64)",
        "compute_and_apply_vocabulary(s, weights=s);"
            + "'weights' of compute_and_apply_vocabulary must be numbers; found string; write"
            + " weights=to_number(s, float32)",
        "bucketize(l, 3, weights=s);'weights' of bucketize must be numbers; found string",
        "compute_and_apply_vocabulary(s, weights=list);"
            + "the values are string [?], the weights sparse float32 [?, ?]",
        "cast(logical_and(s, s), int64);logical_and: it takes bool, not string"
      })
  void theMessageSaysWhatToWrite(String expression, String message) {
    assertThatThrownBy(
            () -> SpecFile.parse("spec", COLUMNS + "  y: " + expression + "\n").preprocessor())
        .isInstanceOf(SpecException.class)
        .hasMessageContaining(message);
  }
}
