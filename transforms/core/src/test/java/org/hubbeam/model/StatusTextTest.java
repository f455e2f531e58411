// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StatusTextTest {

  @Test
  void theReasonAndTheOpStay() {
    assertThat(
            StatusText.summarize(
                "{{function_node __inference___call___12}} {{function_node"
                    + " __inference___call___12}} StringToNumberOp could not correctly convert"
                    + " string: three\n"
                    + "\t [[{{node StringToNumber}}]]\n"
                    + "\t [[StatefulPartitionedCall]]"))
        .isEqualTo(
            "StringToNumberOp could not correctly convert string: three (op StringToNumber)");
    assertThat(
            StatusText.summarize(
                "Shape must be rank 1 but is rank 2 for '{{node EnsureShape}} = EnsureShape[]()'"))
        .isEqualTo("Shape must be rank 1 but is rank 2 for 'EnsureShape = EnsureShape[]()'");
  }

  @Test
  void ofSeveralErrorsTheFirstIsTold() {
    assertThat(
            StatusText.summarize(
                """
                2 root error(s) found.
                  (0) INVALID_ARGUMENT: {{function_node f}} indices[0] = 7 is not in [0, 3)
                \t [[{{node GatherV2}}]]
                  (1) INVALID_ARGUMENT: other
                \t [[{{node Other}}]]
                0 successful operations.
                0 derived errors ignored.\
                """))
        .isEqualTo("indices[0] = 7 is not in [0, 3) (op GatherV2)");
  }

  @Test
  void aPlainMessageIsPutOnOneLine() {
    assertThat(StatusText.summarize("Op type not registered 'X'\n in binary"))
        .isEqualTo("Op type not registered 'X' in binary");
  }
}
