// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.learning;

import java.io.IOException;
import java.util.List;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.io.fs.MatchResult;
import org.hubbeam.tfrecord.Corruption;
import org.hubbeam.tfrecord.TFRecordReader;
import org.hubbeam.training.RowCollector;

/**
 * Rows with features in TFRecord files, wherever these are.
 *
 * @param files their names
 */
record CachedRows(List<String> files) {

  CachedRows {
    files = List.copyOf(files);
  }

  /** Takes the record that a reader is at. */
  interface Taker {
    void take(TFRecordReader at, String file) throws IOException;
  }

  /** Passes all records, file by file. */
  void read(Taker taker) throws IOException {
    for (String file : files) {
      MatchResult.Metadata found = FileSystems.matchSingleFileSpec(file);
      try (TFRecordReader in =
          TFRecordReader.open(
              FileSystems.open(found.resourceId()),
              file,
              found.sizeBytes(),
              Corruption.FAIL,
              failure -> {})) {
        while (in.next()) {
          taker.take(in, file);
        }
      }
    }
  }

  /** Adds all of them. */
  void addTo(RowCollector rows) throws IOException {
    read((in, file) -> rows.addExample(in.buffer(), in.start(), in.end(), file, in.offset()));
  }
}
