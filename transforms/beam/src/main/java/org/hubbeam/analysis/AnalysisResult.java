// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

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
 * The result of an analysis.
 *
 * @param <E> the elements of the main output
 */
public abstract class AnalysisResult<E> extends ResultWithFailures<E> {
  private static final TupleTag<String> LOCATION = new TupleTag<>("location");
  private static final TupleTag<AnalyzerResults> RESULTS = new TupleTag<>("results");

  private final Values values;

  /**
   * The values of the pipeline.
   *
   * @param function the fitted function
   * @param ofAnalyzed the function for the rows that were analysed
   * @param location where the SavedModel of the function is
   * @param results the results of the analyzers
   */
  record Values(
      TransformFunction function,
      TransformFunction ofAnalyzed,
      PCollection<String> location,
      PCollection<AnalyzerResults> results) {}

  AnalysisResult(PCollection<E> output, PCollection<Failure> failures, Values values) {
    super(output, failures);
    this.values = values;
  }

  /** The fitted function, for {@link TransformDataset} of other data. */
  public TransformFunction transformFunction() {
    return values.function;
  }

  /**
   * The fitted function, for {@link TransformDataset} of the rows that were analysed. It refuses
   * those that the analysis refused, also if their features do not need what is wrong with them.
   */
  public TransformFunction functionOfAnalyzedRows() {
    return values.ofAnalyzed;
  }

  /** The folder of the function's SavedModel in the temporary location; one element. */
  public PCollection<String> transformFn() {
    return values.location;
  }

  /** The results of the analyzers; one element. Their files are in the temporary location. */
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
