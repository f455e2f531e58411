// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.files;

import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.io.fs.MatchResult;
import org.apache.beam.sdk.io.fs.MoveOptions.StandardMoveOptions;
import org.apache.beam.sdk.io.fs.ResourceId;
import org.apache.beam.sdk.options.PipelineOptions;
import org.hubbeam.batch.FileTrees;
import org.hubbeam.batch.Internal;

/**
 * The folder of a run, beside its output. It has what is not finished, and what the launcher must
 * know at the end. The launcher makes it with its {@link #record} and removes it.
 *
 * @param location without a slash at its end
 */
@Internal
public record RunFolder(String location) implements Serializable {

  /** How the names of such folders begin, and those of sinks that belong to no run. */
  public static final String PREFIX = ".temp-hubbeam-";

  /** What to do where machines do not see the same files. */
  public static final String NOT_SHARED =
      "all workers and the launcher must share the folder of the output; write to a folder that all"
          + " machines mount in the same place, or to gs:, s3: or hdfs:";

  /**
   * The folder of a pipeline's run.
   *
   * @throws IllegalStateException if it is not part of a run
   */
  public static RunFolder of(PipelineOptions options) {
    String folder = options.as(RunOptions.class).getRunFolder();
    if (folder == null) {
      throw new IllegalStateException("the pipeline has no folder of a run");
    }
    return new RunFolder(folder);
  }

  /** The file that tells whose folder this is. */
  public String record() {
    return location + "/run.json";
  }

  /** The folder for the parts of a sink. */
  String parts(String name) {
    return location + "/parts-" + name;
  }

  /** The file with the {@link WrittenFiles} of a sink. */
  String files(String name) {
    return location + "/files-" + name + ".json";
  }

  /** A folder for one step. */
  public String child(String name) {
    return location + "/" + name;
  }

  /**
   * Sees to it that a worker writes to where the launcher and the other workers do.
   *
   * @throws IllegalStateException if it does not see the folder
   */
  public void checkShared() {
    if (FileGlob.match(record()).isEmpty()) {
      throw new IllegalStateException(
          "the worker "
              + ThisProcess.name()
              + " does not see "
              + (isLocal(location) ? Path.of(record()).toAbsolutePath() : record())
              + ", which the launcher has written: "
              + NOT_SHARED);
    }
  }

  /** Deletes a folder and all that is in it, on this machine or another of Beam's file systems. */
  public static void delete(String folder) throws IOException {
    if (isLocal(folder)) {
      FileTrees.delete(Path.of(folder));
      return;
    }
    List<ResourceId> files =
        FilesBelow.of(folder).stream().map(MatchResult.Metadata::resourceId).toList();
    FileSystems.delete(files, StandardMoveOptions.IGNORE_MISSING_FILES);
    for (ResourceId inner : foldersOf(folder, files)) {
      FileSystems.delete(List.of(inner), StandardMoveOptions.IGNORE_MISSING_FILES);
    }
  }

  /** A folder and those in it that have files, the innermost first. */
  private static List<ResourceId> foldersOf(String folder, List<ResourceId> files) {
    ResourceId whole = FileSystems.matchNewResource(folder, true);
    Set<ResourceId> folders = new LinkedHashSet<>(List.of(whole));
    for (ResourceId file : files) {
      ResourceId in = file.getCurrentDirectory();
      while (in.toString().length() > whole.toString().length() && folders.add(in)) {
        String parent = in.toString().replaceFirst("[^/]*/$", "");
        in = FileSystems.matchNewResource(parent, true);
      }
    }
    return folders.stream()
        .sorted(Comparator.comparing((ResourceId f) -> f.toString().length()).reversed())
        .toList();
  }

  /** Whether a path has no scheme, so that it is on this machine. */
  static boolean isLocal(String location) {
    return !location.matches("[a-zA-Z][a-zA-Z0-9+.-]+:.*");
  }
}
