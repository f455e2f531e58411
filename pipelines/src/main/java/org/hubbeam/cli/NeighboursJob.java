// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.values.PCollection;
import org.hubbeam.batch.Failure;
import org.hubbeam.files.RunFolder;
import org.hubbeam.files.WrittenFiles;
import org.hubbeam.neighbours.NearestNeighbours;

/**
 * Reads embeddings, and writes them with their neighbours in an index.
 *
 * @param step what is done, in words
 */
record NeighboursJob(
    EmbeddingsOptions.Prepared input, NearestNeighbours search, String step, OutputPrefix output)
    implements Job {

  private static final String ROWS = "rows_joined";

  @Override
  public String activity() {
    return "finding neighbours of " + input.embeddings().prefix();
  }

  @Override
  public List<ProgressDisplay.Stage> stages(Supplier<Whole> whole) {
    return List.of(new ProgressDisplay.Stage("searching", List.of(ROWS), whole));
  }

  @Override
  public Built build(Pipeline pipeline, List<PCollection<Failure>> failures) throws IOException {
    NearestNeighbours.Result found = input.read(pipeline, failures).apply("Neighbours", search);
    failures.add(found.failures());
    output.delete();
    return new Built(
        output.write(found.batches(), ROWS, input.vectors().toPack()),
        new RowsJoined(input.embeddings().manifest().toString(), step, output));
  }

  /** What is known before the run. */
  private record RowsJoined(String embeddings, String step, OutputPrefix output) implements Finish {

    @Override
    public DerivedManifest manifest(RunFolder run, long failures) throws IOException {
      WrittenFiles written = output.written(run);
      return new DerivedManifest(
          embeddings,
          step,
          Map.of("row", written.rows()),
          failures,
          written.names(),
          Map.of(),
          List.of());
    }
  }
}
