// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.io.IOException;
import java.util.List;
import org.hubbeam.report.ReportPage;

/**
 * The folder of an evaluation.
 *
 * @param path without a slash at its end
 * @param keeping what stays of it
 */
record EvaluatedFolder(String path, Keeping keeping) implements Output {

  /** What stays of the folder when the program ends. */
  enum Keeping {
    /** Everything. */
    ALL,
    /** Failures, if there are any. */
    FAILURES
  }

  EvaluatedFolder {
    path = new OutputFolder(path).path();
  }

  @Override
  public String told() {
    return keeping == Keeping.ALL ? Output.super.told() : "";
  }

  @Override
  public String folder() {
    return path;
  }

  @Override
  public String manifest() {
    return Output.in(path, "manifest.json");
  }

  @Override
  public String failures() {
    return Output.in(path, "failures.jsonl");
  }

  /** The report for programs. */
  String report() {
    return Output.in(path, ReportPage.JSON_FILE);
  }

  /** The report for people. */
  String page() {
    return Output.in(path, ReportPage.FILE);
  }

  private List<String> files() {
    return List.of(manifest(), report(), page(), failures());
  }

  @Override
  public List<String> existing() {
    return OutputFiles.existing(files());
  }

  @Override
  public void delete() throws IOException {
    OutputFiles.delete(files());
  }
}
