// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.util.List;
import org.apache.beam.sdk.io.fs.MatchResult;
import org.hubbeam.batch.BatchSchema;
import org.hubbeam.files.BatchSource;
import org.hubbeam.files.FileGlob;

/** The formats of tables, with the names that users write. */
enum TableFormat {
  csv,
  jsonl,
  tfrecord;

  /**
   * Detects the format from the name of the first file.
   *
   * @throws UsageException if there is no file, or its name has no known ending
   */
  static TableFormat detect(String glob) {
    List<MatchResult.Metadata> files = FileGlob.match(glob);
    if (files.isEmpty()) {
      throw new UsageException("no file matches " + glob);
    }
    String file = files.get(0).resourceId().toString();
    String name = file.substring(file.lastIndexOf('/') + 1).replaceFirst("\\.gz$", "");
    if (name.matches(".*\\.(csv|CSV)")) {
      return csv;
    }
    if (name.matches(".*\\.(jsonl|ndjson)")) {
      return jsonl;
    }
    if (name.matches(".*tfrecords?([-_.].*)?")) {
      return tfrecord;
    }
    throw new UsageException(
        "cannot detect the format of "
            + file
            + " from its name; specify --inputFormat=csv, jsonl or tfrecord");
  }

  /** A source that reads the columns of a schema. */
  BatchSource source(String glob, BatchSchema schema) {
    return switch (this) {
      case csv -> BatchSource.csv(glob, schema);
      case jsonl -> BatchSource.jsonl(glob, schema);
      case tfrecord -> BatchSource.tfrecord(glob, schema);
    };
  }
}
