// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.neighbours;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.coders.VarLongCoder;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.Sum;
import org.apache.beam.sdk.transforms.View;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.apache.beam.sdk.transforms.windowing.GlobalWindows;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.PCollectionView;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TupleTagList;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Failure;
import org.hubbeam.inference.ResultWithFailures;

/**
 * Lets rows through whose vectors can be compared. Failures are rows without a vector, with one of
 * another length than most have, with NaN or an infinity, or, under cosine, with zeros alone.
 */
final class ScreenVectors extends PTransform<PCollection<Batch>, ScreenVectors.Result> {
  private static final long serialVersionUID = 1;

  private static final TupleTag<Batch> BATCHES = new TupleTag<>("batches") {};
  private static final TupleTag<Failure> FAILURES = new TupleTag<>("failures") {};

  private final VectorSettings settings;

  private ScreenVectors(VectorSettings settings) {
    this.settings = settings;
  }

  static ScreenVectors of(VectorSettings settings) {
    return new ScreenVectors(settings);
  }

  @Override
  public Result expand(PCollection<Batch> batches) {
    if (batches.isBounded() == PCollection.IsBounded.UNBOUNDED) {
      throw new IllegalArgumentException(
          "all vectors are compared, and the collection "
              + batches.getName()
              + " is unbounded; expected a bounded one");
    }
    PCollectionView<Map<Integer, Long>> lengths =
        batches
            .apply("AllWindows", Window.into(new GlobalWindows()))
            .apply("Lengths", ParDo.of(new LengthsFn(settings.column())))
            .setCoder(KvCoder.of(VarIntCoder.of(), VarLongCoder.of()))
            .apply("Count", Sum.longsPerKey())
            .apply("View", View.asMap());
    PCollectionTuple both =
        batches.apply(
            "Screen",
            ParDo.of(new ScreenFn(settings, lengths))
                .withSideInputs(lengths)
                .withOutputTags(BATCHES, TupleTagList.of(FAILURES)));
    return new Result(both.get(BATCHES).setCoder(batches.getCoder()), both.get(FAILURES));
  }

  /** The rows that can be compared, and the others. */
  static final class Result extends ResultWithFailures<Batch> {
    private Result(PCollection<Batch> batches, PCollection<Failure> failures) {
      super(batches, failures);
    }
  }

  /** How many vectors of each length a bundle has. */
  private static final class LengthsFn extends DoFn<Batch, KV<Integer, Long>> {
    private static final long serialVersionUID = 1;
    private final String column;
    private transient Map<Integer, Long> lengths;

    LengthsFn(String column) {
      this.column = column;
    }

    @StartBundle
    public void start() {
      lengths = new TreeMap<>();
    }

    @ProcessElement
    public void process(@Element Batch batch) {
      RowVectors vectors = RowVectors.of(batch, column);
      for (int row = 0; row < vectors.rows(); row++) {
        if (vectors.length(row) > 0) {
          lengths.merge(vectors.length(row), 1L, Long::sum);
        }
      }
    }

    @FinishBundle
    public void finish(FinishBundleContext context) {
      lengths.forEach(
          (length, rows) ->
              context.output(
                  KV.of(length, rows),
                  GlobalWindow.INSTANCE.maxTimestamp(),
                  GlobalWindow.INSTANCE));
    }
  }

  private static final class ScreenFn extends DoFn<Batch, Batch> {
    private static final long serialVersionUID = 1;
    private final VectorSettings settings;
    private final PCollectionView<Map<Integer, Long>> lengths;

    ScreenFn(VectorSettings settings, PCollectionView<Map<Integer, Long>> lengths) {
      this.settings = settings;
      this.lengths = lengths;
    }

    @ProcessElement
    public void process(ProcessContext context, @Element Batch batch, MultiOutputReceiver out) {
      int common = mostCommon(context.sideInput(lengths));
      RowVectors vectors = RowVectors.of(batch, settings.column());
      int[] good = new int[batch.rows()];
      int count = 0;
      for (int row = 0; row < batch.rows(); row++) {
        String fault = vectors.fault(row, common, "; most have " + common, settings.metric());
        if (fault == null) {
          good[count++] = row;
        } else {
          out.get(FAILURES)
              .output(Failure.reading(settings.ids().of(batch, row), settings.column(), fault));
        }
      }
      if (count == batch.rows()) {
        out.get(BATCHES).output(batch);
      } else if (count > 0) {
        out.get(BATCHES).output(batch.select(Arrays.copyOf(good, count)));
      }
    }

    /** The length of most vectors; of two with as many, the smaller. */
    private static int mostCommon(Map<Integer, Long> rows) {
      return rows.entrySet().stream()
          .max(
              Map.Entry.<Integer, Long>comparingByValue()
                  .thenComparing(Map.Entry.<Integer, Long>comparingByKey().reversed()))
          .map(Map.Entry::getKey)
          .orElse(0);
    }
  }
}
