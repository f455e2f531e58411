// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.neighbours;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.View;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionView;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Failure;
import org.hubbeam.inference.ResultWithFailures;
import org.hubbeam.inference.RowIds;
import org.hubbeam.reducer.KMeansOptions;
import org.hubbeam.search.Metric;

/**
 * Puts the vectors of a bounded collection into clusters. Rows get the columns {@code cluster}
 * (int64, from 0 on) and {@code distance} (float32, to the centroid: 1 minus the cosine, or the
 * Euclidean distance).
 *
 * <p>Centroids are fitted to a sample of the different vectors, of 64 for each cluster and at least
 * 20,000 (128 MiB at most): by k-means++ from a seed, then by Lloyd's algorithm until they stay, or
 * by mini-batches. Then passes over all vectors move them to the means of their clusters. The
 * largest clusters do not come first: their numbers say nothing. There are fewer clusters than
 * asked for where there are not so many different vectors.
 *
 * <p>The same vectors give the same clusters, whatever their order and the engine. Each pass reads
 * the collection once more; the engine keeps it meanwhile. A worker needs memory for the sample and
 * for {@code clusters * dimension} sums of 8 bytes.
 *
 * <p>Failures are rows without a vector, with one of another length than most have, with NaN or an
 * infinity, or, under cosine, with zeros alone.
 *
 * <pre>{@code
 * KMeans.Result clusters = batches.apply(KMeans.of(100, "embedding").withIdColumn("text"));
 * }</pre>
 */
public final class KMeans extends PTransform<PCollection<Batch>, KMeans.Result> {
  private static final long serialVersionUID = 1;

  /** The column of the number of a cluster. */
  public static final String CLUSTER = "cluster";

  /** The column of the distance from the centroid of a cluster. */
  public static final String DISTANCE = "distance";

  private static final int PASSES = 2;
  private static final int MOST_PASSES = 20;

  private final Settings settings;

  /**
   * What is done.
   *
   * @param passes over all vectors, after the fit to the sample
   */
  record Settings(VectorSettings vectors, KMeansOptions options, int passes)
      implements Serializable {
    Settings with(KMeansOptions value) {
      return new Settings(vectors, value, passes);
    }
  }

  /** How centroids are fitted to the sample. */
  public enum Algorithm {
    /** Every iteration looks at all vectors of the sample. */
    LLOYD(KMeansOptions.Algorithm.LLOYD),
    /** Every iteration looks at 1,024 vectors of the sample; for thousands of clusters. */
    MINI_BATCH(KMeansOptions.Algorithm.MINI_BATCH);

    private final KMeansOptions.Algorithm same;

    Algorithm(KMeansOptions.Algorithm same) {
      this.same = same;
    }
  }

  private KMeans(Settings settings) {
    this.settings = settings;
  }

  /**
   * So many clusters of the vectors in a column, by cosine.
   *
   * @throws IllegalArgumentException when there is not at least one cluster
   */
  public static KMeans of(int clusters, String column) {
    return new KMeans(
        new Settings(
            VectorSettings.of(column, Metric.COSINE),
            KMeansOptions.of(clusters).withSpace(KMeansOptions.Space.SPHERICAL),
            PASSES));
  }

  /**
   * By another metric.
   *
   * @throws IllegalArgumentException for {@link Metric#DOT}: a mean is not what has the largest dot
   *     products
   */
  public KMeans withMetric(Metric metric) {
    if (metric == Metric.DOT) {
      throw new IllegalArgumentException(
          "there are no clusters by dot product; expected cosine or euclidean");
    }
    KMeansOptions.Space space =
        metric == Metric.COSINE ? KMeansOptions.Space.SPHERICAL : KMeansOptions.Space.EUCLIDEAN;
    return new KMeans(
        new Settings(
            settings.vectors.withMetric(metric),
            settings.options.withSpace(space),
            settings.passes));
  }

  /** With another seed; other seeds give other clusters. The default is 0. */
  public KMeans withSeed(long seed) {
    return new KMeans(settings.with(settings.options.withSeed(seed)));
  }

  /** With at most so many iterations over the sample; the default is 100. */
  public KMeans withIterations(int iterations) {
    return new KMeans(settings.with(settings.options.withIterations(iterations)));
  }

  /** With another way to fit to the sample; the default is {@link Algorithm#LLOYD}. */
  public KMeans withAlgorithm(Algorithm algorithm) {
    return new KMeans(settings.with(settings.options.withAlgorithm(algorithm.same)));
  }

  /** With so many passes over all vectors, 0 to 20; the default is 2. */
  public KMeans withPasses(int passes) {
    if (passes < 0 || passes > MOST_PASSES) {
      throw new IllegalArgumentException(
          "there are 0 to " + MOST_PASSES + " passes over all vectors, not " + passes);
    }
    return new KMeans(new Settings(settings.vectors, settings.options, passes));
  }

  /** With rows named by this column's value, instead of by file and offset. */
  public KMeans withIdColumn(String column) {
    return new KMeans(
        new Settings(
            settings.vectors.withIds(new RowIds(column)), settings.options, settings.passes));
  }

  @Override
  public Result expand(PCollection<Batch> batches) {
    ScreenVectors.Result screened = batches.apply("Vectors", ScreenVectors.of(settings.vectors));
    PCollection<Batch> good = screened.failuresTo(new ArrayList<>());
    PCollectionView<List<ClusterModel>> model =
        good.apply(
                "Fit",
                new FitClusters(settings.vectors.column(), settings.options, settings.passes))
            .apply("Centroids", View.asList());
    PCollection<Batch> assigned =
        good.apply("Assign", ParDo.of(new AssignFn(settings.vectors, model)).withSideInputs(model))
            .setCoder(batches.getCoder());
    PCollection<Batch> clusters =
        assigned.apply("Clusters", new DescribeClusters(settings.vectors, model));
    return new Result(assigned, screened.failures(), clusters);
  }

  /** The rows with their clusters, those that have none, and the clusters. */
  public static final class Result extends ResultWithFailures<Batch> {
    private final PCollection<Batch> clusters;

    private Result(
        PCollection<Batch> batches, PCollection<Failure> failures, PCollection<Batch> clusters) {
      super(batches, failures);
      this.clusters = clusters;
    }

    /** The rows, each with its cluster and its distance. */
    public PCollection<Batch> batches() {
      return output();
    }

    /**
     * One batch with a row for each cluster in their order: {@code centroid} (float32, of length 1
     * under cosine), {@code rows} (int64), {@code mean_distance} (float32, of its rows) and {@code
     * nearest} (strings), the ids of up to five of its rows, nearest to the centroid first. Nothing
     * where there are no rows.
     */
    public PCollection<Batch> clusters() {
      return clusters;
    }
  }
}
