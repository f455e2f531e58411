// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.analysis;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Function;
import org.apache.beam.sdk.transforms.DoFn;
import org.hubbeam.plan.AnalyzerResults;
import org.hubbeam.plan.Phase;
import org.hubbeam.plan.Plan;
import org.hubbeam.preprocessing.TracedModule;

/** Writes the module that a phase needs, and outputs its location. */
final class WriteModuleFn extends DoFn<AnalyzerResults, String> {
  private static final long serialVersionUID = 1;

  private final Plan plan;
  private final Phase phase;
  private final TempFolder temp;

  WriteModuleFn(Plan plan, Phase phase, TempFolder temp) {
    this.plan = plan;
    this.phase = phase;
    this.temp = temp;
  }

  /** Writes the module. */
  @ProcessElement
  public void process(@Element AnalyzerResults results, OutputReceiver<String> out)
      throws IOException {
    try (TempFolder.Staged staged = new TempFolder.Staged()) {
      Function<String, Path> paths = staged::path;
      out.output(
          temp.write(
              "phase_" + phase.number(),
              folder -> TracedModule.writePhase(plan, phase, results, paths, folder)));
    }
  }
}
