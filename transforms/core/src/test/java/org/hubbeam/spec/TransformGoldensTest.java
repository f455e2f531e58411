// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.spec;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Values;
import org.hubbeam.preprocessing.LocalRun;
import org.hubbeam.preprocessing.TransformGoldens;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The functions that tf.Transform wrote, written and analysed by us, give what tf.Transform gave.
 */
class TransformGoldensTest {

  private static final String DIRECTIONS = "pca";

  @TestFactory
  Stream<DynamicTest> theSameFunctionGivesTheSameFeatures() throws IOException {
    return TransformGoldens.all().stream()
        .map(golden -> DynamicTest.dynamicTest(golden.name(), () -> check(golden)));
  }

  private static void check(TransformGoldens golden) throws IOException {
    GoldenFunction function =
        new GoldenFunction(
            new ObjectMapper().readTree(golden.folder().resolve("preprocessing.json").toFile()));
    Batch raw = golden.raw();
    int half = raw.rows() / 2;
    List<Batch> batches = List.of(raw.slice(0, half), raw.slice(half, raw.rows()));
    try (LocalRun run = function.preprocessor().applyLocally(batches)) {
      golden.check(signed(run.transform(raw), golden.transformed()));
    }
  }

  /** Principal directions are known up to their sign: each is turned as the wanted ones are. */
  private static Batch signed(Batch found, Batch wanted) {
    if (!found.columns().containsKey(DIRECTIONS)) {
      return found;
    }
    Array.Dense column = (Array.Dense) found.column(DIRECTIONS);
    float[] values = ((Values.Numbers) column.values()).toFloats();
    float[] first = ((Values.Numbers) wanted.column(DIRECTIONS).values()).toFloats();
    int width = column.rowSize();
    for (int cell = 0; cell < width; cell++) {
      float turn = Math.signum(values[cell]) * Math.signum(first[cell]);
      for (int i = cell; i < values.length; i += width) {
        values[i] *= turn;
      }
    }
    return found.with(DIRECTIONS, new Array.Dense(column.dims(), Values.of(values)));
  }
}
