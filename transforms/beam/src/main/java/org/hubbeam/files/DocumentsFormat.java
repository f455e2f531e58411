// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.files;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.channels.ReadableByteChannel;
import java.util.List;
import org.hubbeam.batch.BatchBuilder;
import org.hubbeam.batch.ColumnBuilder;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Utf8;

/** Whole files of text as rows of the columns {@code file} and {@code text}. */
final class DocumentsFormat implements Format {
  private static final long serialVersionUID = 1;

  private final TextOptions options;

  DocumentsFormat(TextOptions options) {
    this.options = options;
  }

  @Override
  public String name() {
    return "documents";
  }

  @Override
  public List<String> columns() {
    return List.of(StandardColumns.FILE, "text");
  }

  @Override
  public Sharing sharing() {
    return Sharing.GROUPS;
  }

  @Override
  public void read(FileGroup group, ReadLimits limits, Receiver out) {
    BatchBuilder builder = new BatchBuilder(group.glob());
    ColumnBuilder file = builder.dense(StandardColumns.FILE, DType.STRING);
    ColumnBuilder text = builder.dense("text", DType.STRING);
    for (int i = 0; i < group.files().size(); i++) {
      FileRange range = group.files().get(i);
      try {
        byte[] read = text(range, limits.record());
        int begin = ByteOrderMark.of(read).isPresent() ? ByteOrderMark.UTF_8.length() : 0;
        file.addText(range.file());
        text.addBytes(read, begin, read.length);
        limits.endRow(builder, (long) group.first() + i, out);
      } catch (IOException e) {
        out.failure(FilesFormat.failure(range, e));
      }
    }
    ReadLimits.finish(builder, out);
  }

  /** The text of a file in UTF-8, perhaps with a byte order mark. */
  private byte[] text(FileRange range, int most) throws IOException {
    byte[] packed = FilesFormat.content(range, most);
    try (TextStream in = TextStream.open(new ByteArrayInputStream(packed), options)) {
      byte[] text = in.readNBytes(most);
      if (in.read() >= 0) {
        throw FilesFormat.tooLarge(range, text.length + 1L, most);
      }
      int fault = Utf8.fault(text, 0, text.length);
      if (fault >= 0) {
        throw new BadFileException(range.file(), in.encodingFault(fault), null);
      }
      return text;
    } catch (BadFileException e) {
      throw e;
    } catch (IOException e) {
      throw new BadFileException(range.file(), TextStream.fault(e), e);
    }
  }

  @Override
  public void read(FileRange range, ReadableByteChannel channel, ReadLimits limits, Receiver out) {
    read(new FileGroup(range.file(), 0, List.of(range)), limits, out);
  }
}
