// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.analysis;

import java.io.Serializable;
import java.util.List;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Failure;
import org.hubbeam.inference.CallResult;
import org.hubbeam.preprocessing.Preprocessor;

/**
 * Fits a preprocessing function to batches and applies it to the same batches: {@link
 * AnalyzeDataset} followed by {@link TransformDataset}. Use {@link Result#transformFunction} to
 * transform other data.
 *
 * <pre>{@code
 * AnalyzeAndTransformDataset.Result train =
 *     trainBatches.apply(AnalyzeAndTransformDataset.of(preprocessor));
 * PCollection<Batch> eval =
 *     evalBatches.apply(TransformDataset.of(train.transformFunction())).failuresTo(failures);
 * }</pre>
 */
public final class AnalyzeAndTransformDataset
    extends PTransform<PCollection<Batch>, AnalyzeAndTransformDataset.Result> {
  private static final long serialVersionUID = 1;

  private final Settings settings;

  private record Settings(AnalyzeDataset analysis, List<String> passthrough)
      implements Serializable {}

  private AnalyzeAndTransformDataset(Settings settings) {
    this.settings = settings;
  }

  /** The analysis and transform of a function. */
  public static AnalyzeAndTransformDataset of(Preprocessor preprocessor) {
    return of(AnalyzeDataset.of(preprocessor));
  }

  /** An analysis, followed by the transform of its function. */
  public static AnalyzeAndTransformDataset of(AnalyzeDataset analysis) {
    return new AnalyzeAndTransformDataset(new Settings(analysis, List.of()));
  }

  /** Adds raw columns to the output, unchanged. */
  public AnalyzeAndTransformDataset withPassthrough(List<String> columns) {
    return new AnalyzeAndTransformDataset(new Settings(settings.analysis, List.copyOf(columns)));
  }

  /**
   * Analyses and transforms the batches.
   *
   * @throws IllegalArgumentException when they are not bounded or not in the global window, or a
   *     column to pass through does not exist
   */
  @Override
  public Result expand(PCollection<Batch> batches) {
    AnalyzeDataset.Result analyzed = batches.apply("Analyze", settings.analysis);
    CallResult run =
        TransformDataset.of(analyzed.functionOfAnalyzedRows())
            .withPassthrough(settings.passthrough)
            .transformed(analyzed.batches());
    return new Result(
        run.batches(),
        PCollectionList.of(analyzed.unfit())
            .and(run.failures())
            .apply("Failures", Flatten.pCollections()),
        analyzed.values());
  }

  /** The features, the fitted function, and the rows that failed. */
  public static final class Result extends AnalysisResult<Batch> {
    private Result(PCollection<Batch> batches, PCollection<Failure> failures, Values values) {
      super(batches, failures, values);
    }

    /** The features. */
    public PCollection<Batch> batches() {
      return output();
    }
  }
}
