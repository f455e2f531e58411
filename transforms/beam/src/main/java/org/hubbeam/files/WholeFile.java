// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.files;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.io.fs.MatchResult;
import org.apache.beam.sdk.io.fs.MoveOptions;
import org.apache.beam.sdk.io.fs.ResourceId;
import org.apache.beam.sdk.util.MimeTypes;
import org.hubbeam.batch.Internal;

/** Writes small files atomically: a file is complete or does not exist. */
@Internal
public final class WholeFile {

  private WholeFile() {}

  /** Writes a text under a file's name, instead of what is there. */
  public static void write(String file, String text) throws IOException {
    write(file, text.getBytes(StandardCharsets.UTF_8));
  }

  /** Writes bytes under a file's name, instead of what is there. */
  public static void write(String file, byte[] bytes) throws IOException {
    write(file, out -> out.write(bytes));
  }

  /** Writes lines under a file's name, instead of what is there; empty ones are left out. */
  static void writeLines(String file, Iterable<String> lines) throws IOException {
    write(
        file,
        unbuffered -> {
          OutputStream out = new BufferedOutputStream(unbuffered);
          for (String line : lines) {
            if (!line.isEmpty()) {
              out.write(line.getBytes(StandardCharsets.UTF_8));
              out.write('\n');
            }
          }
          out.flush();
        });
  }

  /** What is in a file. */
  public interface Content {
    /** Writes it, to the end. */
    void writeTo(OutputStream out) throws IOException;
  }

  /** Writes what is too long for memory under a file's name, instead of what is there. */
  public static void write(String file, Content content) throws IOException {
    ResourceId target = FileSystems.matchNewResource(file, false);
    ResourceId part = FileSystems.matchNewResource(file + "." + UUID.randomUUID() + ".part", false);
    try {
      try (OutputStream out = Channels.newOutputStream(FileSystems.create(part, MimeTypes.TEXT))) {
        content.writeTo(out);
      }
      FileSystems.rename(List.of(part), List.of(target));
    } catch (IOException | RuntimeException e) {
      deleteAfter(e, part);
      throw e;
    }
  }

  private static void deleteAfter(Exception failure, ResourceId part) {
    try {
      FileSystems.delete(List.of(part), MoveOptions.StandardMoveOptions.IGNORE_MISSING_FILES);
    } catch (IOException | RuntimeException e) {
      failure.addSuppressed(e);
    }
  }

  /**
   * Deletes what is left of files that were not written to their end. To be called when nobody
   * writes them.
   *
   * @param names how the names of the files begin
   */
  public static void deleteParts(String folder, String names) throws IOException {
    Predicate<String> parts =
        Pattern.compile(
                Pattern.quote(names) + ".*\\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\\.part")
            .asMatchPredicate();
    List<ResourceId> left =
        FilesBelow.directly(folder, parts).stream().map(MatchResult.Metadata::resourceId).toList();
    FileSystems.delete(left, MoveOptions.StandardMoveOptions.IGNORE_MISSING_FILES);
  }

  /** Reads a text. */
  public static String read(String file) throws IOException {
    try (var in =
        Channels.newInputStream(
            FileSystems.open(FileSystems.matchSingleFileSpec(file).resourceId()))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
