package org.hubbeam.cli;

import java.util.List;
import org.apache.beam.sdk.io.fs.MatchResult;
import org.hubbeam.batch.BatchSchema;
import org.hubbeam.files.BatchSource;
import org.hubbeam.files.FileGlob;

/** What files of typed columns hold; the names are what users write. */
enum TableFormat {
  csv,
  jsonl,
  tfrecord;

  /**
   * The format that the name of the first file tells.
   *
   * @throws WrongUse when there is no file, or its name tells none
   */
  static TableFormat of(String glob) {
    List<MatchResult.Metadata> files = FileGlob.match(glob);
    if (files.isEmpty()) {
      throw new WrongUse("no file matches " + glob);
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
    throw new WrongUse(
        "the name of "
            + file
            + " does not tell what the files hold; --inputFormat=csv, jsonl or tfrecord says it");
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
