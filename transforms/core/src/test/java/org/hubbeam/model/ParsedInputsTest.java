// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Values;
import org.hubbeam.testing.TestFiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which functions parse whole records is seen in their graphs, without loading the module. */
class ParsedInputsTest {

  @ParameterizedTest
  @CsvSource({
    "serialized_examples, serving_default, examples",
    "serialized_examples, one_by_one, record",
    "serialized_examples, single, record",
    "serialized_examples, sequences, inputs",
    "serialized_examples, ranking, input_ranking_data",
    "serialized_examples, plain_text,",
    "tf1_estimator, serving_default, inputs",
    "tf1_estimator, regression, inputs",
    "tf1_estimator, predict, examples",
    "nnlm, serving_default,",
    "tf1_main_op, serving_default,",
    "signature_defaults, serving_default,",
    "multi_signature, mixed,"
  })
  void recordsAreFollowedToWhatParsesThem(String module, String function, String input) {
    try (ModuleOutline outline = ModuleOutline.read(TestFiles.zoo(module), ModuleOptions.DEFAULT)) {
      assertThat(outline.function(FunctionChoice.of(function)).recordInput().orElse(null))
          .isEqualTo(input);
    }
  }

  @Test
  void anInputBesideOthersTakesNoRecords() {
    try (ModuleOutline outline =
        ModuleOutline.read(TestFiles.zoo("signature_defaults"), ModuleOptions.DEFAULT)) {
      Map<String, Array> constants =
          Map.of(
              "x",
              new Array.Dense(java.util.List.of(1L, 3L), Values.of(1f, 2f, 3f)),
              "gain",
              Array.Dense.scalar(Values.of(1f)));
      ModuleFunction function =
          outline.function(FunctionChoice.of("serving_default")).withConstants(constants);
      assertThat(function.inputs()).allMatch(i -> i.dtype() == DType.STRING);
      assertThat(function.recordInput()).isEmpty();
    }
  }
}
