// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.files;

import org.apache.beam.sdk.coders.VoidCoder;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.View;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionView;
import org.hubbeam.batch.Internal;

/**
 * Holds elements back until another step is done. Both are bounded and in the global window: that
 * takes fewer steps than Beam's own {@code Wait}.
 *
 * @param <E> the elements
 */
@Internal
public final class WhenDone<E> extends PTransform<PCollection<E>, PCollection<E>> {
  private static final long serialVersionUID = 1;

  private final transient PCollection<?> step;

  private WhenDone(PCollection<?> step) {
    this.step = step;
  }

  /** When this has ended. */
  public static <E> WhenDone<E> of(PCollection<?> step) {
    return new WhenDone<>(step);
  }

  @Override
  public PCollection<E> expand(PCollection<E> elements) {
    PCollectionView<Iterable<Void>> done = none(step).apply("Done", View.asIterable());
    return elements
        .apply("Go on", ParDo.of(new PassFn<E>()).withSideInputs(done))
        .setCoder(elements.getCoder());
  }

  private static <T> PCollection<Void> none(PCollection<T> step) {
    return step.apply("None", ParDo.of(new NoneFn<T>())).setCoder(VoidCoder.of());
  }

  private static final class NoneFn<T> extends DoFn<T, Void> {
    private static final long serialVersionUID = 1;

    @ProcessElement
    public void process() {}
  }

  private static final class PassFn<T> extends DoFn<T, T> {
    private static final long serialVersionUID = 1;

    @ProcessElement
    public void process(@Element T element, OutputReceiver<T> out) {
      out.output(element);
    }
  }
}
