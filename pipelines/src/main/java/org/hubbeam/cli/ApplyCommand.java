// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.BatchSchema;
import org.hubbeam.batch.Printable;
import org.hubbeam.hub.Hub;
import org.hubbeam.hub.HubOptions;
import org.hubbeam.inference.Limits;
import org.hubbeam.model.ModuleOptions;
import org.hubbeam.preprocessing.TransformFn;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Applies a preprocessing function that has been fitted to other data. */
@Command(
    name = "apply",
    description = {
      "Apply the output of 'hubbeam transform', or of Python's tf.Transform, to new data.",
      "",
      "Writes PREFIX-00000-of-0000N.tfrecord with the features, PREFIX.schema.pbtxt,"
          + " PREFIX.failures.jsonl and, last, PREFIX.manifest.json.",
      "Other options are passed to Beam and its runner: --parallelism=8, --flinkMaster=host:8081."
    },
    footer = {
      "",
      "The exit code is 1 if the job or every row failed, 3 if more than half of the rows failed.",
      "Example: hubbeam apply --transformOutput=out/features --input=new.csv --output=out/new"
    })
final class ApplyCommand extends JobCommand {

  @Mixin private InputOutputOptions files;
  @Mixin private TableOptions table;
  @Mixin private IsolationOptions isolation;

  @Section(Section.Heading.FUNCTION)
  @Option(
      names = "--transformOutput",
      required = true,
      paramLabel = "DIR",
      description = "the folder with transform_fn/ and metadata/")
  private String transformOutput;

  @Section(Section.Heading.FUNCTION)
  @Option(
      names = "--schema",
      paramLabel = "FILE",
      description =
          "the input columns, as schema.pbtxt; features that need other columns are left out"
              + " (default: those in DIR/metadata)")
  private String schema;

  @Override
  List<String> inputs() {
    return List.of(files.input());
  }

  @Override
  WorkerPlaces places() {
    return new WorkerPlaces(List.of(transformOutput), List.of());
  }

  @Override
  OutputPrefix output() {
    return new OutputPrefix(files.output(), options().shards());
  }

  @Override
  ApplyJob job() throws IOException {
    String folder = transformOutput.replaceFirst("(?<=.)/+$", "");
    FittedFunction.requireFolder("--transformOutput", folder);
    String handle = FittedFunction.handle(folder);
    Hub.Resolved module = Fetch.resolve(handle, HubOptions.fromEnvironment(), err());
    Optional<BatchSchema> columns =
        schema != null
            ? Optional.of(NamedFunction.readSchema(schema))
            : FittedFunction.readSchema(folder);
    List<String> labels =
        schema != null ? List.of() : FeatureManifest.labels(folder + "/manifest.json");
    ModuleOptions options =
        ModuleOptions.DEFAULT.withOriginOf(module).withIsolation(isolation.isolation());
    try (TransformFn loaded = TransformFn.load(module.folder(), options)) {
      FittedFunction all = FittedFunction.match(loaded, columns);
      TransformJob.Input input = input(all.columns(), labels);
      if (input.absent().isEmpty()) {
        return job(all, input, module, handle);
      }
      List<ArraySpec> given = new ArrayList<>(all.columns().columns());
      given.removeAll(input.absent());
      return job(
          FittedFunction.match(loaded, Optional.of(new BatchSchema(given))), input, module, handle);
    }
  }

  private TransformJob.Input input(BatchSchema columns, List<String> labels) {
    try {
      return table.input(files.input(), columns, labels, options());
    } catch (IllegalArgumentException e) {
      String message = String.valueOf(e.getMessage());
      if (schema != null || !message.contains("the schema has")) {
        throw e;
      }
      throw new UsageException(
          message
              + "; give --schema with the columns there are, and features that need others are"
              + " left out");
    }
  }

  private ApplyJob job(
      FittedFunction function, TransformJob.Input input, Hub.Resolved module, String handle) {
    if (!function.lost().isEmpty()) {
      err()
          .println(
              Printable.line(
                  "features left out, because the columns "
                      + function.absent().stream().map(ArraySpec::name).toList()
                      + " are missing: "
                      + function.lost()));
    }
    return new ApplyJob(
        input,
        function
            .spec(handle)
            .withOptions(ModuleOptions.DEFAULT.withIsolation(isolation.isolation()))
            .withLimits(Limits.DEFAULT.withRows(options().batchRows())),
        function.absent(),
        output(),
        module);
  }
}
