// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.analysis;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Failure;
import org.hubbeam.files.BatchCoder;
import org.hubbeam.plan.AccumulatorKeys;
import org.hubbeam.plan.Phase;
import org.hubbeam.plan.Plan;
import org.hubbeam.preprocessing.Preprocessor;
import org.jspecify.annotations.Nullable;

/**
 * Analyses several data sets together, as {@link AnalyzeDataset} does one. When the analysis is
 * repeated, data sets that were analysed before can be taken from a cache.
 *
 * <p>With a folder for accumulators, the accumulators of the first phase are saved there for each
 * data set, under its key. When a data set of the same key is analysed again, they are read instead
 * of the data; the data are then read for later phases only, or not at all if there are none. If
 * the saved accumulators are incomplete (an analyzer is new or has other settings, or a file is
 * damaged), a warning is logged and the data are read again. So they are if rows were refused and
 * other analyzers were asked for then. The rows that were refused are failures only when the data
 * are read. The caller must make sure that a key always stands for the same data.
 *
 * <pre>{@code
 * pipeline.apply(
 *     AnalyzeDatasets.of(preprocessor)
 *         .with("2024-05-01", sourceOf("2024-05-01"))
 *         .with("2024-05-02", sourceOf("2024-05-02"))
 *         .withAccumulators("gs://bucket/accumulators"));
 * }</pre>
 */
public final class AnalyzeDatasets extends PTransform<PBegin, AnalyzeDatasets.Result> {
  private static final long serialVersionUID = 1;

  private static final Pattern KEY = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}");

  private final Settings settings;

  private record Settings(
      AnalyzeDataset analysis,
      Map<String, PTransform<PBegin, PCollection<Batch>>> datasets,
      @Nullable AccumulatorFolder folder)
      implements Serializable {}

  private AnalyzeDatasets(Settings settings) {
    this.settings = settings;
  }

  /** The analysis of a function, without data sets yet. */
  public static AnalyzeDatasets of(Preprocessor preprocessor) {
    return of(AnalyzeDataset.of(preprocessor));
  }

  /** An analysis, without data sets yet. */
  public static AnalyzeDatasets of(AnalyzeDataset analysis) {
    return new AnalyzeDatasets(new Settings(analysis, Map.of(), null));
  }

  /**
   * Adds a data set.
   *
   * @param key its name: at most 100 letters, digits, dots, underscores and hyphens
   * @param source reads its batches; not applied when the data need not be read
   * @throws IllegalArgumentException when there already is a data set of this key, or the key is
   *     not valid
   */
  public AnalyzeDatasets with(String key, PTransform<PBegin, PCollection<Batch>> source) {
    if (!KEY.matcher(key).matches()) {
      throw new IllegalArgumentException(
          "the key of a data set must be at most 100 letters, digits, '.', '_' and '-', not"
              + " '"
              + key
              + "'");
    }
    Map<String, PTransform<PBegin, PCollection<Batch>>> more =
        new LinkedHashMap<>(settings.datasets);
    if (more.put(key, source) != null) {
      throw new IllegalArgumentException("there are two data sets of the key '" + key + "'");
    }
    return new AnalyzeDatasets(new Settings(settings.analysis, more, settings.folder));
  }

  /** Sets the folder where accumulators are saved and read. */
  public AnalyzeDatasets withAccumulators(String folder) {
    return new AnalyzeDatasets(
        new Settings(
            settings.analysis,
            settings.datasets,
            new AccumulatorFolder(folder.replaceFirst("(?<=[^:/])/+$", ""))));
  }

  /**
   * Analyses the data sets.
   *
   * @throws IllegalArgumentException when there are no data sets, or one is not bounded or not in
   *     the global window
   */
  @Override
  public Result expand(PBegin begin) {
    if (settings.datasets.isEmpty()) {
      throw new IllegalArgumentException("there is no data set to analyse");
    }
    Pipeline pipeline = begin.getPipeline();
    Preprocessor preprocessor = settings.analysis.preprocessor();
    List<Dataset> datasets = new ArrayList<>();
    List<PCollection<Failure>> failures = new ArrayList<>();
    settings.datasets.forEach(
        (key, source) -> {
          SavedPhase saved = saved(preprocessor.plan(), key);
          boolean cached =
              saved != null && saved.folder().find(key, saved.phase(), saved.keys()).isPresent();
          PCollection<Batch> batches = null;
          if (!cached || preprocessor.plan().phases().size() > 1) {
            PCollectionTuple fitting =
                settings.analysis.fitting(key + " check columns", begin.apply(key, source));
            batches = fitting.get(SchemaFn.BATCHES);
            failures.add(fitting.get(SchemaFn.FAILURES));
          }
          datasets.add(
              new Dataset(key, batches, saved, cached ? Dataset.Cache.READ : Dataset.Cache.WRITE));
        });
    PlanExpansion expansion = settings.analysis.expansion(pipeline);
    PlanExpansion.Analyzed analyzed = expansion.analyzed(pipeline, datasets);
    failures.add(analyzed.failures());
    return new Result(
        read(pipeline, datasets),
        PCollectionList.of(failures).apply("Failures", Flatten.pCollections()),
        expansion.fitted(preprocessor, analyzed.results()));
  }

  /** Where the first phase of a data set is saved; null when it is not. */
  private @Nullable SavedPhase saved(Plan plan, String key) {
    if (settings.folder == null || plan.phases().isEmpty()) {
      return null;
    }
    Phase first = plan.phases().get(0);
    if (!first.externals().isEmpty()) {
      throw new IllegalArgumentException(
          "the accumulators of the analyzer "
              + first.externals().get(0).node().name()
              + " cannot be saved: it is a custom transform");
    }
    return new SavedPhase(
        settings.folder, key, first, AccumulatorKeys.compute(plan.trace(), first));
  }

  private static PCollection<Batch> read(Pipeline pipeline, List<Dataset> datasets) {
    List<PCollection<Batch>> read =
        datasets.stream().map(Dataset::batches).filter(b -> b != null).toList();
    return read.isEmpty()
        ? pipeline.apply("No batches", Create.empty(BatchCoder.of()))
        : PCollectionList.of(read).apply("Batches", Flatten.pCollections());
  }

  /** The fitted function, and the batches that were read. */
  public static final class Result extends AnalysisResult<Batch> {
    private Result(PCollection<Batch> batches, PCollection<Failure> failures, Values values) {
      super(batches, failures, values);
    }

    /** The batches that fit the schema, of the data sets that were read. */
    public PCollection<Batch> batches() {
      return output();
    }
  }
}
