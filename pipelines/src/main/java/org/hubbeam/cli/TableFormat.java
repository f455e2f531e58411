package org.hubbeam.cli;

import org.hubbeam.batch.BatchSchema;
import org.hubbeam.tfrecord.BatchSource;

/** What files of typed columns hold; the names are what users write. */
enum TableFormat {
  csv,
  jsonl,
  tfrecord;

  /**
   * The format that the names of files tell.
   *
   * @throws WrongUse when they tell none
   */
  static TableFormat of(String glob) {
    String name =
        glob.substring(glob.lastIndexOf('/') + 1).replaceFirst("(\\.gz|\\.zst|\\.bz2|\\*)+$", "");
    if (name.matches(".*\\.(csv|CSV)")) {
      return csv;
    }
    if (name.matches(".*\\.(jsonl|ndjson|json)")) {
      return jsonl;
    }
    if (name.matches(".*tf_?records?([-_.].*)?")) {
      return tfrecord;
    }
    throw new WrongUse(
        "the name of "
            + glob
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
