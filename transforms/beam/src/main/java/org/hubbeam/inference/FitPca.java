// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.CoderRegistry;
import org.apache.beam.sdk.coders.CustomCoder;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.transforms.Combine;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.apache.beam.sdk.transforms.windowing.GlobalWindows;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.values.PCollection;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;
import org.hubbeam.vectors.FiniteVectors;
import org.hubbeam.vectors.Projection;
import org.hubbeam.vectors.ProjectionMatrix;

/**
 * The principal components of the vectors of all elements, whatever their windows: one matrix, or
 * none where there is no vector without NaN and infinities.
 *
 * @param <T> what has vectors
 */
final class FitPca<T> extends PTransform<PCollection<T>, PCollection<ProjectionMatrix>> {
  private static final long serialVersionUID = 1;

  private final Projection.Pca settings;
  private final VectorsOf<T> vectors;

  FitPca(Projection.Pca settings, VectorsOf<T> vectors) {
    this.settings = settings;
    this.vectors = vectors;
  }

  /** The vectors of an element, along the last dimension of an array. */
  interface VectorsOf<T> extends Serializable {
    Array of(T element);
  }

  @Override
  public PCollection<ProjectionMatrix> expand(PCollection<T> elements) {
    if (elements.isBounded() == PCollection.IsBounded.UNBOUNDED) {
      throw new IllegalArgumentException(
          settings.describe()
              + " is fitted to all vectors, and the collection "
              + elements.getName()
              + " is unbounded; expected a bounded one, or a projection that is fitted already");
    }
    return elements
        .apply("AllWindows", Window.into(new GlobalWindows()))
        .apply("Summarize", ParDo.of(new SummarizeFn<>(settings, vectors)))
        .setCoder(ByteArrayCoder.of())
        .apply("Merge", Combine.globally(new MergeFn(settings)).withoutDefaults())
        .setCoder(SerializableCoder.of(ProjectionMatrix.class));
  }

  /** One summary of each bundle that has vectors. */
  private static final class SummarizeFn<T> extends DoFn<T, byte[]> {
    private static final long serialVersionUID = 1;
    private static final int ENOUGH = 256;

    private final Projection.Pca settings;
    private final VectorsOf<T> vectors;
    private transient PcaSummary summary;
    private transient List<Array.Dense> waiting;
    private transient int rows;

    SummarizeFn(Projection.Pca settings, VectorsOf<T> vectors) {
      this.settings = settings;
      this.vectors = vectors;
    }

    @StartBundle
    public void start() {
      summary = new PcaSummary(settings);
      waiting = new ArrayList<>();
      rows = 0;
    }

    @ProcessElement
    public void process(@Element T element) {
      Array.Dense finite = FiniteVectors.of("vectors", vectors.of(element));
      waiting.add(finite);
      rows += finite.rows();
      if (rows >= ENOUGH) {
        addWaiting();
      }
    }

    private void addWaiting() {
      if (waiting.stream().mapToInt(Array.Dense::rowSize).distinct().count() > 1) {
        waiting.forEach(summary::add);
      } else if (!waiting.isEmpty()) {
        List<Batch> one = waiting.stream().map(v -> Batch.of(Map.of("vectors", v))).toList();
        summary.add((Array.Dense) Batch.concat(one).column("vectors"));
      }
      waiting.clear();
      rows = 0;
    }

    @FinishBundle
    public void finish(FinishBundleContext context) throws IOException {
      addWaiting();
      if (!summary.isEmpty()) {
        context.output(
            summary.encode(), GlobalWindow.INSTANCE.maxTimestamp(), GlobalWindow.INSTANCE);
      }
    }
  }

  private static final class MergeFn
      extends Combine.CombineFn<byte[], PcaSummary, ProjectionMatrix> {
    private static final long serialVersionUID = 1;
    private final Projection.Pca settings;

    MergeFn(Projection.Pca settings) {
      this.settings = settings;
    }

    @Override
    public PcaSummary createAccumulator() {
      return new PcaSummary(settings);
    }

    @Override
    public PcaSummary addInput(PcaSummary into, byte[] bytes) {
      try {
        into.merge(PcaSummary.decode(settings, bytes));
      } catch (IOException e) {
        throw new IllegalArgumentException(e);
      }
      return into;
    }

    @Override
    public PcaSummary mergeAccumulators(Iterable<PcaSummary> accumulators) {
      PcaSummary merged = createAccumulator();
      accumulators.forEach(merged::merge);
      return merged;
    }

    @Override
    public ProjectionMatrix extractOutput(PcaSummary summary) {
      return summary.finish();
    }

    @Override
    public Coder<PcaSummary> getAccumulatorCoder(CoderRegistry registry, Coder<byte[]> input) {
      return new SummaryCoder(settings);
    }
  }

  private static final class SummaryCoder extends CustomCoder<PcaSummary> {
    private static final long serialVersionUID = 1;
    private final Projection.Pca settings;

    SummaryCoder(Projection.Pca settings) {
      this.settings = settings;
    }

    @Override
    public void encode(PcaSummary summary, OutputStream out) throws IOException {
      ByteArrayCoder.of().encode(summary.encode(), out);
    }

    @Override
    public PcaSummary decode(InputStream in) throws IOException {
      return PcaSummary.decode(settings, ByteArrayCoder.of().decode(in));
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof SummaryCoder c && c.settings.equals(settings);
    }

    @Override
    public int hashCode() {
      return settings.hashCode();
    }
  }
}
