// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.analysis;

import java.io.Serializable;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.windowing.GlobalWindows;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollection.IsBounded;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TupleTagList;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Failure;
import org.hubbeam.preprocessing.Preprocessor;
import org.jspecify.annotations.Nullable;

/**
 * Runs the analyzers of a preprocessing function over a data set, and writes the fitted function.
 *
 * <p>Each phase of the plan is one pass over the batches: one step summarises bundles for all
 * analyzers, and one merges the summaries. The number of steps does not grow with the number of
 * columns or analyzers. For an empty data set, each analyzer returns its documented result for no
 * values.
 *
 * <p>A later phase reads the same batches again. The engine stores them, encoded, until the results
 * of the earlier phases are available; Flink stores them in temporary files in batch jobs.
 *
 * <p>If a column of a batch does not fit the schema, each row of the batch is output as a failure.
 * A row from which the inputs of an analyzer cannot be computed ({@code N/A} as a number) is a
 * failure too: no analyzer of this phase or of a later one counts it. Analyzers of earlier phases
 * have counted it, because it was not known then; the job does not start again.
 *
 * <p>The job writes modules and vocabularies into a new folder in the temporary location of the
 * pipeline. The folder contains the fitted function and is not removed by the pipeline. Without a
 * temporary location, the folder is on the launching machine and is deleted when its JVM exits,
 * which works only for engines that run in the same process.
 */
public final class AnalyzeDataset extends PTransform<PCollection<Batch>, AnalyzeDataset.Result> {
  private static final long serialVersionUID = 1;

  private final Settings settings;

  private record Settings(
      Preprocessor preprocessor, @Nullable String tempLocation, long tokenMemory)
      implements Serializable {}

  private AnalyzeDataset(Settings settings) {
    this.settings = settings;
  }

  /** The analysis of a function. */
  public static AnalyzeDataset of(Preprocessor preprocessor) {
    return new AnalyzeDataset(new Settings(preprocessor, null, 0));
  }

  /**
   * Uses this folder instead of the pipeline's temporary location; all workers must have access to
   * it.
   */
  public AnalyzeDataset withTempLocation(String value) {
    return new AnalyzeDataset(new Settings(settings.preprocessor, value, settings.tokenMemory));
  }

  /**
   * Sets how many bytes of token counts a thread keeps in memory before it outputs them. Default:
   * an eighth of the heap, divided by the number of processors.
   */
  public AnalyzeDataset withTokenMemory(long bytes) {
    if (bytes < 1) {
      throw new IllegalArgumentException(
          "the memory for tokens must be at least 1 byte, not " + bytes);
    }
    return new AnalyzeDataset(new Settings(settings.preprocessor, settings.tempLocation, bytes));
  }

  /**
   * Analyses the batches.
   *
   * @throws IllegalArgumentException when they are not bounded or not in the global window
   */
  @Override
  public Result expand(PCollection<Batch> batches) {
    PCollectionTuple fitting = fitting("Check columns", batches);
    PlanExpansion expansion = expansion(batches.getPipeline());
    PCollection<Batch> fit = fitting.get(SchemaFn.BATCHES);
    PlanExpansion.Analyzed analyzed = expansion.analyzed(fit);
    PCollection<Failure> unfit = fitting.get(SchemaFn.FAILURES);
    return new Result(
        fit,
        PCollectionList.of(unfit)
            .and(analyzed.failures())
            .apply("All failures", Flatten.pCollections()),
        unfit,
        expansion.fitted(settings.preprocessor, analyzed.results()));
  }

  Preprocessor preprocessor() {
    return settings.preprocessor;
  }

  PlanExpansion expansion(Pipeline pipeline) {
    TempFolder temp = TempFolder.of(settings.tempLocation, pipeline.getOptions());
    return new PlanExpansion(settings.preprocessor.plan(), temp, settings.tokenMemory);
  }

  /** Divides the batches of a whole data set into those that fit the schema and failures. */
  PCollectionTuple fitting(String name, PCollection<Batch> batches) {
    requireWhole(batches);
    PCollectionTuple fitting =
        batches.apply(
            name,
            ParDo.of(new SchemaFn(settings.preprocessor.schema()))
                .withOutputTags(SchemaFn.BATCHES, TupleTagList.of(SchemaFn.FAILURES)));
    fitting.get(SchemaFn.BATCHES).setCoder(batches.getCoder());
    return fitting;
  }

  private static void requireWhole(PCollection<Batch> batches) {
    if (batches.isBounded() != IsBounded.BOUNDED) {
      throw new IllegalArgumentException(
          "an analysis needs all rows: the batches must be bounded, and these are not");
    }
    var windows = batches.getWindowingStrategy().getWindowFn();
    if (!(windows instanceof GlobalWindows)) {
      throw new IllegalArgumentException(
          "an analysis needs all rows: the batches must be in the global window, and these are"
              + " in "
              + windows);
    }
  }

  /** The fitted function, and the batches that were analysed. */
  public static final class Result extends AnalysisResult<Batch> {
    private final PCollection<Failure> unfit;

    private Result(
        PCollection<Batch> batches,
        PCollection<Failure> failures,
        PCollection<Failure> unfit,
        Values values) {
      super(batches, failures, values);
      this.unfit = unfit;
    }

    /** The failures that are not among the batches. */
    PCollection<Failure> unfit() {
      return unfit;
    }

    /** The batches that fit the schema, unchanged; with the rows that the analysis refused. */
    public PCollection<Batch> batches() {
      return output();
    }
  }
}
