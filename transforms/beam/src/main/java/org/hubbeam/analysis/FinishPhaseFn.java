// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.analysis;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.values.PCollectionView;
import org.hubbeam.batch.FileTrees;
import org.hubbeam.plan.AnalyzerResults;
import org.hubbeam.plan.Phase;

/** Adds the results of a phase to those of the phases before it. */
final class FinishPhaseFn extends DoFn<byte[], AnalyzerResults> {
  private static final long serialVersionUID = 1;

  private final Phase phase;
  private final PCollectionView<Iterable<AnalyzerResults>> others;
  private final TempFolder temp;

  /**
   * @param others the results of earlier phases, and those of this phase that are not in the
   *     summary
   */
  FinishPhaseFn(Phase phase, PCollectionView<Iterable<AnalyzerResults>> others, TempFolder temp) {
    this.phase = phase;
    this.others = others;
    this.temp = temp;
  }

  /** Finishes the phase. */
  @ProcessElement
  public void process(ProcessContext context, @Element byte[] summary) throws IOException {
    Path folder = Files.createTempDirectory("hubbeam-finish");
    try {
      AnalyzerResults summarized = MergeSummaries.summary(phase, summary).finish(folder);
      Map<String, AnalyzerResults.File> files = new LinkedHashMap<>();
      for (Map.Entry<String, AnalyzerResults.File> file : summarized.files().entrySet()) {
        files.put(file.getKey(), moved(file.getValue()));
      }
      AnalyzerResults results = AnalyzerResults.NONE;
      for (AnalyzerResults other : context.sideInput(others)) {
        results = results.with(other);
      }
      results =
          results.with(new AnalyzerResults(summarized.arrays(), files, summarized.refusing()));
      check(results);
      context.output(results);
    } finally {
      FileTrees.delete(folder);
    }
  }

  private void check(AnalyzerResults results) {
    for (Phase.Step step : phase.steps()) {
      for (String output : step.node().outputs()) {
        if (!results.arrays().containsKey(output) && !results.files().containsKey(output)) {
          throw new IllegalStateException(
              "the analyzer " + step.node().name() + " returned no result");
        }
      }
    }
  }

  private AnalyzerResults.File moved(AnalyzerResults.File file) throws IOException {
    String location = temp.write(file.name(), path -> Files.copy(Path.of(file.location()), path));
    return new AnalyzerResults.File(file.name(), location, file.size());
  }
}
