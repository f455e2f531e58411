// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.files;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Failure;
import org.hubbeam.tfrecord.CorruptFileException;
import org.jspecify.annotations.Nullable;

/**
 * Gives batches on, and failures with the numbers of their lines where they can be known; when it
 * is closed, all have been given.
 *
 * <p>Not for several threads.
 */
final class NumberedFailures implements Receiver, Closeable {

  /** How many failures wait, so that the file is read once for all of them. */
  private static final int MOST = 4096;

  private final Receiver next;
  private final LineNumbers lines;
  private final List<Failure> waiting = new ArrayList<>();

  NumberedFailures(LineNumbers lines, Receiver next) {
    this.lines = lines;
    this.next = next;
  }

  @Override
  public void batch(Batch batch) {
    next.batch(batch);
  }

  @Override
  public void failure(Failure failure) {
    waiting.add(failure);
    if (waiting.size() == MOST) {
      giveAll();
    }
  }

  private void giveAll() {
    waiting.sort(Comparator.comparingLong(NumberedFailures::offset));
    for (Failure failure : waiting) {
      next.failure(failure.withLine(lines.line(offset(failure))));
    }
    waiting.clear();
  }

  private static long offset(Failure failure) {
    return Long.parseLong(failure.id().substring(failure.id().lastIndexOf('@') + 1));
  }

  /** What ends the job where a file is damaged. */
  CorruptFileException corrupt(
      FileRange range, long offset, String fault, @Nullable IOException cause) {
    long line = lines.line(offset);
    return new CorruptFileException(
        range.file(), offset, line > 0 ? "line " + line + ": " + fault : fault, cause);
  }

  @Override
  public void close() throws IOException {
    giveAll();
    lines.close();
  }
}
