// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.hubbeam.files.FileGlob;
import org.hubbeam.files.FileKind;
import org.hubbeam.files.FileNames;
import org.hubbeam.files.RecordText;
import org.hubbeam.files.TextOptions;
import org.hubbeam.tfrecord.Corruption;

/**
 * The files of an input: finds out what they hold, from their names, then from their bytes, and
 * refuses what cannot be read so before an engine starts.
 */
record InputFiles(String glob, TextOptions options) {

  /** How many files are opened, of which the names do not tell enough. */
  private static final int OPENED = 32;

  /** How many records tell which columns there are. */
  private static final int RECORDS = 100;

  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * The format of all files; empty where there are no bytes to tell it.
   *
   * @throws UsageException if there is no file, files have different formats, or one is of a kind
   *     that is not read
   */
  Optional<InputFormat> format() {
    Map<InputFormat, String> found = new EnumMap<>(InputFormat.class);
    int opened = 0;
    for (String file : files()) {
      Optional<InputFormat> format = InputFormat.byName(FileNames.inside(file));
      if (format.isEmpty() && opened < OPENED) {
        opened++;
        FileKind kind = kind(file);
        format = InputFormat.byContent(kind);
        boolean told = kind.content() == FileKind.Content.NOTHING || options.charset() != null;
        if (format.isEmpty() && !told) {
          throw new UsageException(
              file
                  + " is "
                  + kind.name()
                  + (kind.content() == FileKind.Content.BINARY
                      ? "; --inputFormat says how to read it, --encoding what encoding a text has"
                      : "; no program reads it as it is"));
        }
      }
      format.ifPresent(one -> found.putIfAbsent(one, file));
    }
    if (found.size() > 1) {
      List<String> shown = new ArrayList<>();
      found.forEach((format, file) -> shown.add(file + " is " + format));
      throw new UsageException(
          "--input="
              + glob
              + " has files of different formats: "
              + String.join(", ", shown.subList(0, 2))
              + "; name those of one, or specify --inputFormat");
    }
    return found.keySet().stream().findFirst();
  }

  /**
   * Sees to it that the files can be read in a format, of many only some.
   *
   * @throws UsageException if one is of another kind
   */
  void check(InputFormat format) {
    List<String> files = files();
    boolean here = !glob.matches("[a-zA-Z][a-zA-Z0-9+.-]*:.*");
    for (String file : files.subList(0, Math.min(files.size(), here ? OPENED : 1))) {
      FileKind kind = kind(file);
      if (!format.reads(kind, options)) {
        throw new UsageException(file + " is " + kind.name() + ", not " + format + hint(kind));
      }
      if (format == InputFormat.jsonl && kind.content() == FileKind.Content.TEXT && isJson(file)) {
        throw new UsageException(
            file
                + " has no JSON object on its first line; 'jq -c .' writes an object on one line,"
                + " 'jq -c .[]' those of a list");
      }
    }
  }

  /** The columns of the first file, as far as its header or its first records tell. */
  Set<String> columns(InputFormat format) {
    if (format != InputFormat.tfrecord) {
      return format
          .source(glob, options)
          .columns()
          .<Set<String>>map(LinkedHashSet::new)
          .orElse(Set.of());
    }
    Set<String> columns = new LinkedHashSet<>();
    try {
      for (String record : records()) {
        JsonNode features = JSON.readTree(record);
        features.fieldNames().forEachRemaining(columns::add);
        features.path("context").fieldNames().forEachRemaining(columns::add);
        features.path("feature_lists").fieldNames().forEachRemaining(columns::add);
      }
      return columns;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The first records of the first file that has some before any damage. */
  private List<String> records() throws IOException {
    List<String> files = files();
    for (String file : files.subList(0, Math.min(files.size(), OPENED))) {
      List<String> records =
          RecordText.head(file, new RecordText.Extent(RECORDS, 1), Corruption.SKIP_FILE);
      if (!records.isEmpty()) {
        return records;
      }
    }
    return List.of();
  }

  private List<String> files() {
    return FileGlob.existing(glob).stream().map(file -> file.resourceId().toString()).toList();
  }

  private static boolean isJson(String file) {
    return FileNames.unpacked(file).matches("(?i).*\\.json");
  }

  private static String hint(FileKind kind) {
    return InputFormat.byContent(kind)
        .map(format -> "; --inputFormat=" + format + " reads it")
        .orElse("");
  }

  /** The kind of a file; what cannot be unpacked is left for the reader to report. */
  private static FileKind kind(String file) {
    try {
      return FileKind.of(file);
    } catch (IOException e) {
      return FileKind.EMPTY;
    }
  }
}
