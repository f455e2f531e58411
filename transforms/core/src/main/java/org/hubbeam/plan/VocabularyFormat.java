// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.plan;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.hubbeam.reducer.TokenFilter;
import org.hubbeam.tfrecord.Compression;
import org.hubbeam.tfrecord.TFRecordWriter;

/** The file format of a vocabulary. */
public enum VocabularyFormat {
  /**
   * A text file with one token on each line. Empty tokens and tokens with line breaks are left out.
   */
  TEXT(TokenFilter.LINES, ""),
  /** A gzip-compressed TFRecord file with one token in each record. */
  TFRECORD_GZIP(TokenFilter.ALL, ".tfrecord.gz");

  private final TokenFilter filter;
  private final String suffix;

  VocabularyFormat(TokenFilter filter, String suffix) {
    this.filter = filter;
    this.suffix = suffix;
  }

  /** Which tokens can be stored. */
  public TokenFilter filter() {
    return filter;
  }

  /** The name of a file in this format. */
  public String fileName(String name) {
    return name + suffix;
  }

  /** Writes a file; the lines must not contain line breaks. */
  public void write(Path file, Iterable<byte[]> lines) throws IOException {
    OutputStream out = Files.newOutputStream(file);
    if (this == TEXT) {
      try (OutputStream text = new BufferedOutputStream(out, 1 << 16)) {
        for (byte[] line : lines) {
          text.write(line);
          text.write('\n');
        }
      }
      return;
    }
    try (TFRecordWriter records = new TFRecordWriter(out, Compression.GZIP)) {
      for (byte[] line : lines) {
        records.write(line);
      }
    }
  }
}
