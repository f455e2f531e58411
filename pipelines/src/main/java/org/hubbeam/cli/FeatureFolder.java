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
 * Where features go, with the function that makes them.
 *
 * @param folder without a slash at its end
 * @param shards how many files each split has; 0 as many as the engine likes
 */
record FeatureFolder(String folder, int shards) {

  /** The names of the splits that a folder may have. */
  static final List<String> SPLITS = List.of("train", "eval");

  FeatureFolder {
    folder = new OutputFolder(folder).folder();
  }

  private OutputFolder files() {
    return new OutputFolder(folder);
  }

  String manifest() {
    return files().manifest();
  }

  String failures() {
    return files().failures();
  }

  /** The start of the names of a split's files. */
  String prefix(String split) {
    return folder + "/" + split;
  }

  /** What is there of an earlier run. */
  List<String> existing() throws IOException {
    List<String> names = new ArrayList<>(files().existing());
    SPLITS.forEach(s -> names.addAll(BatchSink.existing(prefix(s))));
    for (MatchResult.Metadata file : functionFiles()) {
      names.add(file.resourceId().toString());
    }
    return names;
  }

  /** Removes an earlier run, first the manifest, so that what remains never looks whole. */
  void delete() throws IOException {
    files().delete();
    SPLITS.forEach(s -> BatchSink.deleteExisting(prefix(s)));
    FileSystems.delete(functionFiles().stream().map(MatchResult.Metadata::resourceId).toList());
  }

  private List<MatchResult.Metadata> functionFiles() throws IOException {
    List<MatchResult.Metadata> files = new ArrayList<>();
    for (String part : TransformOutput.PARTS) {
      files.addAll(FilesBelow.of(folder + "/" + part));
    }
    return files;
  }
}
