package org.hubbeam.analysis;

import java.util.HashMap;
import java.util.Map;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PValue;
import org.apache.beam.sdk.values.TupleTag;
import org.hubbeam.batch.Failure;
import org.hubbeam.inference.ResultWithFailures;
import org.hubbeam.plan.AnalyzerResults;

/**
 * What an analysis gives.
 *
 * @param <E> what went on
 */
public abstract class AnalysisResult<E> extends ResultWithFailures<E> {
  private static final TupleTag<String> LOCATION = new TupleTag<>("location");
  private static final TupleTag<AnalyzerResults> RESULTS = new TupleTag<>("results");

  private final Values values;

  /**
   * The values of the pipeline.
   *
   * @param function the fitted function
   * @param location where its SavedModel is
   * @param results what the analyzers found
   */
  record Values(
      TransformFunction function,
      PCollection<String> location,
      PCollection<AnalyzerResults> results) {}

  AnalysisResult(PCollection<E> output, PCollection<Failure> failures, Values values) {
    super(output, failures);
    this.values = values;
  }

  /** The fitted function, for {@link TransformDataset}. */
  public TransformFunction transformFunction() {
    return values.function;
  }

  /** The folder of the function's SavedModel, one element: in the temporary location. */
  public PCollection<String> transformFn() {
    return values.location;
  }

  /** What the analyzers found, one element; files are in the temporary location. */
  public PCollection<AnalyzerResults> results() {
    return values.results;
  }

  Values values() {
    return values;
  }

  @Override
  public Map<TupleTag<?>, PValue> expand() {
    Map<TupleTag<?>, PValue> all = new HashMap<>(super.expand());
    all.put(LOCATION, values.location);
    all.put(RESULTS, values.results);
    return all;
  }
}
