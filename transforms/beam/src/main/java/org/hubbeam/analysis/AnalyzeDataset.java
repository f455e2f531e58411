package org.hubbeam.analysis;

import java.io.Serializable;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.windowing.GlobalWindows;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollection.IsBounded;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TupleTagList;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Failure;
import org.hubbeam.preprocessing.Preprocessor;
import org.jspecify.annotations.Nullable;

/**
 * Finds what a preprocessing function must know of a whole data set, and writes the function with
 * it.
 *
 * <p>Each phase of the plan is one pass over the batches: all its analyzers in one step that
 * summarises bundles and one that merges the summaries. The number of steps does not grow with the
 * number of columns or analyzers. Of no rows the analyzers find what they say of nothing.
 *
 * <p>A later phase reads the same batches again: an engine keeps them, encoded, until what the
 * phase computes with is known; Flink, in batch jobs, in files of its own.
 *
 * <p>A batch with a column that does not fit the schema comes out as failures, one for each row. A
 * graph that fails in a phase stops the job: statistics without these rows would be silently wrong.
 *
 * <p>Modules and files that the job writes for itself are in a new folder below the temporary
 * location; it is not removed, for the function is in it. Without a temporary location it is on the
 * launcher's machine and goes with its JVM, which is only for engines in this process.
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

  /** The analysis that this function needs. */
  public static AnalyzeDataset of(Preprocessor preprocessor) {
    return new AnalyzeDataset(new Settings(preprocessor, null, 0));
  }

  /** With another folder than the pipeline's temporary location; all workers must reach it. */
  public AnalyzeDataset withTempLocation(String value) {
    return new AnalyzeDataset(new Settings(settings.preprocessor, value, settings.tokenMemory));
  }

  /**
   * With so many bytes for the tokens that a thread counts before it gives them on; else a part of
   * the heap.
   */
  public AnalyzeDataset withTokenMemory(long bytes) {
    if (bytes < 1) {
      throw new IllegalArgumentException("tokens are counted in at least 1 byte, not " + bytes);
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
    return new Result(
        fit,
        fitting.get(SchemaFn.FAILURES),
        expansion.fitted(settings.preprocessor, expansion.results(fit)));
  }

  Preprocessor preprocessor() {
    return settings.preprocessor;
  }

  PlanExpansion expansion(Pipeline pipeline) {
    TempFolder temp = TempFolder.of(settings.tempLocation, pipeline.getOptions());
    return new PlanExpansion(settings.preprocessor.plan(), temp, settings.tokenMemory);
  }

  /** Whole data, parted into what fits the schema and what does not. */
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
          "an analysis is of all rows together: the batches must be in the global window, and"
              + " these are in "
              + windows);
    }
  }

  /** The fitted function, and the batches that were analysed. */
  public static final class Result extends AnalysisResult<Batch> {
    private Result(PCollection<Batch> batches, PCollection<Failure> failures, Values values) {
      super(batches, failures, values);
    }

    /** The batches that fit the schema, as they came. */
    public PCollection<Batch> batches() {
      return output();
    }
  }
}
