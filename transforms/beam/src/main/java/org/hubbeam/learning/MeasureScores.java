// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.learning;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.VoidCoder;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.apache.beam.sdk.transforms.windowing.GlobalWindows;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TupleTagList;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Failure;
import org.hubbeam.batch.Values;
import org.hubbeam.inference.ResultWithFailures;
import org.hubbeam.inference.RowIds;
import org.hubbeam.neighbours.GatherSummaries;
import org.hubbeam.training.Metrics;
import org.hubbeam.training.TaskMetrics;
import org.jspecify.annotations.Nullable;

/**
 * Measures how good scores are on rows that {@link LabelRows} has labelled: one batch with what all
 * workers measured, which {@link #metrics} reads; none of no rows. The same rows give the same
 * metrics to the last bit, on any number of workers.
 *
 * <p>Rows with a label that the task does not have, or with scores that are no finite numbers or no
 * probabilities, are failures.
 *
 * <pre>{@code
 * MeasureScores.Result measured =
 *     scored.apply(MeasureScores.of(TaskMetrics.of(Task.CLASSES, names), labels, "scores"));
 * }</pre>
 */
public final class MeasureScores extends PTransform<PCollection<Batch>, MeasureScores.Result> {
  private static final long serialVersionUID = 1;

  private static final String MEASURED = "measured";
  private static final TupleTag<KV<Void, byte[]>> SUMMARIES = new TupleTag<>("summaries") {};
  private static final TupleTag<Failure> FAILURES = new TupleTag<>("failures") {};

  private final Settings settings;

  private record Settings(
      TaskMetrics metrics,
      String scores,
      ScoreKind kind,
      Labels labels,
      @Nullable String shown,
      RowIds ids)
      implements Serializable {

    ScoreMeter meter() {
      ScoreColumns columns =
          new ScoreColumns(
              scores,
              FeatureColumns.inner(FeatureColumns.LABEL),
              labels.weights() == null ? null : FeatureColumns.inner(FeatureColumns.WEIGHT),
              shown,
              ids);
      return new ScoreMeter(metrics, columns, kind);
    }

    /** A failure that names the column as the user does. */
    Failure told(Failure failure) {
      String column =
          failure.column().equals(scores)
              ? "scores"
              : failure.column().equals(FeatureColumns.inner(FeatureColumns.LABEL))
                  ? labels.column()
                  : String.valueOf(labels.weights());
      return Failure.reading(failure.id(), column, failure.reason());
    }
  }

  private MeasureScores(Settings settings) {
    this.settings = settings;
  }

  /**
   * Measures the scores in a column, which are probabilities, or numbers for the task of numbers.
   *
   * @param metrics of what; whether rows have weights is told by the labels
   * @param labels that {@link LabelRows} has found
   */
  public static MeasureScores of(TaskMetrics metrics, Labels labels, String scores) {
    return new MeasureScores(
        new Settings(metrics, scores, ScoreKind.PROBABILITIES, labels, null, new RowIds(null)));
  }

  /** With scores of another kind. */
  public MeasureScores withKind(ScoreKind value) {
    return new MeasureScores(
        new Settings(
            settings.metrics,
            settings.scores,
            value,
            settings.labels,
            settings.shown,
            settings.ids));
  }

  /** With mistakes that show this column of texts. */
  public MeasureScores withShown(String column) {
    return new MeasureScores(
        new Settings(
            settings.metrics,
            settings.scores,
            settings.kind,
            settings.labels,
            column,
            settings.ids));
  }

  /** With rows named by this column's value, instead of by file and offset. */
  public MeasureScores withIdColumn(String column) {
    return new MeasureScores(
        new Settings(
            settings.metrics,
            settings.scores,
            settings.kind,
            settings.labels,
            settings.shown,
            new RowIds(column)));
  }

  @Override
  public Result expand(PCollection<Batch> batches) {
    PCollectionTuple both =
        batches
            .apply("AllWindows", Window.into(new GlobalWindows()))
            .apply(
                "Measure",
                ParDo.of(new MeasureFn(settings))
                    .withOutputTags(SUMMARIES, TupleTagList.of(FAILURES)));
    PCollection<Batch> all =
        both.get(SUMMARIES)
            .setCoder(KvCoder.of(VoidCoder.of(), ByteArrayCoder.of()))
            .apply("Gather", new GatherSummaries())
            .apply("Merge", ParDo.of(new MergeFn(settings)))
            .setCoder(batches.getCoder());
    return new Result(all, both.get(FAILURES));
  }

  /**
   * The metrics in a batch that the transform gave.
   *
   * @throws IOException when they are of other settings
   */
  public Metrics metrics(@Nullable Batch measured) throws IOException {
    TaskMetrics.Running running = settings.meter().running();
    if (measured != null) {
      byte[] bytes = ((Values.Strings) measured.column(MEASURED).values()).get(0);
      running.merge(new DataInputStream(new ByteArrayInputStream(bytes)));
    }
    return running.metrics();
  }

  /** What was measured, and rows that were not. */
  public static final class Result extends ResultWithFailures<Batch> {
    private Result(PCollection<Batch> measured, PCollection<Failure> failures) {
      super(measured, failures);
    }

    /** One batch, or none of no rows. */
    public PCollection<Batch> measured() {
      return output();
    }
  }

  private static final class MeasureFn extends DoFn<Batch, KV<Void, byte[]>> {
    private static final long serialVersionUID = 1;
    private final Settings settings;
    private transient @Nullable ScoreMeter meter;

    MeasureFn(Settings settings) {
      this.settings = settings;
    }

    @StartBundle
    public void start() {
      meter = null;
    }

    @ProcessElement
    public void process(@Element Batch batch, MultiOutputReceiver out) {
      ScoreMeter own = meter == null ? settings.meter() : meter;
      meter = own;
      own.add(batch, failure -> out.get(FAILURES).output(settings.told(failure)));
    }

    @FinishBundle
    public void finish(FinishBundleContext context) {
      ScoreMeter own = meter;
      if (own != null) {
        context.output(
            SUMMARIES,
            KV.of(null, own.bytes()),
            GlobalWindow.INSTANCE.maxTimestamp(),
            GlobalWindow.INSTANCE);
        meter = null;
      }
    }
  }

  private static final class MergeFn extends DoFn<KV<Void, Iterable<byte[]>>, Batch> {
    private static final long serialVersionUID = 1;
    private final Settings settings;

    MergeFn(Settings settings) {
      this.settings = settings;
    }

    @ProcessElement
    public void process(@Element KV<Void, Iterable<byte[]>> summaries, OutputReceiver<Batch> out)
        throws IOException {
      TaskMetrics.Running all = settings.meter().running();
      for (byte[] bytes : summaries.getValue()) {
        all.merge(new DataInputStream(new ByteArrayInputStream(bytes)));
      }
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      all.write(new DataOutputStream(bytes));
      out.output(
          Batch.of(
              Map.of(MEASURED, Array.Dense.vector(Values.ofBytes(List.of(bytes.toByteArray()))))));
    }
  }
}
