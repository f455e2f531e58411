// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.files;

import java.io.IOException;
import java.io.Serializable;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SeekableByteChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * A file, or the part of one that one worker reads.
 *
 * @param version the file
 * @param from the first byte of the part
 * @param to the byte behind the part; {@link Long#MAX_VALUE}: the end, wherever it is
 */
record FileRange(FileVersion version, long from, long to) implements Serializable {

  static FileRange whole(FileVersion version) {
    return new FileRange(version, 0, Long.MAX_VALUE);
  }

  /** A file of which only the size is known. */
  static FileRange whole(String file, long size) {
    return whole(FileVersion.ofSize(file, size));
  }

  /** The name as the file system has it. */
  String file() {
    return version.file();
  }

  /** The size of the whole file in bytes, as it lies. */
  long size() {
    return version.size();
  }

  /**
   * The file's bytes, from one byte before the part where that does not begin the file.
   *
   * @throws BadFileException when the file is gone, is another one by now or cannot be opened
   */
  ReadableByteChannel open() throws IOException {
    ReadableByteChannel channel = version.open();
    if (from > 0) {
      ((SeekableByteChannel) channel).position(from - 1);
    }
    return channel;
  }

  /** A part of this file. */
  FileRange part(long begin, long end) {
    return new FileRange(version, begin, end);
  }

  /** The parts of a file, of about this size each. */
  List<FileRange> split(long bytes) {
    List<FileRange> parts = new ArrayList<>();
    long next = 0;
    while (size() - next - bytes > bytes / 2) {
      parts.add(part(next, next + bytes));
      next += bytes;
    }
    parts.add(part(next, Long.MAX_VALUE));
    return parts;
  }
}
