// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.options.PipelineOptions;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.FileTrees;
import org.hubbeam.files.BatchSource;
import org.hubbeam.files.StandardColumns;
import org.hubbeam.inference.FunctionSignature;
import org.hubbeam.inference.ModuleSpec;
import org.hubbeam.learning.Labels;
import org.hubbeam.learning.MeasureScores;
import org.hubbeam.learning.ScoreKind;
import org.hubbeam.training.Task;
import org.hubbeam.training.TaskMetrics;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures how good the scores of a module are on labelled rows. */
@Command(
    name = "evaluate",
    description = {
      "Measure how good the scores of a module are on labelled rows.",
      "",
      "Reads a table with labels, or images, video and audio in folders named like their labels;"
          + " calls the module; prints accuracy, precision, recall, F1, areas below curves, what is"
          + " confused and more, or for numbers RMSE, MAE and R². With --output, writes"
          + " report.json, report.html, failures.jsonl and, last, manifest.json.",
      "The same rows give the same numbers, on any number of workers.",
      "Other options are passed to Beam and its runner: --parallelism=8, --flinkMaster=host:8081."
    },
    footer = {
      "",
      "The exit code is 1 if the job or every row failed, 3 if more than half of the rows failed.",
      "Example: hubbeam evaluate --module=out/classifier --input=new.csv --label=folder"
          + " --output=out/evaluation"
    })
final class EvaluateCommand extends JobCommand {

  /** The column of the scores. */
  private static final String SCORES = "hubbeam/scores";

  private static final String LOGITS = "logits";

  @Mixin private ChainOptions chain;
  @Mixin private LabelledInput input;

  @Section(Section.Heading.INPUT)
  @Option(
      names = "--column",
      paramLabel = "NAME",
      description =
          "the column that the module takes (default: the columns named like the inputs of the"
              + " function, or the only one)")
  private @Nullable String column;

  @Section(Section.Heading.MODULE)
  @Option(
      names = "--outputKey",
      paramLabel = "NAME",
      description = "the output with the scores (default: the only one, or 'scores')")
  private @Nullable String outputKey;

  @Section(Section.Heading.LABELS)
  @Option(
      names = "--labels",
      paramLabel = "FILE",
      description =
          "a text file with the name of each score, one a line (default: those that the module was"
              + " trained with, else numbers from 0)")
  private @Nullable String labels;

  @Section(Section.Heading.EVALUATION)
  @Option(
      names = "--scores",
      paramLabel = "KIND",
      description =
          "${COMPLETION-CANDIDATES}: what the scores are (default: LOGITS for an output that is"
              + " called so)")
  private @Nullable ScoreKind kind;

  @Section(Section.Heading.EVALUATION)
  @Option(
      names = "--threshold",
      paramLabel = "SCORE",
      description =
          "the score from which on a label counts as predicted, where there is one score for each"
              + " or one for two (default: 0.5)")
  private @Nullable Double threshold;

  @Section(Section.Heading.EVALUATION)
  @Option(
      names = "--mistakes",
      paramLabel = "N",
      defaultValue = "60",
      description = "how many of the worst mistakes are shown (default: ${DEFAULT-VALUE})")
  private int mistakes;

  @Section(Section.Heading.OUTPUT)
  @Option(
      names = "--output",
      paramLabel = "DIR",
      description = "the folder of the report (default: it is only printed)")
  private @Nullable String output;

  private @Nullable Path unkept;

  @Override
  List<String> inputs() {
    return List.of(input.files());
  }

  @Override
  WorkerPlaces places() {
    return chain.places();
  }

  @Override
  Whole whole() {
    return input.format().media().isPresent() ? Whole.files(inputs()) : super.whole();
  }

