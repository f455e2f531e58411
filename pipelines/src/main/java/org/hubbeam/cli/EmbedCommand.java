package org.hubbeam.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.options.PipelineOptions;
import org.hubbeam.hub.Hub;
import org.hubbeam.hub.HubOptions;
import org.hubbeam.inference.BlankText;
import org.hubbeam.inference.Limits;
import org.hubbeam.inference.ModuleSpec;
import org.hubbeam.inference.RunModule;
import org.hubbeam.tfrecord.BatchSource;
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
  @Mixin private JobOptions job;
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
  public Integer call() throws IOException {
    Natives.loadAhead();
    PipelineOptions options = job.pipeline(engineOptions, this::near);
    OutputPrefix target = new OutputPrefix(output, job.shards());
    job.checkExisting(target.existing());
    BatchSource source = job.limited(inputFormat.source(input));
    checkColumn("--column", column, source);
    checkColumn("--idColumn", idColumn, source);
    HubOptions hub = handles.forHandle(module);
    Hub.Resolved resolved = Fetch.resolve(module, hub, err());
    RunModule call = RunModule.of(moduleSpec(hub));
    EmbedJob embed =
        new EmbedJob(
            source,
            List.of(),
            idColumn == null ? call : call.withIdColumn(idColumn),
            resolved,
            List.of(),
            target);
    EmbedJob.Summary summary = embed.run(options, err());
    out().println(summary.text(output));
    Manifest.Counts counts = summary.manifest().counts();
    return outcome(counts.rows(), counts.failures(), target.failures());
  }

  private ModuleSpec moduleSpec(HubOptions hub) {
    ModuleSpec call =
        ModuleSpec.of(module)
            .withHub(hub)
            .withOptions(loading.module())
            .withFunction(function.choice())
            .withOutput(outputKey, EmbedJob.EMBEDDING)
            .withBlankText(blank)
            .withNonFinite(nonFinite)
            .withLimits(Limits.DEFAULT.withRows(job.batchRows()));
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
