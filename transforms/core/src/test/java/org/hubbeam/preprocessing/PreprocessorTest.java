// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.preprocessing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.BatchSchema;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Shape;
import org.hubbeam.batch.Values;
import org.junit.jupiter.api.Test;
import org.tensorflow.types.TFloat32;

class PreprocessorTest {

  @Test
  void anAnalyzerOfAScaledColumnWaitsForThePhaseBefore() {
    BatchSchema schema =
        new BatchSchema(
            List.of(
                new ArraySpec("x", DType.FLOAT32, Shape.of(-1), Layout.DENSE),
                new ArraySpec("list", DType.FLOAT32, Shape.of(-1, -1), Layout.RAGGED)));
    Preprocessor preprocessor =
        Preprocessor.of(
            schema,
            in -> {
              Column x = in.get("x");
              var tf = in.tf();
              Column d =
                  x.map(
                      v ->
                          tf.math.sub(
                              x.values(TFloat32.class), Analyzers.min(x).as(TFloat32.class)));
              Column y =
                  d.map(
                      v ->
                          tf.math.div(
                              d.values(TFloat32.class), Analyzers.max(d).as(TFloat32.class)));
              return Map.of("y", y, "z", Scaling.scaleToZScore(in.get("list")));
            });
    assertThat(preprocessor.plan().phases()).hasSize(2);
    Batch batch =
        Batch.of(
            Map.of(
                "x", Array.Dense.vector(Values.of(4f, 1f, 5f, 2f)),
                "list", Array.Ragged.of(Values.of(1f, 3f), new int[] {0, 1, 1, 2, 2})));
    try (LocalRun run = preprocessor.applyLocally(List.of(batch))) {
      Batch out = run.transform(batch);
      assertThat(out.column("y")).isEqualTo(Array.Dense.vector(Values.of(0.75f, 0f, 1f, 0.25f)));
      assertThat(out.column("z"))
          .isEqualTo(Array.Ragged.of(Values.of(-1f, 1f), new int[] {0, 1, 1, 2, 2}));
    }
  }
}
