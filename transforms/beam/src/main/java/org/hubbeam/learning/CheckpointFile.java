// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.learning;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.util.List;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.io.fs.MatchResult;
import org.apache.beam.sdk.io.fs.MoveOptions;
import org.hubbeam.files.FileGlob;
import org.hubbeam.files.WholeFile;
import org.hubbeam.training.Checkpoints;
import org.jspecify.annotations.Nullable;

/**
 * The state of a training in a file of one of Beam's file systems.
 *
 * @param file its name
 */
record CheckpointFile(String file) implements Checkpoints {

  @Override
  public @Nullable InputStream open() throws IOException {
    List<MatchResult.Metadata> found = FileGlob.match(file);
    return found.isEmpty()
        ? null
        : Channels.newInputStream(FileSystems.open(found.get(0).resourceId()));
  }

  @Override
  public void write(Content content) throws IOException {
    WholeFile.write(file, content::writeTo);
  }

  @Override
  public void delete() throws IOException {
    FileSystems.delete(
        List.of(FileSystems.matchNewResource(file, false)),
        MoveOptions.StandardMoveOptions.IGNORE_MISSING_FILES);
  }
}