  @Override
  EvaluatedFolder output() {
    if (output != null) {
      return new EvaluatedFolder(output, EvaluatedFolder.Keeping.ALL);
    }
    try {
      unkept = unkept == null ? Files.createTempDirectory("hubbeam-evaluate") : unkept;
      return new EvaluatedFolder(unkept.toString(), EvaluatedFolder.Keeping.FAILURES);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  void check(PipelineOptions pipeline) {
    boolean here = pipeline.as(LocalTasks.class).getLocalTasks() > 0;
    if (output == null && (!here || options().isDetachedAsked())) {
      throw new UsageException(
          "--output=DIR is needed for a job on a cluster: its workers write there");
    }
  }

  /** Without an output, only the failures stay. */
  @Override
  public Integer call() throws IOException {
    try {
      return super.call();
    } finally {
      Path folder = unkept;
      if (folder != null) {
        EvaluatedFolder left =
            new EvaluatedFolder(folder.toString(), EvaluatedFolder.Keeping.FAILURES);
        if (OutputFiles.text(left.failures()).orElse("").isEmpty()) {
          FileTrees.delete(folder);
        } else {
          OutputFiles.delete(List.of(left.manifest(), left.report(), left.page()));
        }
      }
    }
  }

  @Override
  EvaluateJob job() throws IOException {
    List<String> columns = column == null ? List.of() : List.of(column);
    Media media = input.media(columns);
    refuse(MediaOptions.unused(media), "is not for " + (media == null ? "tables" : media + "s"));
    if (mistakes < 0) {
      throw new UsageException("--mistakes=" + mistakes + " must be 0 or more");
    }
    ModuleCalls calls = chain.calls(err()).withRows(options().batchRows());
    ScoringModule scoring = scoring(calls);
    Labels learnt = input.labels().labels(scoring.metrics().task());
    BatchSource source = input.source(learnt, columns, options());
    List<Step> steps = new ArrayList<>(input.steps(learnt));
    String id = input.id();
    calls = id == null ? calls : calls.withIdColumn(id);
    String shown = null;
    if (media == null) {
      calls = calls.withFirst(taking(calls.first(), source));
      source = typed(source, calls.first(), learnt);
      shown = shown(calls.first(), source);
    } else {
      MediaOptions.Prepared prepared = input.decoding().prepare(media, column, calls.first());
      steps.addAll(prepared.steps());
      calls = calls.withFirst(prepared.spec());
      shown = input.isWholeFiles() ? StandardColumns.FILE : null;
    }
    ModuleSpec last =
        calls.last().withNonFinite(ModuleSpec.NonFinite.FAIL).withOutput(scoring.output(), SCORES);
    return new EvaluateJob(
        source,
        steps,
        calls.withLast(last),
        measure(scoring, learnt, id, shown),
        new EvaluateJob.About(
            scoring.metrics().task(),
            media == Media.image && input.isWholeFiles()
                ? EvaluateJob.Mistakes.PICTURES
                : EvaluateJob.Mistakes.TEXTS,
            input.files(),
            arguments()),
        output());
  }

  private ScoringModule scoring(ModuleCalls calls) throws IOException {
    ModuleCalls.Link last = calls.links().get(calls.links().size() - 1);
    ScoringModule scoring =
        ScoringModule.of(
            last.spec(),
            new ScoringModule.Hints(
                last.module().folder(), outputKey, labels, input.labels().told()));
    Task task = scoring.metrics().task();
    if (threshold != null && (task == Task.CLASSES || task == Task.NUMBER)) {
      throw new UsageException(
          "--threshold="
              + threshold
              + " is where there is one score for each label, or one for two");
    }
    return scoring;
  }

  private MeasureScores measure(
      ScoringModule scoring, Labels learnt, @Nullable String id, @Nullable String shown) {
    TaskMetrics metrics = scoring.metrics().withMistakes(mistakes);
    try {
      metrics = threshold == null ? metrics : metrics.withThreshold(threshold);
      metrics.start();
    } catch (IllegalArgumentException e) {
      throw new UsageException("--threshold=" + threshold + ": " + Errors.ownMessage(e));
    }
    ScoreKind scores =
        kind != null
            ? kind
            : scoring.output().contains(LOGITS) ? ScoreKind.LOGITS : ScoreKind.PROBABILITIES;
    MeasureScores measure = MeasureScores.of(metrics, learnt, SCORES).withKind(scores);
    measure = id == null ? measure : measure.withIdColumn(id);
    return shown == null ? measure : measure.withShown(shown);
  }

  /** The call with the column that is asked for, or the only one that is no label. */
  private ModuleSpec taking(ModuleSpec spec, BatchSource source) {
    String taken =
        column != null
            ? column
            : FeatureOptions.only(
                spec,
                new FeatureOptions.Rows(
                    source.columns(), input.others(), null, input.id(), options().batchRows()));
    ModuleSpec taking = taken == null ? spec : spec.withInput(taken);
    source.columns().ifPresent(names -> FunctionSignature.requireColumns(taking, names));
    return taking;
  }

  private BatchSource typed(BatchSource source, ModuleSpec first, Labels learnt) {
    Map<String, ArraySpec> declared = new LinkedHashMap<>();
    FunctionSignature.columns(first, source.columns().orElse(null))
        .forEach(spec -> declared.put(spec.name(), spec));
    declared.remove(learnt.column());
    return input.typed(source, declared.values());
  }

  /** The column of the first text that the function takes. */
  private static @Nullable String shown(ModuleSpec first, BatchSource source) {
    Map<String, String> inputs = first.mapping().inputs();
    return FunctionSignature.find(first).inputs().stream()
        .filter(spec -> spec.dtype() == DType.STRING)
        .map(ArraySpec::name)
        .map(
            name ->
                inputs.getOrDefault(
                    name,
                    inputs.getOrDefault(
                        ModuleSpec.Mapping.ONLY, name.substring(name.lastIndexOf('/') + 1))))
        .filter(column -> source.columns().map(names -> names.contains(column)).orElse(true))
        .findFirst()
        .orElse(null);
  }

  private List<String> arguments() {
    List<String> arguments = new ArrayList<>();
    given().matchedOptions().stream()
        .filter(o -> !o.longestName().equals("--overwrite") && !o.longestName().equals("--debug"))
        .forEach(o -> arguments.addAll(VectorRecipe.arguments(o)));
    return arguments;
  }
}
