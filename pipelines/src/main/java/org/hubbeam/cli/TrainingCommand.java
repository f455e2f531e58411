// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.beam.sdk.options.PipelineOptions;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Printable;
import org.hubbeam.files.BatchSource;
import org.hubbeam.files.StandardColumns;
import org.hubbeam.inference.FunctionSignature;
import org.hubbeam.learning.FeatureSource;
import org.hubbeam.learning.JoinFeatures;
import org.hubbeam.learning.Labels;
import org.hubbeam.report.TrainingReport;
import org.hubbeam.training.Task;
import org.hubbeam.training.TrainingOptions;
import org.hubbeam.training.TuningOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;

/**
 * A program that computes features of labelled rows in a first job, or finds them where an earlier
 * run has left them, and learns from them in a second.
 */
abstract class TrainingCommand extends JobCommand {

  @Mixin private FeatureOptions features;
  @Mixin private NumericFeatureOptions numeric;
  @Mixin private LabelledInput input;
  @Mixin private OptimizationOptions optimization;

  @Section(Section.Heading.OUTPUT)
  @Option(
      names = "--output",
      required = true,
      paramLabel = "DIR",
      description = "the folder of the trained module")
  private String output;

  @Section(Section.Heading.OUTPUT)
  @Option(
      names = "--cache",
      paramLabel = "DIR",
      description =
          "keep the vectors in this folder, for the next run with the same module, files and"
              + " options")
  private @Nullable String cache;

  /** Tells the inputs of modules from their vectors. */
  private static final String TUNED = "--trainable";

  /** How heads are trained. */
  final OptimizationOptions optimization() {
    return optimization;
  }

  /** What the next job does. */
  private enum Phase {
    FEATURES,
    TRAINING
  }

  private Phase phase = Phase.FEATURES;
  private @Nullable Prepared prepared;

  /**
   * What is known before anything is read.
   *
   * @param job computes the features
   * @param sources what gives them
   */
  private record Prepared(FeaturesJob job, List<FeatureSource> sources) {}

  private TrainedFolder trained() {
    return new TrainedFolder(output);
  }

  private OutputPrefix cached() {
    String folder = cache == null ? trained().unfinished() : new OutputFolder(cache).path();
    return new OutputPrefix(Output.in(folder, CachedFeatures.PREFIX), options().shards());
  }

  @Override
  List<String> inputs() {
    return phase == Phase.FEATURES ? List.of(input.files()) : List.of(cached().manifest());
  }

  @Override
  WorkerPlaces places() {
    return features
        .places()
        .withFiles(numeric.places())
        .withFiles(cache == null ? List.of() : List.of(cache));
  }

  @Override
  Whole whole() {
    return phase == Phase.FEATURES ? super.whole() : Whole.UNKNOWN;
  }

  @Override
  Output output() {
    return phase == Phase.FEATURES ? cached() : trained();
  }

  @Override
  boolean isDetached(PipelineOptions pipeline) {
    boolean detached = super.isDetached(pipeline);
    return phase == Phase.TRAINING && detached;
  }

  /**
   * Looks at the options of training, before anything is read.
   *
   * @throws UsageException if they do not fit together
   */
  abstract void check(Task task, TrainingOptions options);

  /** How modules are trained, too; null where they stay as they are. */
  @Nullable TuningOptions tuning(TrainingOptions options) {
    return null;
  }

  /** What learns from features that are there. */
  abstract Job training(Learnt learnt) throws IOException;

  /**
   * What there is to learn from, and how.
   *
   * @param sources what gives the features
   * @param shown what stands for a row in the report
   * @param given the options of the program, for the manifest
   */
  record Learnt(
      CachedFeatures features,
      Task task,
      TrainingOptions options,
      List<FeatureSource> sources,
      TrainingReport.Shown shown,
      List<String> given,
      TrainedFolder output) {
    Learnt {
      sources = List.copyOf(sources);
      given = List.copyOf(given);
    }
  }

