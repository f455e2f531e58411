// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.files;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.util.List;
import org.hubbeam.batch.BatchBuilder;
import org.hubbeam.batch.ColumnBuilder;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Failure;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whole files as rows. */
final class FilesFormat implements Format {
  private static final long serialVersionUID = 1;

  private static final Logger LOG = LoggerFactory.getLogger(FilesFormat.class);
  private static final int TRIES = 3;

  static final int FILES = 64;
  static final int FILE_BYTES = 64 << 20;

  @Override
  public String name() {
    return "files";
  }

  @Override
  public List<String> columns() {
    return List.of(StandardColumns.FILE, StandardColumns.BYTES);
  }

  @Override
  public Sharing sharing() {
    return Sharing.GROUPS;
  }

  @Override
  public void read(FileGroup group, ReadLimits limits, Receiver out) {
    BatchBuilder builder = new BatchBuilder(group.glob());
    ColumnBuilder file = builder.dense(StandardColumns.FILE, DType.STRING);
    ColumnBuilder bytes = builder.dense(StandardColumns.BYTES, DType.STRING);
    for (int i = 0; i < group.files().size(); i++) {
      FileRange range = group.files().get(i);
      try {
        byte[] content = content(range, limits.record());
        file.addText(range.file());
        bytes.addBytes(content, 0, content.length);
        limits.endRow(builder, (long) group.first() + i, out);
      } catch (IOException e) {
        out.failure(failure(range, e));
      }
    }
    ReadLimits.finish(builder, out);
  }

  /** A file that cannot be read. */
  static Failure failure(FileRange range, IOException e) {
    return Failure.reading(range.file(), "", "the file cannot be read: " + reason(e));
  }

  /** The bytes of a file, which is read again from its beginning where a connection breaks off. */
  static byte[] content(FileRange range, int most) throws IOException {
    if (range.size() > most) {
      throw tooLarge(range, range.size(), most);
    }
    for (int left = TRIES - 1; ; left--) {
      try {
        return contentOnce(range, most);
      } catch (IOException e) {
        if (left == 0 || e instanceof BadFileException || isInterrupt(e)) {
          throw e;
        }
        LOG.warn("{} broke off, and is read again: {}", range.file(), e.toString());
      }
    }
  }

  /** Whether the reading was to end; a server that is too slow is reported as if it were so. */
  private static boolean isInterrupt(IOException e) {
    return e instanceof InterruptedIOException && !(e instanceof SocketTimeoutException);
  }

  private static byte[] contentOnce(FileRange range, int most) throws IOException {
    try (InputStream in = Channels.newInputStream(range.open())) {
      byte[] content = in.readNBytes(most);
      if (in.read() >= 0) {
        throw tooLarge(range, content.length + 1L, most);
      }
      range.version().requireUnchanged();
      return content;
    }
  }

  private static @Nullable String reason(IOException e) {
    return e instanceof BadFileException bad
        ? bad.reason()
        : e.getClass() == IOException.class ? e.getMessage() : e.toString();
  }

  static BadFileException tooLarge(FileRange range, long size, int most) {
    return new BadFileException(
        range.file(), size + " bytes; at most " + most + " are allowed", null);
  }

  @Override
  public void read(FileRange range, ReadableByteChannel channel, ReadLimits limits, Receiver out) {
    read(new FileGroup(range.file(), 0, List.of(range)), limits, out);
  }
}
