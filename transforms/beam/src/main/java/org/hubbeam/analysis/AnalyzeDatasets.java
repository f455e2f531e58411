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
import org.hubbeam.files.FailureCoder;
import org.hubbeam.plan.AccumulatorKeys;
import org.hubbeam.plan.Phase;
import org.hubbeam.plan.Plan;
import org.hubbeam.preprocessing.Preprocessor;
import org.jspecify.annotations.Nullable;

/**
 * The analysis of several data sets together, as {@link AnalyzeDataset} does it of one; and only
 * what is new of them when it is done again.
 *
 * <p>With a folder for accumulators, what the analyzers of the first phase made of each data set is
 * saved there under its key. When the data set comes again it is taken from there; the data set is
 * then not read at all if every analyzer is in the first phase, else for the later phases only. It
 * is read again, with a warning, if something is not there: an analyzer is new or has other
 * settings, or a file is damaged. That the data of a key are the same is the user's to see to.
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

  /** The analysis that this function needs; of no data set yet. */
  public static AnalyzeDatasets of(Preprocessor preprocessor) {
    return of(AnalyzeDataset.of(preprocessor));
  }

  /** This analysis; of no data set yet. */
  public static AnalyzeDatasets of(AnalyzeDataset analysis) {
    return new AnalyzeDatasets(new Settings(analysis, Map.of(), null));
  }

  /**
   * With one data set more.
   *
   * @param key its name: letters, digits, dots, underscores and minus signs
   * @param source reads its batches; not used when it need not be read
   * @throws IllegalArgumentException when there is a data set of this key, or it is no such name
   */
  public AnalyzeDatasets with(String key, PTransform<PBegin, PCollection<Batch>> source) {
    if (!KEY.matcher(key).matches()) {
      throw new IllegalArgumentException(
          "the key of a data set is made of letters, digits, '.', '_' and '-', at most 100, and"
              + " not '"
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

  /** With a folder where accumulators are saved, and taken from. */
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
   * @throws IllegalArgumentException when there is none, or one is not bounded or not in the global
   *     window
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
    return new Result(
        read(pipeline, datasets),
        failures.isEmpty()
            ? pipeline.apply("No failures", Create.empty(FailureCoder.of()))
            : PCollectionList.of(failures).apply("Failures", Flatten.pCollections()),
        expansion.fitted(preprocessor, expansion.results(pipeline, datasets)));
  }

  /** Where the first phase of a data set is saved; null when it is not. */
  private @Nullable SavedPhase saved(Plan plan, String key) {
    if (settings.folder == null || plan.phases().isEmpty()) {
      return null;
    }
    Phase first = plan.phases().get(0);
    if (!first.externals().isEmpty()) {
      throw new IllegalArgumentException(
          "what the analyzer "
              + first.externals().get(0).node().name()
              + " makes of a data set cannot be saved: it is a whole transform");
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