  @Override
  public Integer call() throws IOException {
    Labels learnt = input.labels().labels();
    check(learnt.task(), optimization.training());
    prepare();
    options().checkExisting(trained());
    new OtherRuns(trained(), err()).refuse();
    WritableFolder.check("--output=" + trained().path(), trained().folder());
    LeftTraining left = new LeftTraining(trained().unfinished());
    List<String> asked = given(LeftTraining::isTrained).stream().sorted().toList();
    left.check(asked, options(), err());
    Prepared all = prepared(learnt);
    int code = 0;
    CachedFeatures.Keeping keeping =
        cache == null || options().isOverwriting()
            ? CachedFeatures.Keeping.REPLACE
            : CachedFeatures.Keeping.REFUSE;
    if (!CachedFeatures.isThere(cached(), all.job.recipe(), keeping, err())) {
      left.discard();
      code = super.call();
      if (code == Main.FAILED) {
        return code;
      }
    }
    phase = Phase.TRAINING;
    left.begin(asked);
    return Math.max(code, super.call());
  }

  @Override
  Job job() throws IOException {
    if (phase == Phase.FEATURES) {
      return Objects.requireNonNull(prepared).job;
    }
    CachedFeatures there =
        CachedFeatures.read(cached())
            .orElseThrow(() -> new IllegalStateException(cached().manifest() + " has gone"));
    boolean pictures = input.isWholeFiles() && input.media(features.columns()) == Media.image;
    return training(
        new Learnt(
            there,
            input.labels().task(),
            optimization.training(),
            Objects.requireNonNull(prepared).sources,
            pictures ? TrainingReport.Shown.PICTURE : TrainingReport.Shown.TEXT,
            given(this::isTold),
            trained()));
  }

  @Override
  int tell(Job.Summary summary) throws IOException {
    if (phase == Phase.TRAINING) {
      return super.tell(summary);
    }
    boolean none = summary.rows() == 0 && summary.manifest().failures() > 0;
    err().println(Printable.line(summary.line()));
    return none ? super.tell(summary) : 0;
  }

  private Prepared prepared(Labels learnt) throws IOException {
    Prepared made = prepared == null ? prepare(learnt) : prepared;
    prepared = made;
    return made;
  }

  private Prepared prepare(Labels learnt) throws IOException {
    Media kind = input.media(features.columns());
    refuse(MediaOptions.unused(kind), "is not for " + (kind == null ? "tables" : kind + "s"));
    BatchSource source = input.source(learnt, features.columns(), options());
    if (features.columns().contains(learnt.column())) {
      throw new UsageException(
          "--label=" + learnt.column() + " is also a --column: the head would learn to copy it");
    }
    String id = input.id();
    FeatureOptions.Rows rows =
        new FeatureOptions.Rows(source.columns(), input.others(), kind, id, options().batchRows());
    numeric.numbers().forEach(column -> LabelledInput.check("--numbers", column, source));
    NumericFeatureOptions.Numbers numbers =
        numeric.find(input.others(), options().batchRows(), err());
    if (input.isWholeFiles() && !numbers.columns().isEmpty()) {
      throw new UsageException("--transform and --numbers are for tables; files have no columns");
    }
    List<ModuleFeatures> modules = features.features(rows, input.decoding(), err());
    TuningOptions tuning = tuning(optimization.training());
    if (tuning != null) {
      TunedFeatures tuned = tunedFeatures(modules, numbers, tuning);
      Step join =
          tuned.join(id, input.isWholeFiles() ? StandardColumns.FILE : shown(modules, kind));
      FeaturesJob job =
          new FeaturesJob(
              typed(source, modules, List.of(), kind),
              tuned.steps(input.steps(learnt)),
              tuned.features(),
              List.of(tuned.manifest()),
              join,
              recipe(modules, List.of(TUNED)),
              cached());
      return new Prepared(job, List.of(tuned.feature().source()));
    }
    List<ModuleFeatures> made = new ArrayList<>(modules);
    made.addAll(numbers.calls());
    List<String> columns =
        new ArrayList<>(made.stream().flatMap(m -> m.columns().stream()).toList());
    columns.addAll(numbers.plain());
    JoinFeatures join = JoinFeatures.of(columns);
    join = id == null ? join : join.withIdColumn(id);
    String shown = input.isWholeFiles() ? StandardColumns.FILE : shown(made, kind);
    join = shown == null ? join : join.withShown(shown);
    FeaturesJob job =
        new FeaturesJob(
            typed(source, modules, numbers.columns(), kind),
            input.steps(learnt),
            made,
            List.of(),
            Step.of("Join", "", join),
            recipe(made, List.of()),
            cached());
    List<FeatureSource> sources =
        new ArrayList<>(made.stream().map(ModuleFeatures::source).toList());
    sources.addAll(numbers.sources());
    return new Prepared(job, sources);
  }

