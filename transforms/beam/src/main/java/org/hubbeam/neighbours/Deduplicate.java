// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.neighbours;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.View;
import org.apache.beam.sdk.transforms.join.CoGroupByKey;
import org.apache.beam.sdk.transforms.join.KeyedPCollectionTuple;
import org.apache.beam.sdk.transforms.windowing.GlobalWindows;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.PCollectionView;
import org.apache.beam.sdk.values.TupleTagList;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Failure;
import org.hubbeam.inference.ResultWithFailures;
import org.hubbeam.inference.RowIds;
import org.hubbeam.search.Metric;

/**
 * Keeps one row of all that resemble each other. Two rows do when the cosine of their vectors is a
 * threshold or more; so do all of a chain of such pairs. It is exact: what comparing all rows with
 * all others would find is found. The result depends on the rows alone, not on their order, the
 * engine or its parallelism.
 *
 * <p>Rows are divided into blocks around centroids, and a row near the border of a block is
 * compared in both. So the work grows with about the power of 1.5 of the rows where vectors form
 * groups, and with the square where all are near each other for the threshold: with a threshold of
 * 0.8 much slower than with 0.97. In memory a worker has the vectors of a block, and one worker all
 * dropped rows' ids with a pair for each, some 300 bytes.
 *
 * <p>Failures are rows whose vector cannot be compared ({@link KMeans} says which), rows without an
 * id, and all but the first row of one id.
 *
 * <pre>{@code
 * Deduplicate.Result parted =
 *     batches.apply(Deduplicate.of(0.97, "embedding").withIdColumn("id").withKeep(Keep.longest()));
 * }</pre>
 */
public final class Deduplicate extends PTransform<PCollection<Batch>, Deduplicate.Result> {
  private static final long serialVersionUID = 1;

  /** The column of the id of the row that is kept for a dropped one. */
  public static final String DUPLICATE_OF = "duplicate_of";

  /** The column of the id of the row that a dropped row resembles most. */
  public static final String RESEMBLES = "resembles";

  /** The column of the cosine of these two. */
  public static final String SCORE = "score";

  private final Settings settings;

  /** What is done. */
  record Settings(VectorSettings vectors, double threshold, Keep keep, Report report)
      implements Serializable {
    Settings {
      Objects.requireNonNull(keep, "keep");
      if (!(threshold > 0 && threshold <= 1)) {
        throw new IllegalArgumentException(
            "the threshold is a cosine above 0 and at most 1, not " + threshold);
      }
    }

    RankedId ranked(Batch batch, int row) {
      return new RankedId(
          keep.rank(batch, row, vectors.ids().column()), Ids.known(vectors.ids(), batch, row));
    }
  }

  /** Whether pairs are counted. */
  private enum Report {
    NONE,
    PAIRS
  }

  private Deduplicate(Settings settings) {
    this.settings = settings;
  }

  /**
   * By the cosine of the vectors in a column.
   *
   * @param threshold above 0 and at most 1: 0.97 finds texts that say nearly the same
   * @throws IllegalArgumentException when it is not
   */
  public static Deduplicate of(double threshold, String column) {
    return new Deduplicate(
        new Settings(
            VectorSettings.of(column, Metric.COSINE), threshold, Keep.first(), Report.NONE));
  }

  /** With rows named by this column's value, instead of by file and offset. */
  public Deduplicate withIdColumn(String column) {
    return new Deduplicate(
        new Settings(
            settings.vectors.withIds(new RowIds(column)),
            settings.threshold,
            settings.keep,
            settings.report));
  }

  /** With another choice of the row that is kept; the default is the first. */
  public Deduplicate withKeep(Keep keep) {
    return new Deduplicate(
        new Settings(settings.vectors, settings.threshold, keep, settings.report));
  }

  /** With {@link Result#pairs}. */
  public Deduplicate withReport() {
    return new Deduplicate(
        new Settings(settings.vectors, settings.threshold, settings.keep, Report.PAIRS));
  }

  @Override
  public Result expand(PCollection<Batch> batches) {
    List<PCollection<Failure>> failures = new ArrayList<>();
    RowIds ids = settings.vectors.ids();
    PCollection<Batch> good =
        batches
            .apply("Vectors", ScreenVectors.of(settings.vectors))
            .failuresTo(failures)
            .apply("AllWindows", Window.into(new GlobalWindows()))
            .apply("Ids", ScreenIds.of(ids))
            .failuresTo(failures);
    PCollectionView<List<ClusterModel>> model =
        good.apply(
                "FitBlocks", new ReduceVectors<>(settings.vectors.column(), new FitBlocks(), null))
            .apply("Blocks", View.asList());
    PCollection<KV<Integer, byte[]>> verdicts =
        good.apply("ToBlocks", ParDo.of(new BlocksFn(settings, model)).withSideInputs(model))
            .setCoder(KvCoder.of(VarIntCoder.of(), ByteArrayCoder.of()))
            .apply("Compare", ParDo.of(new BlockEdgesFn(settings.threshold)))
            .setCoder(KvCoder.of(VarIntCoder.of(), ByteArrayCoder.of()))
            .apply("Decide", ParDo.of(new VerdictsFn()))
            .setCoder(KvCoder.of(VarIntCoder.of(), ByteArrayCoder.of()));
    PCollection<KV<Integer, Batch>> rows =
        good.apply("Divide", ParDo.of(new Buckets.DivideFn(ids)))
            .setCoder(KvCoder.of(VarIntCoder.of(), batches.getCoder()));
    PCollectionTuple parted =
        KeyedPCollectionTuple.of(PartFn.ROWS, rows)
            .and(PartFn.VERDICTS, verdicts)
            .apply("Join", CoGroupByKey.create())
            .apply(
                "Part",
                ParDo.of(new PartFn(ids))
                    .withOutputTags(PartFn.KEPT, TupleTagList.of(PartFn.DROPPED)));
    return new Result(
        parted.get(PartFn.KEPT).setCoder(batches.getCoder()),
        parted.get(PartFn.DROPPED).setCoder(batches.getCoder()),
        settings.report == Report.NONE
            ? Optional.empty()
            : Optional.of(good.apply("Pairs", new CountPairs(settings.vectors))),
        PCollectionList.of(failures).apply("Failures", Flatten.pCollections()));
  }

  /** The rows that are kept, those that are dropped, and those that could not be compared. */
  public static final class Result extends ResultWithFailures<Batch> {
    private final PCollection<Batch> dropped;
    private final Optional<PCollection<Batch>> pairs;

    private Result(
        PCollection<Batch> kept,
        PCollection<Batch> dropped,
        Optional<PCollection<Batch>> pairs,
        PCollection<Failure> failures) {
      super(kept, failures);
      this.dropped = dropped;
      this.pairs = pairs;
    }

    /**
     * With {@link Deduplicate#withReport}, one batch with what thresholds from 0.80 to 1.00 would
     * find: {@code threshold} (float32), {@code pairs} (int64), {@code rows} (int64, those in some
     * pair) and {@code estimated} (bool): whether this was extrapolated from 2,000 rows, as it is
     * where there are more. Nothing where there are no rows.
     */
    public Optional<PCollection<Batch>> pairs() {
      return pairs;
    }

    /** The rows that are kept. */
    public PCollection<Batch> kept() {
      return output();
    }

    /**
     * The other rows, with the columns {@code duplicate_of} (string, the id of the row that is kept
     * for it), {@code resembles} (string, the id of the row that is most like it, which may be
     * dropped, too) and {@code score} (float32, the cosine of these two).
     */
    public PCollection<Batch> dropped() {
      return dropped;
    }
  }
}
