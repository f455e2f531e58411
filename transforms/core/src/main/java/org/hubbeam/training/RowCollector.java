// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.hubbeam.batch.Failure;

/**
 * Takes rows in any order and gives them as {@link TrainingData}: parted into rows to train on and
 * rows that are held out, ordered by their hashes, in memory as far as the options allow, else in
 * files. Labels are counted as they come. Not for several threads.
 *
 * <pre>{@code
 * try (RowCollector rows = RowCollector.of(Task.CLASSES, options, folder, failures)) {
 *   while (in.next()) {
 *     rows.addExample(in.buffer(), in.start(), in.end(), file, in.offset());
 *   }
 *   try (TrainingData data = rows.finish()) {
 *     TrainedHead head = HeadTrainer.of(HeadOptions.LINEAR, options).train(data);
 *   }
 * }
 * }</pre>
 */
public final class RowCollector implements AutoCloseable {

  private RowCollector() {}

  /**
   * A collector without rows.
   *
   * @param folder where files may be made that are gone after use
   * @param failures receives rows that cannot be used: without label or vector, with a NaN or an
   *     infinity, of another length than the first
   */
  public static RowCollector of(
      Task task, TrainingOptions options, Path folder, Consumer<Failure> failures) {
    throw new UnsupportedOperationException();
  }

  /**
   * Adds a {@code tf.Example} of the feature cache: {@code vector} (floats), {@code label} (one
   * value, several for {@link Task#LABELS}: a string, an integer or a float), and where there are
   * such {@code weight} (a float) and {@code hash} (an integer; else the hash of the vector's
   * values).
   *
   * @param source where it is from, for failures
   * @param record its position there
   * @return false when it was reported as a failure
   */
  public boolean addExample(byte[] bytes, int from, int to, String source, long record) {
    throw new UnsupportedOperationException();
  }

  /**
   * Adds a row.
   *
   * @param id names the row in failures
   * @param labels one class, any number of labels, or one number as text
   */
  public boolean add(String id, long hash, float[] features, List<String> labels, float weight) {
    throw new UnsupportedOperationException();
  }

  /** How many rows were added, failures not counted. */
  public long rows() {
    throw new UnsupportedOperationException();
  }

  /**
   * The rows; the collector is empty then.
   *
   * @throws TrainingException when there is nothing to learn: no rows, a single class, fewer rows
   *     than classes, or a class without a row in one of the parts
   */
  public TrainingData finish() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {}
}
