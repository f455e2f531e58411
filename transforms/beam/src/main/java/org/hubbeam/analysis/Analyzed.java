package org.hubbeam.analysis;

import java.util.HashMap;
import java.util.Map;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PValue;
import org.apache.beam.sdk.values.TupleTag;
import org.hubbeam.batch.Failure;
import org.hubbeam.inference.ResultWithFailures;
import org.hubbeam.plan.Bindings;

/**
 * What an analysis gives.
 *
 * @param <E> what went on
 */
public abstract class Analyzed<E> extends ResultWithFailures<E> {
  private static final TupleTag<String> LOCATION = new TupleTag<>("location");
  private static final TupleTag<Bindings> BINDINGS = new TupleTag<>("bindings");

  private final Values values;

  /**
   * The values of the pipeline.
   *
   * @param function the fitted function
   * @param location where its SavedModel is
   * @param bindings what the analyzers found
   */
  record Values(
      TransformFunction function, PCollection<String> location, PCollection<Bindings> bindings) {}

  Analyzed(PCollection<E> output, PCollection<Failure> failures, Values values) {
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
  public PCollection<Bindings> bindings() {
    return values.bindings;
  }

  Values values() {
    return values;
  }

  @Override
  public Map<TupleTag<?>, PValue> expand() {
    Map<TupleTag<?>, PValue> all = new HashMap<>(super.expand());
    all.put(LOCATION, values.location);
    all.put(BINDINGS, values.bindings);
    return all;
  }
}
