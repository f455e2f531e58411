// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.files.BatchSource;
import org.hubbeam.files.StandardColumns;
import org.hubbeam.inference.BlankText;
import org.hubbeam.inference.FunctionSignature;
import org.hubbeam.inference.ModuleSpec;
import org.hubbeam.inference.PostProcessVectors;
import org.hubbeam.inference.SplitTexts;
import org.hubbeam.vectors.Pooling;
import org.hubbeam.vectors.PostProcessing;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Computes embeddings of files and writes them as TFRecords. */
@Command(
    name = "embed",
    description = {
      "Compute embeddings of files and write them as TFRecords.",
      "",
      "Writes PREFIX-00000-of-0000N.tfrecord with the input columns and 'embedding',"
          + " PREFIX.schema.pbtxt, PREFIX.failures.jsonl and, last, PREFIX.manifest.json.",
      "With --to, the rows go to a store instead of TFRecord files. Where they have no column 'id',"
          + " their ids are file@offset.",
      "Each image or audio file is one row; a video file has one row per window of frames. They are"
          + " decoded as the module requires. The output columns are 'file' and, for video,"
          + " 'start_seconds' and 'end_seconds'.",
      "Other options are passed to Beam and its runner: --parallelism=8, --flinkMaster=host:8081."
    },
    footer = {
      "",
      "The exit code is 1 if the job or every row failed, 3 if more than half of the rows failed.",
      "Example: hubbeam embed --module=google/nnlm/tensorFlow2/en-dim128/1 --input='texts/*.txt'"
          + " --output=out/vectors"
    })
final class EmbedCommand extends JobCommand {

  @Mixin private ChainOptions chain;
  @Mixin private InputOutputOptions files;
  @Mixin private DialectOptions dialect;
  @Mixin private ColumnTypes types;
  @Mixin private MediaOptions media;
  @Mixin private ChunkOptions chunks;
  @Mixin private VectorOptions vectors;
  @Mixin private SinkOptions store;

  @Section(Section.Heading.INPUT)
  @Option(
      names = "--inputFormat",
      paramLabel = "FORMAT",
      description =
          "${COMPLETION-CANDIDATES} (default: detected from the names of the files, or their"
              + " bytes)")
  private @Nullable InputFormat inputFormat;

  private @Nullable InputFormat format;

  @Section(Section.Heading.INPUT)
  @Option(
      names = "--column",
      paramLabel = "NAME",
      description =
          "the column to embed (default: the columns named like the inputs of the function)")
  private String column;

  @Section(Section.Heading.INPUT)
  @Option(
      names = "--idColumn",
      paramLabel = "NAME",
      description = "the column that identifies a row in failures (default: file@offset)")
  private String idColumn;

  @Section(Section.Heading.OUTPUT)
  @Option(
      names = "--outputKey",
      paramLabel = "NAME",
      description =
          "the output to write as 'embedding' (default: the only one, 'default', or the only one of"
              + " floating point numbers)")
  private String outputKey;

  @Section(Section.Heading.OUTPUT)
  @Option(
      names = "--outputs",
      paramLabel = "NAME",
      split = ",",
      description = "outputs to write under their own names, instead of one as 'embedding'")
  private List<String> outputs = new ArrayList<>();

  @Section(Section.Heading.INPUT)
  @Option(
      names = "--decode",
      paramLabel = "KIND",
      description = "decode the bytes in --column as ${COMPLETION-CANDIDATES}")
  private Media decode;

  @Section(Section.Heading.INPUT)
  @Option(
      names = "--raw",
      description =
          "pass each record of a TFRecord file undecoded to the only input of the function"
              + " (default: if the function parses records itself)")
  private boolean raw;

  @Section(Section.Heading.OUTPUT)
  @Option(
      names = "--keepRecord",
      description = "write undecoded records, too, as the column 'record'")
  private boolean keepRecord;

  @Section(Section.Heading.FAILURES)
  @Option(
      names = "--blank",
      defaultValue = "EMBED",
      paramLabel = "POLICY",
      description =
          "what to do with blank texts: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})")
  private BlankText blank;

  @Section(Section.Heading.FAILURES)
  @Option(
      names = "--nonFinite",
      paramLabel = "POLICY",
      defaultValue = "PASS",
      description =
          "what to do with vectors that have NaN or infinite values: ${COMPLETION-CANDIDATES}"
              + " (default: ${DEFAULT-VALUE})")
  private ModuleSpec.NonFinite nonFinite;

  @Override
  List<String> inputs() {
    return List.of(files.input());
  }

  @Override
  WorkerPlaces places() {
    return chain.places();
  }

  @Override
  Whole whole() {
    return format()
        .media()
        .map(media -> media == Media.video ? Whole.UNKNOWN : Whole.files(inputs()))
        .orElseGet(super::whole);
  }

  @Override
  OutputPrefix output() {
    return new OutputPrefix(files.output(), options().shards());
  }

