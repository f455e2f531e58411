package org.hubbeam.cli;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.BatchSchema;
import org.hubbeam.hub.Hub;
import org.hubbeam.hub.HubOptions;
import org.hubbeam.inference.Limits;
import org.hubbeam.preprocessing.TransformFn;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Applies a fitted preprocessing function to data that came later. */
@Command(
    name = "apply",
    description = {
      "Apply a fitted preprocessing function to data that came later.",
      "",
      "The function is that of 'hubbeam transform', or one that Python's tf.Transform wrote.",
      "Writes PREFIX-00000-of-0000N.tfrecord with the features, PREFIX.schema.pbtxt,"
          + " PREFIX.failures.jsonl and, last, PREFIX.manifest.json.",
      "Options of Beam and its runners are passed on: --parallelism=8, --flinkMaster=host:8081.",
      ""
    },
    footer = {
      "",
      "The exit code is 1 when the job failed, or every row did.",
      "Example: hubbeam apply --transformOutput=out/features --input=new.csv --output=out/new"
    })
final class ApplyCommand extends JobProgram {

  @Mixin private FromTo files;
  @Mixin private TableOptions table;

  @Option(
      names = "--transformOutput",
      required = true,
      paramLabel = "DIR",
      description = "the folder with transform_fn/ and metadata/")
  private String transformOutput;

  @Option(
      names = "--schema",
      paramLabel = "FILE",
      description = {
        "the raw columns, as schema.pbtxt; otherwise those of DIR/metadata.",
        "Features that need a column which is not in it are left out"
      })
  private String schema;

  @Override
  List<String> inputs() {
    return List.of(files.input());
  }

  @Override
  OutputPrefix output() {
    return new OutputPrefix(files.output(), options().shards());
  }

  @Override
  ApplyJob job() throws IOException {
    String folder = transformOutput.replaceFirst("(?<=.)/+$", "");
    Hub.Resolved module =
        Fetch.resolve(FittedFunction.handle(folder), HubOptions.fromEnvironment(), err());
    FittedFunction function = function(folder, module);
    if (!function.lost().isEmpty()) {
      err()
          .println(
              "without the columns "
                  + function.absent().stream().map(ArraySpec::name).toList()
                  + " there are no "
                  + function.lost());
    }
    return new ApplyJob(
        table.input(files.input(), function.columns(), options()),
        function.spec(module.handle()).withLimits(Limits.DEFAULT.withRows(options().batchRows())),
        function.absent(),
        output(),
        module);
  }

  private FittedFunction function(String folder, Hub.Resolved module) throws IOException {
    Optional<BatchSchema> columns =
        schema != null ? Optional.of(NamedFunction.schema(schema)) : FittedFunction.schema(folder);
    try (TransformFn loaded = TransformFn.load(module.folder())) {
      return FittedFunction.of(loaded, columns);
    }
  }
}
