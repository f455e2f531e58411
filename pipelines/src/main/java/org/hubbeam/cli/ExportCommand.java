// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.io.IOException;
import java.util.List;
import org.hubbeam.batch.BatchSchema;
import org.hubbeam.files.BatchSource;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Writes the vectors of files that embed has made to a store. */
@Command(
    name = "export",
    description = {
      "Write the rows of TFRecord files, with their vectors, to a database or files of another"
          + " tool.",
      "",
      "Reads PREFIX-*.tfrecord and PREFIX.schema.pbtxt, as embed writes them. A row is written by"
          + " its id: run again, it leaves the same rows. Writes PREFIX.export.failures.jsonl and,"
          + " last, PREFIX.export.manifest.json.",
      "A password is read from a file or a variable of the environment, and never written anywhere."
    },
    footer = {
      "",
      "The exit code is 1 if the job or every row failed, 3 if more than half of the rows failed.",
      "Example: hubbeam export --input=out/vectors --to=jdbc:postgresql://localhost/docs"
          + " --table=sentences --createTable --passwordEnv=DB_PASSWORD"
    })
final class ExportCommand extends JobCommand {

  @Section(Section.Heading.INPUT)
  @Option(
      names = "--input",
      required = true,
      paramLabel = "PREFIX",
      description = "the prefix of the names of the files: embed's --output")
  private String input;

  @Section(Section.Heading.OUTPUT)
  @Option(
      names = "--output",
      paramLabel = "PREFIX",
      description =
          "the prefix of the names of the failures and the manifest (default: --input.export)")
  private @Nullable String output;

  @Mixin private SinkOptions store;

  private String glob() {
    return input + "-*-of-*.tfrecord";
  }

  @Override
  List<String> inputs() {
    return List.of(glob());
  }

  @Override
  OutputPrefix output() {
    return new OutputPrefix(output == null ? input + ".export" : output, 0);
  }

  @Override
  ExportJob job() throws IOException {
    if (!store.isGiven()) {
      throw new UsageException("--to is missing: where the vectors go");
    }
    String schemaFile = input + ".schema.pbtxt";
    BatchSchema schema =
        BatchSchema.parse(
            OutputFiles.text(schemaFile)
                .orElseThrow(
                    () ->
                        new UsageException(
                            "--input="
                                + input
                                + ": there is no "
                                + schemaFile
                                + "; give the --output of embed")));
    BatchSource source = options().limited(BatchSource.tfrecord(glob(), schema));
    Destination to = store.destination(SinkColumns.Missing.REFUSE, schema, options());
    return new ExportJob(input, source, to, output());
  }
}
