// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.runners.TransformHierarchy;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.values.PValue;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.BatchSchema;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Shape;
import org.hubbeam.batch.Values;
import org.hubbeam.files.BatchCoder;
import org.hubbeam.preprocessing.Column;
import org.hubbeam.preprocessing.Preprocessor;
import org.hubbeam.preprocessing.Scaling;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Wide data: what a job costs to build and to run does not explode with the columns. */
class ManyColumnsTest {

  @TempDir Path temp;

  private static Preprocessor preprocessor(int columns) {
    List<ArraySpec> specs = new ArrayList<>();
    for (int i = 0; i < columns; i++) {
      specs.add(new ArraySpec("c" + i, DType.FLOAT32, Shape.of(-1), Layout.DENSE));
    }
    return Preprocessor.of(
        new BatchSchema(specs),
        in -> {
          Map<String, Column> features = new TreeMap<>();
          in.names().forEach(n -> features.put(n + "_z", Scaling.scaleToZScore(in.get(n))));
          return features;
        });
  }

  private static Batch batch(int columns, float... values) {
    Map<String, Array> rows = new TreeMap<>();
    for (int i = 0; i < columns; i++) {
      float[] x = values.clone();
      for (int row = 0; row < x.length; row++) {
        x[row] = x[row] * (i + 1) + i;
      }
      rows.put("c" + i, Array.Dense.vector(Values.of(x)));
    }
    return Batch.of(rows);
  }

  private AnalyzeAndTransformDataset both(int columns) {
    return AnalyzeAndTransformDataset.of(
        AnalyzeDataset.of(preprocessor(columns)).withTempLocation(temp.toString()));
  }

  private Set<String> steps(int columns) {
    Pipeline pipeline = Pipeline.create();
    pipeline
        .apply(Create.of(batch(columns, 1f)).withCoder(BatchCoder.of()))
        .apply("Fit", both(columns));
    Set<String> steps = new TreeSet<>();
    pipeline.traverseTopologically(
        new Pipeline.PipelineVisitor.Defaults() {
          @Override
          public void visitPrimitiveTransform(TransformHierarchy.Node node) {
            steps.add(node.getFullName());
          }

          @Override
          public void visitValue(PValue value, TransformHierarchy.Node producer) {}
        });
    return steps;
  }

  @Test
  void aJobHasAsManyStepsForTwoColumnsAsForTwoHundred() {
    assertThat(steps(200)).isEqualTo(steps(2)).hasSizeLessThan(60);
  }

  @Test
  void twoThousandColumnsRun() {
    int columns = 2000;
    TestPipeline pipeline = TestPipeline.create().enableAbandonedNodeEnforcement(false);
    AnalyzeAndTransformDataset.Result result =
        pipeline
            .apply(
                Create.of(batch(columns, 1f, 3f), batch(columns, 5f, 7f))
                    .withCoder(BatchCoder.of()))
            .apply(both(columns));
    PAssert.that(result.batches())
        .satisfies(
            batches -> {
              List<Float> first = new ArrayList<>();
              List<Float> last = new ArrayList<>();
              for (Batch batch : batches) {
                assertThat(batch.columns()).hasSize(2000);
                for (int row = 0; row < batch.rows(); row++) {
                  first.add((Float) batch.column("c0_z").values().get(row));
                  last.add((Float) batch.column("c1999_z").values().get(row));
                }
              }
              float unit = (float) (1 / Math.sqrt(5));
              assertThat(first).containsExactlyInAnyOrder(-3 * unit, -unit, unit, 3 * unit);
              assertThat(last)
                  .usingElementComparator((a, b) -> Math.abs(a - b) < 1e-4 ? 0 : 1)
                  .containsExactlyInAnyOrder(-3 * unit, -unit, unit, 3 * unit);
              return null;
            });
    pipeline.run();
  }
}
