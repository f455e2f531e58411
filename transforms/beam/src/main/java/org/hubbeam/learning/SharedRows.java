// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.learning;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.hubbeam.batch.FileTrees;
import org.hubbeam.training.RowCollector;
import org.hubbeam.training.Task;
import org.hubbeam.training.TrainingData;
import org.hubbeam.training.TrainingOptions;
import org.jspecify.annotations.Nullable;

/**
 * The rows that trainings of this JVM share: read by the first who leases them, given back by the
 * last. Threads may share it.
 */
final class SharedRows {

  private static final Map<Key, SharedRows> OPEN = new HashMap<>();

  private final Key key;
  private int leases;
  private @Nullable Path folder;
  private @Nullable TrainingData data;

  private SharedRows(Key key) {
    this.key = key;
  }

  /** What makes rows the same. */
  record Key(List<String> files, Task task, TrainingOptions options) {
    Key {
      files = List.copyOf(files);
    }
  }

  /** Rows until they are given back. */
  record Lease(SharedRows rows, TrainingData data) implements AutoCloseable {
    @Override
    public void close() {
      rows.giveBack();
    }
  }

  /**
   * The rows of these files.
   *
   * @throws IllegalStateException when there is one that cannot be used: who wrote the files kept
   *     such rows out
   */
  static Lease lease(Key key) throws IOException {
    SharedRows rows;
    synchronized (OPEN) {
      rows = OPEN.computeIfAbsent(key, SharedRows::new);
      rows.leases++;
    }
    try {
      return new Lease(rows, rows.data());
    } catch (IOException | RuntimeException e) {
      rows.giveBack();
      throw e;
    }
  }

  private synchronized TrainingData data() throws IOException {
    if (data == null) {
      folder = Files.createTempDirectory("hubbeam-rows");
      data = read(folder);
    }
    return data;
  }

  private TrainingData read(Path work) throws IOException {
    try (RowCollector rows =
        RowCollector.of(
            key.task,
            key.options,
            work,
            failure -> {
              throw new IllegalStateException("a row of the features cannot be used: " + failure);
            })) {
      new CachedRows(key.files).addTo(rows);
      return rows.finish();
    }
  }

  private void giveBack() {
    synchronized (OPEN) {
      leases--;
      if (leases > 0) {
        return;
      }
      OPEN.remove(key);
    }
    try {
      close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private synchronized void close() throws IOException {
    if (data != null) {
      data.close();
    }
    if (folder != null) {
      FileTrees.delete(folder);
    }
  }
}
