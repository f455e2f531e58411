// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.ExampleDecoder;
import org.hubbeam.batch.Failure;
import org.hubbeam.tfrecord.Corruption;
import org.hubbeam.tfrecord.TFRecordReader;

/** TFRecord files of {@code tf.Example}, read as a whole. */
final class FeatureFiles {

  private FeatureFiles() {}

  /** Whether a folder has files with this prefix. */
  static boolean exist(Path folder, String start) throws IOException {
    return Files.isDirectory(folder) && !files(folder, start).isEmpty();
  }

  /** All records of the files in a folder with this prefix. */
  static Batch read(Path folder, String start) throws IOException {
    List<Batch> batches = new ArrayList<>();
    for (Path file : files(folder, start)) {
      ExampleDecoder decoder = new ExampleDecoder(file.toString(), FeatureFiles::refuse);
      try (TFRecordReader in =
          TFRecordReader.open(
              Files.newByteChannel(file),
              file.toString(),
              Files.size(file),
              Corruption.FAIL,
              FeatureFiles::refuse)) {
        while (in.next()) {
          decoder.add(in.buffer(), in.start(), in.end(), in.offset());
        }
      }
      if (decoder.rows() > 0) {
        batches.add(decoder.build());
      }
    }
    return Batch.concat(batches);
  }

  private static void refuse(Failure failure) {
    throw new IllegalStateException(failure.toString());
  }

  private static List<Path> files(Path folder, String start) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> file.getFileName().toString().startsWith(start))
          .sorted()
          .toList();
    }
  }
}
