// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.DType;
import org.hubbeam.files.BatchSource;
import org.hubbeam.hub.Hub;
import org.hubbeam.hub.HubOptions;
import org.hubbeam.inference.FunctionSignature;
import org.hubbeam.inference.ModuleSpec;
import org.hubbeam.learning.FeatureColumns;
import org.hubbeam.learning.TextRows;
import org.hubbeam.model.FunctionChoice;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that say which module an encoder learns from, and on which texts. */
@Section(Section.Heading.MODULE)
final class TeacherOptions {

  @Mixin private HubAccessOptions access;
  @Mixin private LoadingOptions loading;
  @Mixin private DialectOptions dialect;

  @Option(
      names = "--teacher",
      paramLabel = "HANDLE",
      description =
          "the module whose vectors the encoder learns to give, for the texts of --input, or for"
              + " both sides of --pairs")
  private @Nullable String teacher;

  @Option(
      names = "--function",
      paramLabel = "NAME",
      description =
          "a signature or a member of the teacher (default: the only one, else default,"
              + " serving_default or __call__)")
  private @Nullable String function;

  @Option(
      names = "--arguments",
      paramLabel = "K=V,..",
      description = "Python arguments of the function, such as training=false")
  private @Nullable String arguments;

  @Option(
      names = "--outputKey",
      paramLabel = "NAME",
      description = "the output with the vectors (default: the only one, or 'default')")
  private @Nullable String outputKey;

  @Option(
      names = "--moduleCache",
      paramLabel = "FOLDER",
      description =
          "where downloaded modules are stored (default: TFHUB_CACHE_DIR, else"
              + " ~/.cache/tfhub_modules)")
  private @Nullable String moduleCache;

  @Section(Section.Heading.INPUT)
  @Option(
      names = "--input",
      paramLabel = "GLOB",
      description = "with --teacher: files of texts, one on a line, or of tables")
  private @Nullable String input;

  @Section(Section.Heading.INPUT)
  @Option(
      names = "--inputFormat",
      paramLabel = "FORMAT",
      description = "text, csv, jsonl, tfrecord (default: detected)")
  private @Nullable InputFormat inputFormat;

  @Section(Section.Heading.INPUT)
  @Option(
      names = "--column",
      split = ",",
      paramLabel = "NAME",
      description = "the columns of --input with texts (default: the only one)")
  private List<String> columns = new ArrayList<>();

  /** Whether there is a teacher. */
  boolean isGiven() {
    return teacher != null;
  }

  /** The files of texts; null for none. */
  @Nullable String input() {
    return input;
  }

  /** What workers load the module from. */
  WorkerPlaces places() {
    return teacher == null
        ? WorkerPlaces.NONE
        : new WorkerPlaces(
            moduleCache == null ? List.of() : List.of(moduleCache),
            access.places(List.of(teacher)));
  }

  /** The rows with texts. */
  TextsJob.Source source(String glob, JobOptions job) {
    InputFiles files = new InputFiles(glob, dialect.text());
    InputFormat format =
        inputFormat != null ? inputFormat : files.format().orElse(InputFormat.text);
    if (inputFormat == null && format == InputFormat.text && dialect.isCsv()) {
      format = InputFormat.csv;
    }
    if (format.media().isPresent() || format == InputFormat.document) {
      throw new UsageException(
          "--input=" + glob + " is read as " + format + ", and an encoder learns from texts");
    }
    files.check(format);
    BatchSource source = format.source(glob, dialect.text());
    List<String> there = source.columns().orElse(columns);
    List<String> taken = columns.isEmpty() ? there : columns;
    for (String column : taken) {
      if (!there.contains(column)) {
        throw new UsageException(
            "--column=" + column + ": no such column; the columns are " + there);
      }
    }
    if (taken.isEmpty() || columns.isEmpty() && taken.size() > 1) {
      throw new UsageException(
          "--column is missing: the columns with texts"
              + (there.isEmpty() ? "" : "; the columns are " + there));
    }
    return new TextsJob.Source(job.limited(source), TextRows.of(taken, TextRows.Grouping.EACH));
  }

  /**
   * A module that gives vectors to texts.
   *
   * @param calls gives the column {@link FeatureColumns#VECTOR}
   * @param dimension the length of a vector, if it is known
   */
  record Teacher(ModuleCalls calls, OptionalInt dimension) {

    /** What it is, to tell whether vectors are those of another. */
    List<FeatureRecipe.Made> recipe() {
      ModuleCalls.Link link = calls.links().get(0);
      return List.of(
          new FeatureRecipe.Made(
              link.module().handle(),
              link.module().fingerprint()
                  + " "
                  + link.spec().function()
                  + " "
                  + link.spec().mapping().outputs()));
    }
  }

  /** Resolves the handle, and finds out what the module gives. */
  Teacher teacher(int batchRows, PrintWriter err) {
    String handle = Objects.requireNonNull(teacher);
    HubOptions hub = access.forHandle(handle, moduleCache);
    Hub.Resolved resolved = Fetch.resolve(handle, hub, err);
    ModuleSpec spec =
        ModuleSpec.of(handle)
            .withHub(hub)
            .withOptions(loading.module())
            .withFunction(new FunctionChoice(function, PythonArguments.parse(arguments)));
    List<ArraySpec> inputs = FunctionSignature.find(spec).inputs();
    if (inputs.size() != 1 || inputs.get(0).dtype() != DType.STRING) {
      throw new UsageException(
          "--teacher=" + handle + " takes " + inputs + ", and an encoder takes texts");
    }
    String output = ModuleFeatures.output(spec, outputKey);
    spec =
        spec.withInput(TextRows.FIRST)
            .withNonFinite(ModuleSpec.NonFinite.FAIL)
            .withOutput(output, FeatureColumns.VECTOR);
    ModuleCalls calls =
        ModuleCalls.of(List.of(new ModuleCalls.Link(resolved, spec)))
            .withRows(batchRows)
            .withIdColumn(TextRows.ID);
    return new Teacher(calls, dimension(spec, output));
  }

  private static OptionalInt dimension(ModuleSpec spec, String output) {
    long size =
        FunctionSignature.find(spec).outputs().stream()
            .filter(o -> o.name().equals(output) && o.shape().row().isFull())
            .mapToLong(o -> o.shape().row().dims().stream().reduce(1L, (a, b) -> a * b))
            .findFirst()
            .orElse(0);
    return size < 1 || size > Integer.MAX_VALUE ? OptionalInt.empty() : OptionalInt.of((int) size);
  }
}
