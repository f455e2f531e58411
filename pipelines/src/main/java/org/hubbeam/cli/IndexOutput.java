// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.io.fs.MatchResult;
import org.apache.beam.sdk.io.fs.ResourceId;
import org.hubbeam.files.FilesBelow;
import org.hubbeam.search.IndexDescription;
import org.hubbeam.search.IndexFolder;

/**
 * The folder of an index.
 *
 * @param path without a slash at its end
 * @param write what becomes of an index that is there
 */
record IndexOutput(String path, Write write) implements Output {

  /** What becomes of an index that is there. */
  enum Write {
    /** It is replaced. */
    NEW,
    /** It gets another generation. */
    CHANGE
  }

  IndexOutput {
    path = new OutputFolder(path).path();
  }

  @Override
  public String folder() {
    return path;
  }

  @Override
  public String manifest() {
    return Output.in(path, IndexDescription.FILE);
  }

  @Override
  public String failures() {
    return Output.in(path, "failures.jsonl");
  }

  /** What a run left that did not end is no index, and is replaced. */
  @Override
  public List<String> existing() throws IOException {
    if (write == Write.CHANGE) {
      return List.of();
    }
    List<String> names = new ArrayList<>(OutputFiles.existing(List.of(manifest())));
    List<ResourceId> parts = parts();
    if (names.isEmpty() && !parts.isEmpty()) {
      return List.of();
    }
    parts.forEach(part -> names.add(part.toString()));
    names.addAll(OutputFiles.existing(List.of(failures())));
    return names;
  }

  private List<ResourceId> parts() throws IOException {
    return FilesBelow.directly(path, IndexFolder::isPart).stream()
        .map(MatchResult.Metadata::resourceId)
        .toList();
  }

  @Override
  public void delete() throws IOException {
    OutputFiles.delete(
        write == Write.NEW
            ? List.of(manifest(), failures(), Output.in(path, EvaluationPlot.FILE))
            : List.of(failures()));
    if (write == Write.NEW) {
      FileSystems.delete(parts());
    }
  }
}