  @Override
  EmbedJob job() throws IOException {
    EmbedJob job = embedding();
    if (!store.isGiven()) {
      refuse(Set.of(Section.Heading.STORE), "requires --to");
      return job;
    }
    return job.to(store.destination(SinkColumns.Missing.ORIGIN, null, options()));
  }

  private EmbedJob embedding() {
    checkMedia();
    ModuleCalls calls = chain.calls(err()).withIdColumn(idColumn()).withRows(options().batchRows());
    if (inputFormat == null
        && format() == InputFormat.image
        && MediaOptions.takesClips(calls.first())) {
      format = InputFormat.video;
    }
    boolean records = takesRecords(calls.first());
    BatchSource source =
        options().limited(records ? records() : format().source(files.input(), dialect.text()));
    checkColumn("--column", column, source);
    checkColumn("--idColumn", idColumn, source);
    calls = calls.withFirst(calls.first().withBlankText(blank));
    calls = calls.withLast(last(calls.last()));
    checkWritten(FunctionSignature.find(calls.last()).outputs());
    if (vectors.mask() != null && calls.links().size() > 1) {
      calls = calls.keeping(vectors.mask());
    }
    Media kind = decode == null ? format().media().orElse(null) : decode;
    if (chunks.isGiven() && (records || kind != null)) {
      throw new UsageException(
          "--chunk is for texts, not for " + (records ? "undecoded records" : kind + "s"));
    }
    String taken = textColumn(source);
    refuse(
        MediaOptions.unused(kind), "is not for " + (kind == null ? "text and tables" : kind + "s"));
    MediaOptions.Prepared prepared =
        records
            ? undecoded(calls.first())
            : kind == null
                ? new MediaOptions.Prepared(
                    List.of(), types.lists(taking(calls.first(), taken)), List.of(), null)
                : media.prepare(kind, column, calls.first());
    calls = calls.withFirst(prepared.spec());
    if (prepared.steps().isEmpty()) {
      ModuleSpec first = calls.first();
      source.columns().ifPresent(columns -> FunctionSignature.requireColumns(first, columns));
    }
    List<Step> before = new ArrayList<>(prepared.steps());
    if (chunks.isGiven() && taken != null) {
      before.add(chunks.step(taken, documentId(), source));
    }
    return new EmbedJob(
        "embedding",
        typed(source, prepared, calls.first()),
        before,
        calls,
        after(calls, prepared.made()),
        vectors.isPacked() ? List.of(vector()) : List.of(),
        VectorRecipe.of(
            records
                ? VectorRecipe.Input.record
                : kind == null ? VectorRecipe.Input.text : VectorRecipe.Input.valueOf(kind.name()),
            given()),
        output(),
        null);
  }

  /** The column that the first module takes; null where its inputs tell. */
  private @Nullable String textColumn(BatchSource source) {
    boolean told = chunks.isGiven() || format() == InputFormat.document;
    return told ? chunks.column(column, format(), source) : column;
  }

  /** What the files hold: what the user says, or what they look like. */
  private InputFormat format() {
    if (format == null) {
      InputFiles input = new InputFiles(files.input(), dialect.text());
      InputFormat found =
          inputFormat == null ? input.format().orElse(InputFormat.text) : inputFormat;
      if (inputFormat == null && found == InputFormat.text && dialect.isCsv()) {
        found = InputFormat.csv;
      }
      if (inputFormat == null && found == InputFormat.text && chunks.isGiven()) {
        found = InputFormat.document;
      }
      input.check(found);
      format = found;
    }
    return format;
  }

  /** The source with columns as the function declares them, where it takes those of the files. */
  private BatchSource typed(BatchSource source, MediaOptions.Prepared prepared, ModuleSpec first) {
    boolean table = format() == InputFormat.csv || format() == InputFormat.jsonl;
    boolean examples = format() == InputFormat.tfrecord && !takesRecords(first);
    boolean taken = prepared.steps().isEmpty() && (table || examples);
    return types.read(
        source,
        taken ? FunctionSignature.columns(first, source.columns().orElse(null)) : List.of());
  }

  /** Whether records go to the function as they are. */
  private boolean takesRecords(ModuleSpec first) {
    if (raw) {
      return true;
    }
    return format() == InputFormat.tfrecord
        && column == null
        && FunctionSignature.find(first).recordInput() != null;
  }

  private BatchSource records() {
    return idColumn == null
        ? BatchSource.records(files.input())
        : BatchSource.records(files.input(), idColumn);
  }

  private MediaOptions.Prepared undecoded(ModuleSpec spec) {
    return new MediaOptions.Prepared(
        List.of(),
        spec.withInput(StandardColumns.RECORD),
        keepRecord ? List.of() : List.of(StandardColumns.RECORD),
        null);
  }

  private static ModuleSpec taking(ModuleSpec spec, @Nullable String taken) {
    return taken == null ? spec : spec.withInput(taken);
  }

