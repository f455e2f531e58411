// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.beam.sdk.options.PipelineOptions;
import org.hubbeam.batch.Printable;
import org.hubbeam.learning.EncoderTraining;
import org.hubbeam.learning.TextRows;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;

/** Trains a small encoder of texts, and writes it as a module. */
@Command(
    name = "train-encoder",
    description = {
      "Train a small encoder of texts from pairs, or from a large module, and write it as a"
          + " module.",
      "",
      "With --pairs, texts that say the same get similar vectors, such as sentences of two"
          + " languages: what train learns on the vectors of one language then works in the others."
          + " With --teacher, texts get the direction of what a large module gives them.",
      "Writes a SavedModel to DIR, which takes texts and gives vectors of length 1, with"
          + " report.json, failures.jsonl and, last, manifest.json. A run that was killed and is"
          + " started again goes on where it was.",
      "Other options are passed to Beam and its runner: --parallelism=8, --flinkMaster=host:8081."
    },
    footer = {
      "",
      "The exit code is 1 if the job or every row failed, 3 if more than half of the rows failed.",
      "Example: hubbeam train-encoder --pairs=deu-eng.tsv,fra-eng.tsv --output=out/encoder"
    })
final class TrainEncoderCommand extends JobCommand {

  @Mixin private PairOptions pairs;
  @Mixin private TeacherOptions teacher;
  @Mixin private EncoderFormOptions form;

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
          "keep the texts with the vectors of the teacher in this folder, for the next run with the"
              + " same teacher, files and options")
  private @Nullable String cache;

  /** What the next job does. */
  private enum Phase {
    TEXTS,
    TRAINING
  }

  private Phase phase = Phase.TEXTS;
  private @Nullable Prepared prepared;

  /**
   * What is known before anything is read.
   *
   * @param texts reads the texts
   * @param what is trained then
   */
  private record Prepared(TextsJob texts, EncoderJob.What what) {}

  private TrainedFolder trained() {
    return new TrainedFolder(output);
  }

  private OutputPrefix cached() {
    String folder = cache == null ? trained().unfinished() : new OutputFolder(cache).path();
    return new OutputPrefix(Output.in(folder, CachedFeatures.PREFIX), options().shards());
  }

  private List<String> read() {
    List<String> files = new ArrayList<>(pairs.files());
    if (teacher.input() != null) {
      files.add(teacher.input());
    }
    return files;
  }

  @Override
  List<String> inputs() {
    return phase == Phase.TEXTS ? read() : List.of(cached().manifest());
  }

  @Override
  WorkerPlaces places() {
    return teacher.places().withFiles(cache == null ? List.of() : List.of(cache));
  }

  @Override
  Whole whole() {
    return phase == Phase.TEXTS ? super.whole() : Whole.UNKNOWN;
  }

  @Override
  Output output() {
    return phase == Phase.TEXTS ? cached() : trained();
  }

  @Override
  boolean isDetached(PipelineOptions pipeline) {
    boolean detached = super.isDetached(pipeline);
    return phase == Phase.TRAINING && detached;
  }

  @Override
  public Integer call() throws IOException {
    checkGiven();
    prepare();
    options().checkExisting(trained());
    new OtherRuns(trained(), err()).refuse();
    WritableFolder.check("--output=" + trained().path(), trained().folder());
    LeftTraining left = new LeftTraining(trained().unfinished());
    List<String> asked = given(LeftTraining::isTrained).stream().sorted().toList();
    left.check(asked, options(), err());
    Prepared all = teacher.isGiven() ? fromTeacher() : fromPairs();
    prepared = all;
    int code = 0;
    CachedFeatures.Keeping keeping =
        cache == null || options().isOverwriting()
            ? CachedFeatures.Keeping.REPLACE
            : CachedFeatures.Keeping.REFUSE;
    if (!CachedFeatures.isThere(cached(), all.texts.recipe(), keeping, err())) {
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

  private void checkGiven() {
    if (!teacher.isGiven()) {
      if (!pairs.isGiven()) {
        throw new UsageException(
            "--pairs is missing: files of texts that say the same; or --teacher=HANDLE with"
                + " --input");
      }
      for (String option :
          List.of("--input", "--column", "--function", "--arguments", "--outputKey", "--cache")) {
        if (given().hasMatchedOption(option)) {
          throw new UsageException(option + " requires --teacher");
        }
      }
    } else {
      if (pairs.isGiven() == (teacher.input() != null)) {
        throw new UsageException(
            pairs.isGiven()
                ? "--teacher takes the texts of --input or of --pairs, not of both"
                : "--teacher requires --input, the files of texts");
      }
      if (given().hasMatchedOption("--temperature")) {
        throw new UsageException("--temperature is for pairs without --teacher");
      }
    }
  }

  private Prepared fromPairs() {
    EncoderJob.What what =
        new EncoderJob.What(EncoderTraining.Teaching.PAIRS, null, form.pairs(), form.storage());
    TextsJob texts =
        new TextsJob(
            pairs.sources(options(), TextRows.Grouping.PAIRS), null, recipe(List.of()), cached());
    return new Prepared(texts, what);
  }

  private Prepared fromTeacher() {
    List<TextsJob.Source> sources =
        teacher.input() == null
            ? pairs.sources(options(), TextRows.Grouping.EACH)
            : List.of(teacher.source(teacher.input(), options()));
    TeacherOptions.Teacher found = teacher.teacher(options().batchRows(), err());
    EncoderJob.What what =
        new EncoderJob.What(
            EncoderTraining.Teaching.TEACHER,
            found.calls().links().get(0).spec(),
            form.taught(found.dimension()),
            form.storage());
    return new Prepared(
        new TextsJob(sources, found.calls(), recipe(found.recipe()), cached()), what);
  }

  private FeatureRecipe recipe(List<FeatureRecipe.Made> modules) {
    List<FeatureRecipe.Made> files = new ArrayList<>();
    read().forEach(glob -> files.addAll(FeatureRecipe.files(glob)));
    return new FeatureRecipe(modules, files, given(TrainEncoderCommand::isMade));
  }

  @Override
  Job job() throws IOException {
    Prepared all = Objects.requireNonNull(prepared);
    if (phase == Phase.TEXTS) {
      return all.texts;
    }
    CachedFeatures there =
        CachedFeatures.read(cached())
            .orElseThrow(() -> new IllegalStateException(cached().manifest() + " has gone"));
    return new EncoderJob(there, all.what, given(TrainEncoderCommand::isTold), trained());
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

  private List<String> given(Predicate<OptionSpec> kept) {
    List<String> options = new ArrayList<>();
    given().matchedOptions().stream()
        .filter(kept)
        .forEach(option -> options.addAll(VectorRecipe.arguments(option)));
    return options;
  }

  /** Whether texts and vectors depend on an option, beside the teacher and files. */
  private static boolean isMade(OptionSpec option) {
    Set<String> not =
        Set.of(
            "--input",
            "--pairs",
            "--teacher",
            "--offline",
            "--mirror",
            "--sha256",
            "--moduleCache");
    boolean section =
        Set.of(Section.Heading.INPUT, Section.Heading.MODULE).contains(HelpSections.of(option));
    return section && !not.contains(option.longestName())
        || option.longestName().equals("--onBadFile");
  }

  /** Whether the manifest tells of an option. */
  private static boolean isTold(OptionSpec option) {
    return !option.longestName().equals("--overwrite") && !option.longestName().equals("--debug");
  }
}
