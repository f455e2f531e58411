// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import java.io.Serializable;
import java.util.List;
import java.util.Optional;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.MapElements;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.View;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.PCollectionView;
import org.apache.beam.sdk.values.TupleTagList;
import org.apache.beam.sdk.values.TypeDescriptor;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Failure;
import org.hubbeam.files.BatchCoder;
import org.hubbeam.vectors.PostProcessing;
import org.hubbeam.vectors.Projection;
import org.hubbeam.vectors.ProjectionMatrix;
import org.jspecify.annotations.Nullable;

/**
 * Applies the steps of a {@link PostProcessing} to a column of batches. The column is replaced;
 * int8 adds a column of scales. The mask of a pooling is a column, too.
 *
 * <pre>{@code
 * called.batches()
 *     .apply(PostProcessVectors.of(PostProcessing.NONE.withNorm(Norm.L2), "embedding"))
 * }</pre>
 *
 * <p>Rows keep their order within a batch, and a batch its window, timestamp and pane. Rows that
 * cannot be pooled or stored come out as failures; a batch without other rows gives nothing. A
 * column that has no vectors for these steps stops the job.
 *
 * <p>A projection on principal components reads the vectors twice: it is fitted to all of the
 * collection, in all windows, before the first is projected. The engine keeps them meanwhile.
 */
public final class PostProcessVectors
    extends PTransform<PCollection<Batch>, PostProcessVectors.Result> {
  private static final long serialVersionUID = 1;

  private final Settings settings;

  /**
   * What is done to which column.
   *
   * @param call what gives the column; null where that is not known
   */
  record Settings(
      PostProcessing steps,
      String column,
      RowIds ids,
      @Nullable ModuleSpec call,
      ModuleLoader loader)
      implements Serializable {
    Settings withSteps(PostProcessing value) {
      return new Settings(value, column, ids, call, loader);
    }
  }

  private PostProcessVectors(Settings settings) {
    this.settings = settings;
  }

  /** These steps on this column. */
  public static PostProcessVectors of(PostProcessing steps, String column) {
    return new PostProcessVectors(
        new Settings(steps, column, RowIds.OF_ORIGIN, null, ModuleLoader.FromHub.INSTANCE));
  }

  /** With failures named by this column's value, instead of by file and offset. */
  public PostProcessVectors withIdColumn(String column) {
    return new PostProcessVectors(
        new Settings(
            settings.steps, settings.column, new RowIds(column), settings.call, settings.loader));
  }

  /**
   * With a look at the module that gives the column, before the job, unless the spec says not to:
   * steps that are not for such vectors fail when the pipeline is built.
   */
  public PostProcessVectors after(ModuleSpec call) {
    return new PostProcessVectors(
        new Settings(settings.steps, settings.column, settings.ids, call, settings.loader));
  }

  PostProcessVectors withLoader(ModuleLoader value) {
    return new PostProcessVectors(
        new Settings(settings.steps, settings.column, settings.ids, settings.call, value));
  }

  /**
   * Does the steps.
   *
   * @throws IllegalArgumentException when a projection is to be fitted to an unbounded collection,
   *     or the steps are not for what the call gives
   */
  @Override
  public Result expand(PCollection<Batch> batches) {
    if (settings.call != null) {
      SpecCheck.steps(settings.call, settings.loader, settings.steps, settings.column);
    }
    if (!(settings.steps.projection() instanceof Projection.Pca pca)) {
      PCollectionTuple done = steps("Steps", batches, settings, null);
      return new Result(
          done.get(PostProcessFn.BATCHES), done.get(PostProcessFn.FAILURES), Optional.empty());
    }
    String column = settings.column;
    PCollectionTuple pooled =
        steps("Pool", batches, settings.withSteps(settings.steps.beforeProjection()), null);
    PCollection<ProjectionMatrix> matrix =
        pooled
            .get(PostProcessFn.BATCHES)
            .apply("Fit", new FitPca<>(pca, batch -> batch.column(column)));
    PCollectionTuple done =
        steps(
            "Steps",
            pooled.get(PostProcessFn.BATCHES),
            settings,
            matrix.apply("Matrix", View.asList()));
    return new Result(
        done.get(PostProcessFn.BATCHES),
        PCollectionList.of(pooled.get(PostProcessFn.FAILURES))
            .and(done.get(PostProcessFn.FAILURES))
            .apply("Failures", Flatten.pCollections()),
        Optional.of(written(matrix)));
  }

  private static PCollectionTuple steps(
      String name,
      PCollection<Batch> batches,
      Settings settings,
      @Nullable PCollectionView<List<ProjectionMatrix>> fitted) {
    ParDo.SingleOutput<Batch, Batch> step = ParDo.of(new PostProcessFn(settings, fitted));
    PCollectionTuple both =
        batches.apply(
            name,
            (fitted == null ? step : step.withSideInputs(fitted))
                .withOutputTags(PostProcessFn.BATCHES, TupleTagList.of(PostProcessFn.FAILURES)));
    both.get(PostProcessFn.BATCHES).setCoder(batches.getCoder());
    return both;
  }

  /** A matrix as a batch. */
  static PCollection<Batch> written(PCollection<ProjectionMatrix> matrix) {
    return matrix
        .apply(
            "AsBatch",
            MapElements.into(TypeDescriptor.of(Batch.class)).via(ProjectionMatrix::toBatch))
        .setCoder(BatchCoder.of());
  }

  /** The batches that went on, the rows that did not, and the matrix. */
  public static final class Result extends ResultWithFailures<Batch> {
    private final Optional<PCollection<Batch>> projection;

    private Result(
        PCollection<Batch> batches,
        PCollection<Failure> failures,
        Optional<PCollection<Batch>> projection) {
      super(batches, failures);
      this.projection = projection;
    }

    /** The batches with the column as the steps left it. */
    public PCollection<Batch> batches() {
      return output();
    }

    /**
     * The matrix that was fitted, for {@link ProjectionMatrix#of} and {@link Projection#fitted}
     * later; none of no vectors. Empty when none was to be fitted.
     */
    public Optional<PCollection<Batch>> projection() {
      return projection;
    }
  }
}
