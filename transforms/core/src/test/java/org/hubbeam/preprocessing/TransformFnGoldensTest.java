// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.preprocessing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.stream.Stream;
import org.hubbeam.batch.Batch;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Functions that Python's tf.Transform wrote give what tf.Transform itself gave for their rows. */
class TransformFnGoldensTest {

  @TestFactory
  Stream<DynamicTest> everyRowIsTransformedAsInPython() throws IOException {
    return TransformGoldens.all().stream()
        .map(golden -> DynamicTest.dynamicTest(golden.name(), () -> check(golden)));
  }

  private static void check(TransformGoldens golden) throws IOException {
    Batch raw = golden.raw();
    try (TransformFn function = TransformFn.load(golden.folder())) {
      golden.check(function.apply(raw));
      assertThat(function.apply(raw.slice(0, 0)).rows()).isZero();
    }
  }
}
