// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.testing;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.hubbeam.tfrecord.Corruption;
import org.hubbeam.tfrecord.TFRecordReader;

/** Files of TFRecords that tests read. */
public final class Records {

  private Records() {}

  /** Every record of a file, compressed or not; a damaged file is a failure. */
  public static List<byte[]> read(Path file) throws IOException {
    List<byte[]> records = new ArrayList<>();
    try (TFRecordReader in =
        TFRecordReader.open(
            FileChannel.open(file),
            file.toString(),
            Files.size(file),
            Corruption.FAIL,
            failure -> {})) {
      while (in.next()) {
        records.add(in.record());
      }
    }
    return records;
  }
}
