package org.hubbeam.cli;

import java.io.IOException;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.hubbeam.files.RecordText;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows the first records of a TFRecord file, readable. */
@Command(
    name = "head",
    description = "Show the first records of a TFRecord file, readable: JSON, one a line.",
    footer = {"", "Example: hubbeam head out/vectors-00000-of-00002.tfrecord -n 3"})
final class HeadCommand extends Program {

  @Parameters(paramLabel = "FILE", description = "a TFRecord file, packed or not")
  private String file;

  @Option(
      names = {"-n", "--records"},
      defaultValue = "10",
      paramLabel = "N",
      description = "how many records; otherwise ${DEFAULT-VALUE}")
  private int records;

  @Option(
      names = "--values",
      defaultValue = "8",
      paramLabel = "N",
      description = "how many values of a feature; otherwise ${DEFAULT-VALUE}")
  private int values;

  @Override
  public Integer call() throws IOException {
    FileSystems.setDefaultPipelineOptions(PipelineOptionsFactory.create());
    RecordText.head(file, new RecordText.Extent(records, values)).forEach(out()::println);
    return 0;
  }
}