  /** The column that names a row behind the steps before the modules. */
  private String idColumn() {
    return chunks.isGiven() ? SplitTexts.ID : documentId();
  }

  /** The column that names a row as it is read. */
  private String documentId() {
    boolean files = format().media().isPresent() || format() == InputFormat.document;
    return idColumn == null && files ? MediaOptions.FILE : idColumn;
  }

  private void checkMedia() {
    if ((format() == InputFormat.text || format() == InputFormat.document) && column != null) {
      throw new UsageException(
          "--column="
              + column
              + ": "
              + files.input()
              + " is read as text, whose lines have no columns; --inputFormat=csv, jsonl or"
              + " tfrecord reads columns");
    }
    if (format() != InputFormat.csv && dialect.isCsv()) {
      throw new UsageException(
          "--delimiter, --quote, --header, --columnNames and --listDelimiter are for CSV; "
              + files.input()
              + " is read as "
              + format());
    }
    if (decode != null && column == null) {
      throw new UsageException(
          "--decode=" + decode + " requires --column, the column of the bytes");
    }
    if (format().media().isPresent() && (decode != null || column != null)) {
      throw new UsageException(
          "--inputFormat=" + format() + " reads whole files and excludes --column and --decode");
    }
    if (raw && (format() != InputFormat.tfrecord || column != null || decode != null)) {
      throw new UsageException(
          "--raw requires --inputFormat=tfrecord and excludes --column and --decode");
    }
    if (outputKey != null && !outputs.isEmpty()) {
      throw new UsageException("--outputKey and --outputs are mutually exclusive");
    }
  }

  private ModuleSpec last(ModuleSpec spec) {
    ModuleSpec call = spec.withNonFinite(nonFinite);
    if (outputs.isEmpty()) {
      String key = outputKey == null ? ModuleSpec.Mapping.ONLY : outputKey;
      return call.withOutput(key, EmbedJob.EMBEDDING);
    }
    for (String output : outputs) {
      call = call.withOutput(output);
    }
    return call;
  }

  /** Sees to it that the outputs that are asked for can be features of a {@code tf.Example}. */
  private void checkWritten(List<ArraySpec> given) {
    List<String> asked =
        !outputs.isEmpty() ? outputs : outputKey == null ? List.of() : List.of(outputKey);
    for (ArraySpec output : given) {
      boolean written = asked.isEmpty() ? given.size() == 1 : asked.contains(output.name());
      if (written && output.dtype().isComplex()) {
        throw new UsageException(
            "the output '"
                + output.name()
                + "' is "
                + output.dtype()
                + ", which tf.Example has not; choose others with --outputKey or --outputs: "
                + given);
      }
    }
  }

  /** The steps after the modules, in their order. */
  private List<Step> after(ModuleCalls calls, List<String> made) {
    List<Step> steps = new ArrayList<>();
    if (!made.isEmpty()) {
      steps.add(Step.dropping("DropInputs", made));
    }
    PostProcessing asked = vectors.steps();
    boolean pools = vectors.clips() != VectorOptions.Clips.EACH_WINDOW;
    if (outputs.size() > 1 && (pools || !asked.equals(PostProcessing.NONE))) {
      throw new UsageException(
          "--pool, --poolClips, --projection, --normalize and --storage require a single output");
    }
    if (pools) {
      add(steps, "Pool", asked.beforeProjection(), calls.last());
      steps.add(vectors.clips().pooling(vector()));
      asked = asked.withPooling(Pooling.NONE);
    }
    add(steps, "Vectors", asked, pools ? null : calls.last());
    if (!calls.kept().isEmpty()) {
      steps.add(Step.dropping("DropMask", calls.kept()));
    }
    return steps;
  }

  private String vector() {
    return outputs.isEmpty() ? EmbedJob.EMBEDDING : outputs.get(0);
  }

  /**
   * Adds a step on the vectors, if there is something to do.
   *
   * @param call the call whose output the step gets, to check its shape; null if it gets another
   */
  private void add(List<Step> steps, String name, PostProcessing asked, @Nullable ModuleSpec call) {
    if (asked.equals(PostProcessing.NONE)) {
      return;
    }
    PostProcessVectors step = PostProcessVectors.of(asked, vector());
    step = idColumn() == null ? step : step.withIdColumn(idColumn());
    step = call == null ? step : step.after(call);
    steps.add(ProjectionJson.step(name, asked.describe(), step));
  }

  private static void checkColumn(String option, String name, BatchSource source) {
    source
        .columns()
        .ifPresent(
            columns -> {
              if (name != null && !columns.contains(name)) {
                throw new UsageException(
                    option
                        + "="
                        + name
                        + ": no such column; the columns are "
                        + columns
                        + (columns.size() == 1 && columns.get(0).matches(".*[;|\t,].*")
                            ? "; is there another --delimiter?"
                            : ""));
              }
            });
  }
}
