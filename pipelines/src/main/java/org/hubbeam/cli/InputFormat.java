package org.hubbeam.cli;

import org.hubbeam.tfrecord.BatchSource;

/** What input files hold; the names are what users write. */
enum InputFormat {
  text,
  csv,
  jsonl,
  tfrecord;

  BatchSource source(String glob) {
    return switch (this) {
      case text -> BatchSource.text(glob);
      case csv -> BatchSource.csv(glob);
      case jsonl -> BatchSource.jsonl(glob);
      case tfrecord -> BatchSource.tfrecord(glob);
    };
  }
}
