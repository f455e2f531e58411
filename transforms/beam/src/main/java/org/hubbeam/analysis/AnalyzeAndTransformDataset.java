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
 * Fits a function to batches and applies it to the same: {@link AnalyzeDataset} and {@link
 * TransformDataset} in one. Other data are transformed with {@link Result#transformFunction}.
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

  /** The analysis that this function needs, and its features. */
  public static AnalyzeAndTransformDataset of(Preprocessor preprocessor) {
    return of(AnalyzeDataset.of(preprocessor));
  }

  /** This analysis, and the features of its function. */
  public static AnalyzeAndTransformDataset of(AnalyzeDataset analysis) {
    return new AnalyzeAndTransformDataset(new Settings(analysis, List.of()));
  }

  /** With raw columns that leave as they came, beside the features. */
  public AnalyzeAndTransformDataset withPassthrough(List<String> columns) {
    return new AnalyzeAndTransformDataset(new Settings(settings.analysis, List.copyOf(columns)));
  }

  /**
   * Analyses and transforms the batches.
   *
   * @throws IllegalArgumentException when they are not bounded or not in the global window, or
   *     there is no such column to leave
   */
  @Override
  public Result expand(PCollection<Batch> batches) {
    AnalyzeDataset.Result analyzed = batches.apply("Analyze", settings.analysis);
    CallResult run =
        TransformDataset.of(analyzed.transformFunction())
            .withPassthrough(settings.passthrough)
            .transformed(analyzed.batches());
    return new Result(
        run.batches(),
        PCollectionList.of(analyzed.failures())
            .and(run.failures())
            .apply("Failures", Flatten.pCollections()),
        analyzed.values());
  }

  /** The features and the fitted function, and the rows without features. */
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
