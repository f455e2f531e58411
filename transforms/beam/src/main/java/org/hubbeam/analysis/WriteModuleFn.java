// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.analysis;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Function;
import org.apache.beam.sdk.transforms.DoFn;
import org.hubbeam.files.WholeFile;
import org.hubbeam.plan.AnalyzerResults;
import org.hubbeam.plan.Phase;
import org.hubbeam.plan.TracedFunction;
import org.hubbeam.preprocessing.TracedModule;
import org.jspecify.annotations.Nullable;

/**
 * Writes a traced function with the results of its analyzers as a SavedModel, and outputs its
 * location.
 */
final class WriteModuleFn extends DoFn<AnalyzerResults, String> {
  private static final long serialVersionUID = 1;

  private final TracedFunction trace;
  private final @Nullable Phase phase;
  private final TempFolder temp;

  /**
   * @param phase what is to be computed; null for the outputs of the function
   */
  WriteModuleFn(TracedFunction trace, @Nullable Phase phase, TempFolder temp) {
    this.trace = trace;
    this.phase = phase;
    this.temp = temp;
  }

  /** The file that has the location of the function's module when that is written. */
  static String file(TempFolder temp) {
    return temp.location() + "/" + TracedModule.FUNCTION + ".location";
  }

  /** Writes the module. */
  @ProcessElement
  public void process(@Element AnalyzerResults results, OutputReceiver<String> out)
      throws IOException {
    try (TempFolder.Staged staged = new TempFolder.Staged()) {
      Function<String, Path> paths = staged::path;
      if (phase == null) {
        String location =
            temp.write(
                TracedModule.FUNCTION,
                folder -> TracedModule.writeTransform(trace, results, paths, folder));
        WholeFile.write(file(temp), location);
        out.output(location);
      } else {
        out.output(
            temp.write(
                "phase_" + phase.number(),
                folder -> TracedModule.writePhase(trace, phase, results, paths, folder)));
      }
    }
  }
}
