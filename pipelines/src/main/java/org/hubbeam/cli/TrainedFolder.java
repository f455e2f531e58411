// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.io.fs.MatchResult;
import org.apache.beam.sdk.io.fs.MoveOptions;
import org.hubbeam.files.FilesBelow;
import org.hubbeam.files.RunFolder;
import org.hubbeam.learning.Training;

/**
 * The folder of a trained module, with its report, failures and manifest.
 *
 * @param path without a slash at its end
 */
record TrainedFolder(String path) implements Output {

  /** The file that makes a folder a module. */
  static final String GRAPH = "saved_model.pb";

  private static final List<String> FOLDERS = List.of("variables", "assets", "assets.extra");
  private static final String FINGERPRINT = "fingerprint.pb";

  TrainedFolder {
    path = new OutputFolder(path).path();
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
    return Output.in(path, "report.json");
  }

  /** The report for people. */
  String page() {
    return Output.in(path, "report.html");
  }

  /** What a run keeps for another one that goes on after it, until the output is whole. */
  String unfinished() {
    return Output.in(path, ".unfinished-training");
  }

  /** Where a worker that trains writes to, until this folder takes it. */
  Training.Places places(RunFolder run) {
    return new Training.Places(
        run.child("module"),
        new LeftTraining(unfinished()).checkpoint(),
        run.child("progress.json"),
        run.child("summary.json"));
  }

  private List<String> single() {
    return List.of(
        manifest(),
        Output.in(path, GRAPH),
        Output.in(path, FINGERPRINT),
        report(),
        page(),
        failures());
  }

  private List<MatchResult.Metadata> inFolders() throws IOException {
    List<MatchResult.Metadata> files = new ArrayList<>();
    for (String folder : FOLDERS) {
      files.addAll(FilesBelow.of(Output.in(path, folder)));
    }
    return files;
  }

  /** Failures alone are those of a run that did not end, and are replaced. */
  @Override
  public List<String> existing() throws IOException {
    List<String> names =
        new ArrayList<>(
            OutputFiles.existing(single().stream().filter(f -> !f.equals(failures())).toList()));
    inFolders().forEach(file -> names.add(file.resourceId().toString()));
    return names;
  }

  @Override
  public void delete() throws IOException {
    OutputFiles.delete(single());
    FileSystems.delete(inFolders().stream().map(MatchResult.Metadata::resourceId).toList());
  }

  /**
   * Moves a module into this folder, the file that makes it one last.
   *
   * @param from a folder of the same file system
   */
  void take(String from) throws IOException {
    List<MatchResult.Metadata> files = new ArrayList<>(FilesBelow.of(from));
    String base = FileSystems.matchNewResource(from, true).toString();
    files.sort(
        Comparator.comparing(
            (MatchResult.Metadata f) -> f.resourceId().toString().equals(base + GRAPH)));
    for (MatchResult.Metadata file : files) {
      String name = file.resourceId().toString().substring(base.length());
      FileSystems.rename(
          List.of(file.resourceId()),
          List.of(FileSystems.matchNewResource(Output.in(path, name), false)),
          MoveOptions.StandardMoveOptions.IGNORE_MISSING_FILES);
    }
  }
}
