// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.WithFailures;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PInput;
import org.apache.beam.sdk.values.POutput;
import org.apache.beam.sdk.values.PValue;
import org.apache.beam.sdk.values.TupleTag;
import org.hubbeam.batch.Failure;

/**
 * An output and its failures.
 *
 * @param <E> what went on
 */
public abstract class ResultWithFailures<E> implements POutput {
  private final WithFailures.Result<PCollection<E>, Failure> both;

  /** Both collections. */
  protected ResultWithFailures(PCollection<E> output, PCollection<Failure> failures) {
    both = WithFailures.Result.of(output, failures);
  }

  /** What went on. */
  protected PCollection<E> output() {
    return both.output();
  }

  /** One for each row that did not go on. */
  public PCollection<Failure> failures() {
    return both.failures();
  }

  /** What went on, for chaining; the failures are added to this list. */
  public PCollection<E> failuresTo(List<PCollection<Failure>> list) {
    return both.failuresTo(list);
  }

  @Override
  public Pipeline getPipeline() {
    return both.getPipeline();
  }

  @Override
  public Map<TupleTag<?>, PValue> expand() {
    return both.expand();
  }

  @Override
  public void finishSpecifyingOutput(
      String transformName, PInput input, PTransform<?, ?> transform) {
    both.finishSpecifyingOutput(transformName, input, transform);
  }
}
