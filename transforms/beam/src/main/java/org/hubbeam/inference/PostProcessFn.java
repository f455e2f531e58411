// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import java.io.Serializable;
import java.util.List;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.values.PCollectionView;
import org.apache.beam.sdk.values.TupleTag;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Failure;
import org.hubbeam.vectors.PostProcessing;
import org.hubbeam.vectors.PostProcessor;
import org.hubbeam.vectors.ProjectionMatrix;
import org.jspecify.annotations.Nullable;

/** Does the steps on each batch. */
final class PostProcessFn extends DoFn<Batch, Batch> {
  private static final long serialVersionUID = 1;

  static final TupleTag<Batch> BATCHES = new TupleTag<>("batches") {};
  static final TupleTag<Failure> FAILURES = new TupleTag<>("failures") {};

  private final PostProcessVectors.Settings settings;
  private final FittedSteps steps;

  /**
   * @param fitted the matrix of the projection; null when the steps have what they need
   */
  PostProcessFn(
      PostProcessVectors.Settings settings,
      @Nullable PCollectionView<List<ProjectionMatrix>> fitted) {
    this.settings = settings;
    this.steps = new FittedSteps(settings.steps(), fitted);
  }

  /** Does the steps on one batch. */
  @ProcessElement
  public void process(ProcessContext context, @Element Batch batch, MultiOutputReceiver out) {
    if (batch.rows() == 0) {
      return;
    }
    PostProcessor.Outcome outcome = steps.processor(context).apply(batch, settings.column());
    if (outcome.rows().length > 0) {
      out.get(BATCHES).output(outcome.batch());
    }
    for (PostProcessor.BadRow bad : outcome.bad()) {
      out.get(FAILURES)
          .output(
              Failure.reading(
                  settings.ids().of(batch, bad.row()), settings.column(), bad.reason()));
    }
  }

  /** Steps whose matrix may come from the pipeline. */
  static final class FittedSteps implements Serializable {
    private static final long serialVersionUID = 1;

    private final PostProcessing steps;
    private final @Nullable PCollectionView<List<ProjectionMatrix>> fitted;
    private transient @Nullable PostProcessor processor;

    FittedSteps(PostProcessing steps, @Nullable PCollectionView<List<ProjectionMatrix>> fitted) {
      this.steps = steps;
      this.fitted = fitted;
    }

    /**
     * What does the steps.
     *
     * @throws IllegalStateException when there was no vector to fit the matrix to
     */
    PostProcessor processor(DoFn<?, ?>.ProcessContext context) {
      if (processor == null) {
        processor = new PostProcessor(fitted == null ? steps : with(context.sideInput(fitted)));
      }
      return processor;
    }

    private PostProcessing with(List<ProjectionMatrix> matrix) {
      if (matrix.isEmpty()) {
        throw new IllegalStateException(
            steps.projection().describe()
                + " was fitted to nothing: every vector has NaN or an infinity");
      }
      return steps.fromProjection(matrix.get(0));
    }
  }
}
