package org.hubbeam.cli;

import java.util.ArrayList;
import java.util.List;
import org.hubbeam.files.BatchSource;
import org.hubbeam.inference.BlankText;
import org.hubbeam.inference.ModuleSpec;
import org.hubbeam.inference.PostProcessVectors;
import org.hubbeam.vectors.Pooling;
import org.hubbeam.vectors.PostProcessing;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Embeds files: every row of the input with the module's vector for it, as TFRecords. */
@Command(
    name = "embed",
    description = {
      "Embed files: every row of the input with the module's vector for it, as TFRecords.",
      "",
      "Writes PREFIX-00000-of-0000N.tfrecord with the input columns and 'embedding',"
          + " PREFIX.schema.pbtxt, PREFIX.failures.jsonl and, last, PREFIX.manifest.json.",
      "Pictures and sounds are files, one a row, and clips windows of files; they are made what the"
          + " module takes, and the columns are 'file', and 'start_seconds', 'end_seconds' of"
          + " clips.",
      "Options of Beam and its runners are passed on: --parallelism=8, --flinkMaster=host:8081.",
      ""
    },
    footer = {
      "",
      "The exit code is 1 when the job failed, or every row did.",
      "Example: hubbeam embed --module=google/nnlm/tensorFlow2/en-dim128/1 --input='texts/*.txt'"
          + " --output=out/vectors"
    })
final class EmbedCommand extends JobProgram {

  @Mixin private ChainOptions chain;
  @Mixin private FromTo files;
  @Mixin private MediaOptions media;
  @Mixin private VectorOptions vectors;

  @Option(
      names = "--inputFormat",
      defaultValue = "text",
      paramLabel = "FORMAT",
      description = "${COMPLETION-CANDIDATES}; otherwise ${DEFAULT-VALUE}")
  private InputFormat inputFormat;

  @Option(
      names = "--column",
      paramLabel = "NAME",
      description = "the column that is embedded; otherwise columns go to inputs of their names")
  private String column;

  @Option(
      names = "--idColumn",
      paramLabel = "NAME",
      description = "the column that names a row in failures; otherwise file@offset")
  private String idColumn;

  @Option(
      names = "--outputKey",
      paramLabel = "NAME",
      description = "the output to keep as 'embedding'; otherwise the only one, or 'default'")
  private String outputKey;

  @Option(
      names = "--outputs",
      paramLabel = "NAME",
      split = ",",
      description = "outputs to keep under their own names, instead of one as 'embedding'")
  private List<String> outputs = new ArrayList<>();

  @Option(
      names = "--decode",
      paramLabel = "KIND",
      description = "what --column holds, encoded: ${COMPLETION-CANDIDATES}")
  private Media decode;

  @Option(
      names = "--blank",
      defaultValue = "EMBED",
      paramLabel = "POLICY",
      description = "blank texts: ${COMPLETION-CANDIDATES}; otherwise ${DEFAULT-VALUE}")
  private BlankText blank;

  @Option(
      names = "--nonFinite",
      paramLabel = "POLICY",
      defaultValue = "PASS",
      description =
          "vectors with NaN or infinity: ${COMPLETION-CANDIDATES}; otherwise ${DEFAULT-VALUE}")
  private ModuleSpec.NonFinite nonFinite;

  @Override
  List<String> inputs() {
    return List.of(files.input());
  }

  @Override
  OutputPrefix output() {
    return new OutputPrefix(files.output(), options().shards());
  }

  @Override
  EmbedJob job() {
    checkMedia();
    BatchSource source = options().limited(inputFormat.source(files.input()));
    checkColumn("--column", column, source);
    checkColumn("--idColumn", idColumn, source);
    ModuleCalls calls = chain.calls(err()).withIdColumn(idColumn()).withRows(options().batchRows());
    calls = calls.withFirst(calls.first().withBlankText(blank));
    calls = calls.withLast(last(calls.last()));
    if (vectors.mask() != null && calls.links().size() > 1) {
      calls = calls.keeping(vectors.mask());
    }
    Media kind = decode == null ? inputFormat.media().orElse(null) : decode;
    MediaOptions.Prepared prepared =
        kind == null
            ? new MediaOptions.Prepared(List.of(), taking(calls.first()), List.of(), null)
            : media.prepare(kind, column, calls.first());
    calls = calls.withFirst(prepared.spec());
    return new EmbedJob(
        "embedding",
        source,
        prepared.steps(),
        calls,
        after(calls, prepared.made()),
        vectors.isPacked() ? List.of(vector()) : List.of(),
        output());
  }

  private ModuleSpec taking(ModuleSpec spec) {
    return column == null ? spec : spec.withInput(column);
  }

  private String idColumn() {
    return idColumn == null && inputFormat.media().isPresent() ? MediaOptions.FILE : idColumn;
  }

  private void checkMedia() {
    if (decode != null && column == null) {
      throw new WrongUse("--decode=" + decode + " needs --column, which holds the bytes");
    }
    if (inputFormat.media().isPresent() && (decode != null || column != null)) {
      throw new WrongUse(
          "--inputFormat="
              + inputFormat
              + " reads whole files; --column and --decode are for others");
    }
    if (outputKey != null && !outputs.isEmpty()) {
      throw new WrongUse("--outputKey and --outputs exclude each other");
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

  /** Columns of the module alone are left out, then sequences and clips pooled, then the rest. */
  private List<Step> after(ModuleCalls calls, List<String> made) {
    List<Step> steps = new ArrayList<>();
    if (!made.isEmpty()) {
      steps.add(Step.dropping("DropPixels", made));
    }
    PostProcessing asked = vectors.steps();
    boolean pools = vectors.clips() != VectorOptions.Clips.EACH_WINDOW;
    if (outputs.size() > 1 && (pools || !asked.equals(PostProcessing.NONE))) {
      throw new WrongUse(
          "--pool, --poolClips, --project, --normalize and --storage are for one output");
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

  /** Adds a step on the vectors, looked at beforehand where they come from the call as it is. */
  private void add(List<Step> steps, String name, PostProcessing asked, ModuleSpec call) {
    if (asked.equals(PostProcessing.NONE)) {
      return;
    }
    PostProcessVectors step = PostProcessVectors.of(asked, vector());
    step = idColumn() == null ? step : step.withIdColumn(idColumn());
    step = call == null ? step : step.after(call);
    steps.add(Step.of(name, asked.describe(), step));
  }

  private static void checkColumn(String option, String name, BatchSource source) {
    source
        .columns()
        .ifPresent(
            columns -> {
              if (name != null && !columns.contains(name)) {
                throw new WrongUse(option + "=" + name + ": the input has the columns " + columns);
              }
            });
  }
}
