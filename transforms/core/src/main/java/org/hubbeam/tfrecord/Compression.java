// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.tfrecord;

import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;

/** How TFRecords are compressed where they are written; what TensorFlow reads. */
public enum Compression {
  NONE,
  GZIP,
  ZLIB;

  private static final int BUFFER = 1 << 16;

  /** A stream that compresses what is written to it. Closing it ends the compressed data. */
  OutputStream pack(OutputStream out) throws IOException {
    return switch (this) {
      case NONE -> out;
      case GZIP -> new GZIPOutputStream(out, BUFFER);
      case ZLIB -> {
        Deflater deflater = new Deflater();
        yield new DeflaterOutputStream(out, deflater, BUFFER) {
          @Override
          public void close() throws IOException {
            try {
              super.close();
            } finally {
              deflater.end();
            }
          }
        };
      }
    };
  }
}
