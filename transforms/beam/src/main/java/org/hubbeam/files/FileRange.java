// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.files;

import java.io.IOException;
import java.io.Serializable;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SeekableByteChannel;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.io.FileSystems;

/**
 * A file, or the part of one that one worker reads.
 *
 * @param file the name as the file system has it
 * @param size the size of the whole file in bytes, as it lies
 * @param from the first byte of the part
 * @param to the byte behind the part; {@link Long#MAX_VALUE}: the end, wherever it is
 */
record FileRange(String file, long size, long from, long to) implements Serializable {

  static FileRange whole(String file, long size) {
    return new FileRange(file, size, 0, Long.MAX_VALUE);
  }

  /** The file's bytes, from one byte before the part where that does not begin the file. */
  ReadableByteChannel open() throws IOException {
    ReadableByteChannel channel =
        FileSystems.open(FileSystems.matchSingleFileSpec(file).resourceId());
    if (from > 0) {
      ((SeekableByteChannel) channel).position(from - 1);
    }
    return channel;
  }

  /** A part of this file. */
  FileRange part(long begin, long end) {
    return new FileRange(file, size, begin, end);
  }

  /** The parts of a file, of about this size each. */
  List<FileRange> split(long bytes) {
    List<FileRange> parts = new ArrayList<>();
    long next = 0;
    while (size - next - bytes > bytes / 2) {
      parts.add(part(next, next + bytes));
      next += bytes;
    }
    parts.add(part(next, Long.MAX_VALUE));
    return parts;
  }
}
