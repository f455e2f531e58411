// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Writes an {@link IdsFile}. */
final class IdsWriter implements AutoCloseable {

  private final Path folder;
  private final SectionFile numbers;
  private final SectionFile offsets;
  private final SectionFile texts;
  private int count;
  private int numberCount;

  IdsWriter(Path folder) throws IOException {
    this.folder = folder;
    numbers = new SectionFile(folder);
    offsets = new SectionFile(folder);
    texts = new SectionFile(folder);
  }

  /** Takes the next id, which comes behind the last in the order of ids. */
  void add(RowId id) throws IOException {
    count++;
    if (id instanceof RowId.Number number) {
      numbers.putLong(number.value());
      numberCount++;
    } else {
      offsets.putInt((int) texts.size());
      texts.put(id.toString().getBytes(StandardCharsets.UTF_8));
      if (texts.size() > Integer.MAX_VALUE) {
        throw new IOException("the ids of a shard have more than 2 GiB; use more shards");
      }
    }
  }

  void write(Path target) throws IOException {
    offsets.putInt((int) texts.size());
    try (SectionFile file = new SectionFile(folder)) {
      file.put(IdsFile.MAGIC.getBytes(StandardCharsets.ISO_8859_1));
      file.putInt(IdsFile.VERSION);
      file.putInt(count);
      file.putInt(numberCount);
      file.putInt(0);
      numbers.appendTo(file);
      offsets.appendTo(file);
      texts.appendTo(file);
      file.moveTo(target);
    }
  }

  @Override
  public void close() throws IOException {
    numbers.close();
    offsets.close();
    texts.close();
  }
}
