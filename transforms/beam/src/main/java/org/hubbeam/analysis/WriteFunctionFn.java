// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.analysis;

import java.io.IOException;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.values.TupleTag;
import org.hubbeam.files.WholeFile;
import org.hubbeam.plan.AnalyzerResults;
import org.hubbeam.plan.Plan;
import org.hubbeam.preprocessing.TracedModule;

/**
 * Writes a traced function with the results of its analyzers as a SavedModel, and outputs its
 * location. For the rows that were analysed, there is a second one where the analysis refused some.
 */
final class WriteFunctionFn extends DoFn<AnalyzerResults, String> {
  private static final long serialVersionUID = 1;

  /** The function. */
  static final TupleTag<String> FUNCTION = new TupleTag<>("function") {};

  /** The function of the rows that were analysed; the same if none was refused. */
  static final TupleTag<String> OF_ANALYZED = new TupleTag<>("of_analyzed") {};

  private final Plan plan;
  private final TempFolder temp;

  WriteFunctionFn(Plan plan, TempFolder temp) {
    this.plan = plan;
    this.temp = temp;
  }

  /** The file that has the location of the function when that is written. */
  static String file(TempFolder temp) {
    return temp.location() + "/" + TracedModule.FUNCTION + ".location";
  }

  /** The file that has the location of the function of analysed rows. */
  static String fileOfAnalyzed(TempFolder temp) {
    return temp.location() + "/" + TracedModule.FUNCTION + "_of_analyzed.location";
  }

  /** Writes the modules. */
  @ProcessElement
  public void process(@Element AnalyzerResults results, MultiOutputReceiver out)
      throws IOException {
    try (TempFolder.Staged staged = new TempFolder.Staged()) {
      String location =
          temp.write(
              TracedModule.FUNCTION,
              folder -> TracedModule.writeTransform(plan.trace(), results, staged::path, folder));
      String ofAnalyzed =
          results.refusing().isEmpty()
              ? location
              : temp.write(
                  TracedModule.FUNCTION + "_of_analyzed",
                  folder -> TracedModule.writeAnalyzed(plan, results, staged::path, folder));
      WholeFile.write(fileOfAnalyzed(temp), ofAnalyzed);
      WholeFile.write(file(temp), location);
      out.get(OF_ANALYZED).output(ofAnalyzed);
      out.get(FUNCTION).output(location);
    }
  }
}
