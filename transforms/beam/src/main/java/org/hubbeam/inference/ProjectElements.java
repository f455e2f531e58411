// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.View;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionView;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Values;
import org.hubbeam.vectors.PostProcessing;
import org.hubbeam.vectors.Projection;
import org.hubbeam.vectors.ProjectionMatrix;

/** Vectors of elements projected by a matrix that is fitted to all of them. */
final class ProjectElements {

  private static final String VECTORS = "vectors";

  private ProjectElements() {}

  /**
   * The elements with other vectors.
   *
   * @param steps with a projection on principal components; what is before it was done
   */
  static <O> HubEmbed.Result<O> project(
      HubEmbed.Result<O> called, Elements<?, O> elements, PostProcessing steps, Coder<O> coder) {
    PCollection<ProjectionMatrix> matrix =
        called
            .embeddings()
            .apply(
                "Fit",
                new FitPca<>(
                    (Projection.Pca) steps.projection(),
                    element -> column(elements.vector(element))));
    PCollectionView<List<ProjectionMatrix>> view = matrix.apply("Matrix", View.asList());
    PCollection<O> projected =
        called
            .embeddings()
            .apply(
                "Project",
                ParDo.of(new ProjectFn<>(elements, new PostProcessFn.FittedSteps(steps, view)))
                    .withSideInputs(view))
            .setCoder(coder);
    return new HubEmbed.Result<>(
        projected, called.failures(), Optional.of(PostProcessVectors.written(matrix)));
  }

  private static Array.Dense column(float[] vector) {
    return new Array.Dense(List.of(1L, (long) vector.length), Values.of(vector));
  }

  private static final class ProjectFn<O> extends DoFn<O, O> {
    private static final long serialVersionUID = 1;

    private final Elements<?, O> elements;
    private final PostProcessFn.FittedSteps steps;

    ProjectFn(Elements<?, O> elements, PostProcessFn.FittedSteps steps) {
      this.elements = elements;
      this.steps = steps;
    }

    @ProcessElement
    public void process(ProcessContext context, @Element O element, OutputReceiver<O> out) {
      Batch one = Batch.of(Map.of(VECTORS, column(elements.vector(element))));
      Array projected = steps.processor(context).apply(one, VECTORS).batch().column(VECTORS);
      out.output(elements.replaced(element, ((Values.Numbers) projected.values()).toFloats()));
    }
  }
}
