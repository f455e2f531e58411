// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.learning;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.io.fs.MatchResult;
import org.apache.beam.sdk.io.fs.MoveOptions;
import org.hubbeam.batch.Internal;
import org.hubbeam.files.FileGlob;
import org.hubbeam.files.WholeFile;

/**
 * How far the training of a head is, as its worker leaves it in a file for the launcher. The file
 * goes when the head is trained.
 *
 * @param round from 0
 * @param index of the head among those of its round
 */
@Internal
public record HeadProgress(int round, int index, String head, TrainingProgress training) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * The heads that are in training, by round and index.
   *
   * @param files how the names of their files begin
   */
  public static List<HeadProgress> read(String files) throws IOException {
    List<HeadProgress> all = new ArrayList<>();
    for (MatchResult.Metadata file : FileGlob.match(files + "*")) {
      try {
        all.add(JSON.readValue(WholeFile.read(file.resourceId().toString()), HeadProgress.class));
      } catch (FileNotFoundException | JsonProcessingException e) {
        // It ended meanwhile, or is being replaced.
      }
    }
    all.sort(Comparator.comparingInt(HeadProgress::round).thenComparingInt(HeadProgress::index));
    return all;
  }

  private static String file(String files, int round, int index) {
    return files + "-round-%d-head-%d.json".formatted(round, index);
  }

  void write(String files) throws IOException {
    WholeFile.write(file(files, round, index), JSON.writeValueAsString(this));
  }

  /** Tells that a head is trained. */
  static void end(String files, int round, int index) throws IOException {
    FileSystems.delete(
        List.of(FileSystems.matchNewResource(file(files, round, index), false)),
        MoveOptions.StandardMoveOptions.IGNORE_MISSING_FILES);
  }
}
