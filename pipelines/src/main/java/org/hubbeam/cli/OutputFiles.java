// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.io.fs.MatchResult;
import org.hubbeam.files.FileGlob;
import org.hubbeam.files.RunFolder;

/**
 * Files that programs write beside TFRecords, on this machine or another of Beam's file systems.
 */
final class OutputFiles {

  /** Of what is held in memory: schemas of a million values have tens of megabytes. */
  private static final int LARGEST = 256 << 20;

  private OutputFiles() {}

  /** Those of these files that are there. */
  static List<String> existing(Collection<String> files) {
    List<String> names = new ArrayList<>();
    for (String file : files) {
      FileGlob.match(file).stream().map(f -> f.resourceId().toString()).forEach(names::add);
    }
    return names;
  }

  /** Removes those of these files that are there, one after the other. */
  static void delete(Collection<String> files) throws IOException {
    for (String file : files) {
      FileSystems.delete(
          FileGlob.match(file).stream().map(MatchResult.Metadata::resourceId).toList());
    }
  }

  /**
   * The bytes of a file that an option names.
   *
   * @throws UsageException if it is not there, or a folder
   */
  static byte[] required(String option, String file) throws IOException {
    String given = option + "=" + file;
    if (!file.matches("[a-zA-Z][a-zA-Z0-9+.-]+:.*") && Files.isDirectory(Path.of(file))) {
      throw new UsageException(given + " is a folder; give a file");
    }
    return bytes(file).orElseThrow(() -> new UsageException(given + ": no such file"));
  }

  /** The text of such a file. */
  static String requiredText(String option, String file) throws IOException {
    return new String(required(option, file), StandardCharsets.UTF_8);
  }

  /** Deletes a file if it is empty. */
  static void deleteEmpty(String file) throws IOException {
    FileSystems.delete(
        FileGlob.match(file).stream()
            .filter(found -> found.sizeBytes() == 0)
            .map(MatchResult.Metadata::resourceId)
            .toList());
  }

  /** The text of a file; empty when it is not there. */
  static Optional<String> text(String file) throws IOException {
    return bytes(file).map(bytes -> new String(bytes, StandardCharsets.UTF_8));
  }

  /**
   * The bytes of a file; empty when it is not there.
   *
   * @throws UsageException if there are more than anybody writes into such a file
   */
  static Optional<byte[]> bytes(String file) throws IOException {
    List<MatchResult.Metadata> files = FileGlob.match(file);
    if (files.isEmpty()) {
      return Optional.empty();
    }
    try (InputStream in = open(files.get(0))) {
      byte[] bytes = in.readNBytes(LARGEST + 1);
      if (bytes.length > LARGEST) {
        throw new UsageException(file + " is larger than " + Formatting.bytes(LARGEST));
      }
      return Optional.of(bytes);
    }
  }

  /** How many lines a file has. */
  static long lines(String file) throws IOException {
    List<MatchResult.Metadata> files = FileGlob.match(file);
    if (files.isEmpty()) {
      throw new EnvironmentException(
          "the job has ended, but its output cannot be seen here, such as "
              + file
              + ": "
              + RunFolder.NOT_SHARED);
    }
    try (InputStream in = open(files.get(0))) {
      byte[] block = new byte[1 << 16];
      long lines = 0;
      for (int read = in.read(block); read >= 0; read = in.read(block)) {
        for (int i = 0; i < read; i++) {
          lines += block[i] == '\n' ? 1 : 0;
        }
      }
      return lines;
    }
  }

  /** The first line of a file; empty if it has none. */
  static String firstLine(String file) throws IOException {
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(open(FileGlob.match(file).get(0)), StandardCharsets.UTF_8))) {
      return Optional.ofNullable(in.readLine()).orElse("");
    }
  }

  /** The names of files without their folder. */
  static List<String> names(List<String> files) {
    return files.stream().map(f -> f.substring(f.lastIndexOf('/') + 1)).toList();
  }

  private static InputStream open(MatchResult.Metadata file) throws IOException {
    return Channels.newInputStream(FileSystems.open(file.resourceId()));
  }
}