  private FeatureRecipe recipe(List<ModuleFeatures> made, List<String> more) {
    List<String> options = new ArrayList<>(given(TrainingCommand::isMade));
    options.addAll(more);
    return new FeatureRecipe(
        FeatureRecipe.modules(made), FeatureRecipe.files(input.files()), options);
  }

  private static TunedFeatures tunedFeatures(
      List<ModuleFeatures> modules, NumericFeatureOptions.Numbers numbers, TuningOptions tuning) {
    if (modules.size() > 1) {
      throw new UsageException(
          "--trainable trains one module on one column; --module and --column name several");
    }
    if (!numbers.sources().isEmpty() || !numbers.calls().isEmpty()) {
      throw new UsageException(
          "--trainable is for the features of a module alone, without --numbers and --transform");
    }
    TunedFeatures tuned = TunedFeatures.of(modules.get(0));
    tuned.check(tuning);
    return tuned;
  }

  /** The column to show of a row: the first text that a module takes. */
  private static @Nullable String shown(List<ModuleFeatures> features, @Nullable Media kind) {
    if (kind != null) {
      return null;
    }
    for (ModuleFeatures feature : features) {
      if (feature.source() instanceof FeatureSource.OfModules modules) {
        Map<String, String> inputs = modules.calls().get(0).inputs();
        for (ArraySpec input : FunctionSignature.find(feature.calls().first()).inputs()) {
          if (input.dtype() == DType.STRING) {
            return inputs.get(input.name());
          }
        }
      }
    }
    return null;
  }

  /** The source with columns as the functions declare them. */
  private BatchSource typed(
      BatchSource source,
      List<ModuleFeatures> made,
      List<ArraySpec> numbers,
      @Nullable Media kind) {
    Map<String, ArraySpec> declared = new LinkedHashMap<>();
    if (kind == null) {
      List<String> columns = source.columns().orElse(null);
      for (ModuleFeatures feature : made) {
        FunctionSignature.columns(feature.calls().first(), columns)
            .forEach(column -> declared.putIfAbsent(column.name(), column));
      }
      input.labels().columns().forEach(declared::remove);
    }
    numbers.forEach(column -> declared.put(column.name(), column));
    return input.typed(source, declared.values());
  }

  private List<String> given(Predicate<OptionSpec> kept) {
    List<String> options = new ArrayList<>();
    given().matchedOptions().stream()
        .filter(kept)
        .forEach(option -> options.addAll(VectorRecipe.arguments(option)));
    return options;
  }

  /** Whether features depend on an option, beside the modules and files. */
  private static boolean isMade(OptionSpec option) {
    Set<String> not =
        Set.of(
            "--input",
            "--module",
            "--modules",
            "--offline",
            "--mirror",
            "--sha256",
            "--moduleCache");
    boolean section =
        Set.of(
                Section.Heading.INPUT,
                Section.Heading.MODULE,
                Section.Heading.LABELS,
                Section.Heading.IMAGES,
                Section.Heading.VIDEO,
                Section.Heading.AUDIO)
            .contains(HelpSections.of(option));
    return section && !not.contains(option.longestName())
        || option.longestName().equals("--onBadFile");
  }

  /** Whether the manifest tells of an option. */
  private boolean isTold(OptionSpec option) {
    return !option.longestName().equals("--overwrite") && !option.longestName().equals("--debug");
  }
}
