// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.spec;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import org.hubbeam.testing.TestFiles;
import org.junit.jupiter.api.Test;

class OperationsTest {

  @Test
  void thePageOfOperationsIsUpToDate() throws IOException {
    String committed = Files.readString(TestFiles.root().resolve("docs/operations.md"));
    assertThat(committed)
        .as("run: ./hubbeam transform --operations > docs/operations.md")
        .isEqualTo(Operations.page());
  }

  @Test
  void everyOperationHasASentence() {
    assertThat(Operations.ALL.values())
        .allSatisfy(
            operation -> assertThat(operation.description()).as(operation.name()).endsWith("."));
  }

  @Test
  void defaultsAreExpressionsAsTheSignatureShowsThem() {
    Operation operation = Operation.parse("f", "x, n=2, name=None, ...", "", a -> null);
    assertThat(operation).hasToString("f(x, n=2, name=None, ...)");
    assertThat(operation.defaultOf("n")).hasValueSatisfying(n -> assertThat(n).hasToString("2"));
    assertThat(operation.defaultOf("name")).isEmpty();
    assertThat(operation.defaultOf("x")).isEmpty();
  }
}
