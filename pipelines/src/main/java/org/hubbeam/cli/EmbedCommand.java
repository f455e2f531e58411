package org.hubbeam.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.options.PipelineOptions;
import org.hubbeam.hub.Hub;
import org.hubbeam.hub.HubOptions;
import org.hubbeam.inference.BlankText;
import org.hubbeam.inference.Limits;
import org.hubbeam.inference.ModuleSpec;
import org.hubbeam.tfrecord.BatchSource;
import org.hubbeam.tfrecord.Corruption;
import org.hubbeam.tfrecord.Manifest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Unmatched;

/** Embeds files: every row of the input with the module's vector for it, as TFRecords. */
@Command(
    name = "embed",
    description = {
      "Embed files: every row of the input with the module's vector for it, as TFRecords.",
      "",
      "Writes PREFIX-00000-of-0000N.tfrecord with the input columns and 'embedding',"
          + " PREFIX.schema.pbtxt, PREFIX.failures.jsonl and, last, PREFIX.manifest.json.",
      "Options of Beam and its runners are passed on: --parallelism=8, --flinkMaster=host:8081.",
      ""
    },
    footer = {
      "",
      "The exit code is 1 when the job failed, or every row did.",
      "Example: hubbeam embed --module=google/nnlm/tensorFlow2/en-dim128/1 --input='texts/*.txt'"
          + " --output=out/vectors"
    })
final class EmbedCommand extends Program {

  @Mixin private HandleOptions handles;
  @Mixin private LoadingOptions loading;
  @Mixin private FunctionOptions function;
  @Unmatched private List<String> engineOptions = new ArrayList<>();

  @Option(names = "--module", required = true, paramLabel = "HANDLE", description = "the module")
  private String module;

  @Option(names = "--input", required = true, paramLabel = "GLOB", description = "files to read")
  private String input;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "PREFIX",
      description = "the start of the names of the files to write")
  private String output;

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
      description = "the output to keep; otherwise the only one, or 'default'")
  private String outputKey = ModuleSpec.Mapping.ONLY;

  @Option(
      names = "--shards",
      defaultValue = "0",
      paramLabel = "N",
      description = "how many files of vectors; 0, as many as the engine likes")
  private int shards;

  @Option(
      names = "--batchRows",
      defaultValue = "1024",
      paramLabel = "N",
      description = "the most rows in one call; otherwise ${DEFAULT-VALUE}")
  private int batchRows;

  @Option(
      names = "--blank",
      defaultValue = "EMBED",
      paramLabel = "POLICY",
      description = "blank texts: ${COMPLETION-CANDIDATES}; otherwise ${DEFAULT-VALUE}")
  private BlankText blank;

  @Option(
      names = "--corrupt",
      defaultValue = "FAIL",
      paramLabel = "POLICY",
      description = "damaged files: ${COMPLETION-CANDIDATES}; otherwise ${DEFAULT-VALUE}")
  private Corruption corrupt;

  @Option(
      names = "--runner",
      defaultValue = "flink",
      paramLabel = "ENGINE",
      description = "flink, direct, or a Beam runner; otherwise ${DEFAULT-VALUE}, in this process")
  private String runner;

  @Option(names = "--overwrite", description = "replace what an earlier run wrote")
  private boolean overwrite;

  @Override
  public Integer call() throws IOException {
    PipelineOptions options = Engine.options(runner, engineOptions, this::near);
    FileSystems.setDefaultPipelineOptions(options);
    if (shards < 0 || batchRows < 1) {
      throw new WrongUse(
          shards < 0
              ? "--shards=" + shards + " must be 0 or more"
              : "--batchRows=" + batchRows + " must be 1 or more");
    }
    EmbedJob.Output target = new EmbedJob.Output(output, shards);
    List<String> existing = target.existing();
    if (!existing.isEmpty() && !overwrite) {
      throw new WrongUse(
          "there is an output already, " + existing.get(0) + "; --overwrite replaces it");
    }
    BatchSource source = inputFormat.source(input).withBatchRows(batchRows).withCorruption(corrupt);
    checkColumn("--column", column, source);
    checkColumn("--idColumn", idColumn, source);
    HubOptions hub = handles.forHandle(module);
    Hub.Resolved resolved = Fetch.resolve(module, hub, err());
    EmbedJob job = new EmbedJob(source, moduleSpec(hub), idColumn, target, resolved);
    EmbedJob.Summary summary = job.run(options, err());
    out().println(summary.text(output));
    Manifest.Counts counts = summary.manifest().counts();
    if (counts.failures() > 0) {
      err().println("what failed, and why: " + target.failures());
    }
    return counts.rows() == 0 && counts.failures() > 0 ? Main.FAILED : 0;
  }

  private ModuleSpec moduleSpec(HubOptions hub) {
    ModuleSpec call =
        ModuleSpec.of(module)
            .withHub(hub)
            .withOptions(loading.module())
            .withFunction(function.choice())
            .withOutput(outputKey, EmbedJob.EMBEDDING)
            .withBlankText(blank)
            .withLimits(Limits.DEFAULT.withRows(batchRows));
    return column == null ? call : call.withInput(column);
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
