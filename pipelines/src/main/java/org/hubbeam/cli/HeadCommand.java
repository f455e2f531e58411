// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.io.IOException;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.hubbeam.files.RecordText;
import org.hubbeam.tfrecord.Corruption;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Prints the first records of a TFRecord file as JSON. */
@Command(
    name = "head",
    description = "Print the first records of a TFRecord file as JSON, one per line.",
    footer = {"", "Example: hubbeam head out/vectors-00000-of-00002.tfrecord -n 3"})
final class HeadCommand extends BaseCommand {

  @Parameters(paramLabel = "FILE", description = "a TFRecord file, compressed or not")
  private String file;

  @Option(
      names = {"-n", "--records"},
      defaultValue = "10",
      paramLabel = "N",
      description = "the number of records (default: ${DEFAULT-VALUE})")
  private int records;

  @Option(
      names = "--values",
      defaultValue = "8",
      paramLabel = "N",
      description = "the maximum number of values per feature (default: ${DEFAULT-VALUE})")
  private int values;

  @Override
  public Integer call() throws IOException {
    FileSystems.setDefaultPipelineOptions(PipelineOptionsFactory.create());
    RecordText.head(file, new RecordText.Extent(records, values), Corruption.FAIL)
        .forEach(out()::println);
    return 0;
  }
}
