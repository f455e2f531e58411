// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.io.fs.MatchResult;
import org.hubbeam.files.BatchSink;
import org.hubbeam.files.FilesBelow;
import org.hubbeam.preprocessing.TransformOutput;

/**
 * A folder of features, with the preprocessing function that makes them.
 *
 * @param path without a slash at its end
 * @param shards how many files each split has; 0 lets the engine choose
 */
record FeatureFolder(String path, int shards) implements Output {

  /** The names of the splits that a folder may have. */
  static final List<String> SPLITS = List.of("train", "eval");

  FeatureFolder {
    path = new OutputFolder(path).path();
  }

  private OutputFolder files() {
    return new OutputFolder(path);
  }

  @Override
  public String folder() {
    return path;
  }

  @Override
  public String manifest() {
    return files().manifest();
  }

  @Override
  public String failures() {
    return files().failures();
  }

  /** The start of the names of a split's files. */
  String prefix(String split) {
    return path + "/" + split;
  }

  @Override
  public List<String> existing() throws IOException {
    List<String> names = new ArrayList<>(files().existing());
    SPLITS.forEach(s -> names.addAll(BatchSink.existing(prefix(s))));
    for (MatchResult.Metadata file : functionFiles()) {
      names.add(file.resourceId().toString());
    }
    return names;
  }

  @Override
  public void delete() throws IOException {
    files().delete();
    SPLITS.forEach(s -> BatchSink.deleteExisting(prefix(s)));
    FileSystems.delete(functionFiles().stream().map(MatchResult.Metadata::resourceId).toList());
  }

  private List<MatchResult.Metadata> functionFiles() throws IOException {
    List<MatchResult.Metadata> files = new ArrayList<>();
    for (String part : TransformOutput.PARTS) {
      files.addAll(FilesBelow.of(path + "/" + part));
    }
    return files;
  }
}
