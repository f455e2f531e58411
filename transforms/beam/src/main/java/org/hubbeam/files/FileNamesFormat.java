// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.files;

import java.nio.channels.ReadableByteChannel;
import java.util.List;
import org.hubbeam.batch.BatchBuilder;
import org.hubbeam.batch.DType;

/** Names of files as rows. */
final class FileNamesFormat implements Format {
  private static final long serialVersionUID = 1;

  @Override
  public String name() {
    return "file names";
  }

  @Override
  public List<String> columns() {
    return List.of(StandardColumns.FILE);
  }

  @Override
  public Sharing sharing() {
    return Sharing.GROUPS;
  }

  @Override
  public void read(FileGroup group, ReadLimits limits, Receiver out) {
    BatchBuilder builder = new BatchBuilder(group.glob());
    var file = builder.dense(StandardColumns.FILE, DType.STRING);
    for (int i = 0; i < group.files().size(); i++) {
      file.addText(group.files().get(i).file());
      limits.endRow(builder, (long) group.first() + i, out);
    }
    ReadLimits.finish(builder, out);
  }

  @Override
  public void read(FileRange range, ReadableByteChannel channel, ReadLimits limits, Receiver out) {
    read(new FileGroup(range.file(), 0, List.of(range)), limits, out);
  }
}
