// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.hubbeam.batch.Failure;
import org.hubbeam.batch.FileTrees;
import org.jspecify.annotations.Nullable;

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
 *     TrainedHead head =
 *         HeadTrainer.train(
 *             data, HeadOptions.LINEAR, options, Checkpoints.none(), TrainingListener.NONE);
 *   }
 * }
 * }</pre>
 */
public final class RowCollector implements AutoCloseable {

  private final Task task;
  private final TrainingOptions options;
  private final Path folder;
  private final Consumer<Failure> failures;
  private final RowSorter sorter;
  private final LabelIndex labels = new LabelIndex();
  private final ExampleRows cached = new ExampleRows(this);
  private int features = -1;
  private long rows;
  private long failed;
  private boolean finished;

  private RowCollector(
      Task task, TrainingOptions options, Path folder, Consumer<Failure> failures) {
    this.task = task;
    this.options = options;
    this.folder = folder.resolve("rows-" + UUID.randomUUID());
    this.failures = failures;
    // One half of the memory for rows as they came, the other for them in their order.
    this.sorter = new RowSorter(this.folder, options.resources().memory() / 2);
  }

  /**
   * A collector without rows.
   *
   * @param options its split and resources count here
   * @param folder where files are made when there is no memory for all rows; they are gone after
   *     use
   * @param failures receives rows that cannot be used: without label or vector, with a NaN or an
   *     infinity, of another length than the first
   */
  public static RowCollector of(
      Task task, TrainingOptions options, Path folder, Consumer<Failure> failures) {
    return new RowCollector(task, options, folder, failures);
  }

  /**
   * Adds a {@code tf.Example} of the feature cache: {@code vector} (floats), {@code label} (one
   * value, several for {@link Task#LABELS}: a string, an integer or a float), and where there are
   * such {@code weight} (a float) and {@code hash} (an integer; else the hash of the vector's
   * values).
   *
   * @param source where it is from, for failures
   * @param record its position there
   */
  public void addExample(byte[] bytes, int from, int to, String source, long record) {
    cached.add(bytes, from, to, source, record);
  }

  /**
   * Adds a row, or reports it.
   *
   * @param id names the row in failures
   * @param hash of the row as it was read: decides whether it is held out, and its place
   * @param vector its features, as many as all rows have
   * @param names one class, any number of labels, or one number as text
   * @param weight how much it counts, 0 or more
   */
  public void add(String id, long hash, float[] vector, List<String> names, float weight) {
    Problem problem = problem(vector, names, weight);
    if (problem != null) {
      fail(Failure.reading(id, problem.column, problem.reason));
      return;
    }
    features = vector.length;
    rows++;
    boolean heldOut = options.split().isHeldOut(hash);
    float[] targets;
    if (task == Task.NUMBER) {
      targets = new float[] {Float.parseFloat(names.get(0))};
    } else {
      Set<String> distinct = new LinkedHashSet<>(names);
      targets = new float[distinct.size()];
      int at = 0;
      for (String name : distinct) {
        targets[at++] = labels.add(name, heldOut);
      }
    }
    sorter.add(RawRows.row(hash, weight, targets, vector));
  }

  /** Takes note of a row that cannot be used. */
  void fail(Failure failure) {
    failed++;
    failures.accept(failure);
  }

  private record Problem(String column, String reason) {}

  private @Nullable Problem problem(float[] vector, List<String> names, float weight) {
    if (vector.length == 0) {
      return new Problem(ExampleRows.VECTOR, "there is no vector");
    }
    if (features >= 0 && vector.length != features) {
      return new Problem(
          ExampleRows.VECTOR,
          "the vector has %d numbers, those before %d".formatted(vector.length, features));
    }
    for (int i = 0; i < vector.length; i++) {
      if (!Float.isFinite(vector[i])) {
        return new Problem(ExampleRows.VECTOR, "feature " + i + " is " + vector[i]);
      }
    }
    if (!(weight >= 0 && weight < Float.POSITIVE_INFINITY)) {
      return new Problem(ExampleRows.WEIGHT, "a weight is 0 or more, not " + weight);
    }
    if (task != Task.LABELS && names.size() != 1) {
      return new Problem(
          ExampleRows.LABEL,
          names.isEmpty() ? "there is no label" : "there are " + names.size() + " labels, not one");
    }
    if (task == Task.NUMBER && !isNumber(names.get(0))) {
      return new Problem(
          ExampleRows.LABEL, "the label '%s' is no finite number".formatted(names.get(0)));
    }
    return null;
  }

  private static boolean isNumber(String text) {
    try {
      return Float.isFinite(Float.parseFloat(text));
    } catch (NumberFormatException e) {
      return false;
    }
  }

  /** How many rows were added, failures not counted. */
  public long rows() {
    cached.flush();
    return rows;
  }

  /** How many rows were failures. */
  public long failed() {
    cached.flush();
    return failed;
  }

  /**
   * The rows; the collector is empty then.
   *
   * @throws TrainingException when there is nothing to learn: no rows, a single class, fewer rows
   *     than classes, or a class without a row in one of the parts
   */
  public TrainingData finish() {
    cached.flush();
    List<String> names = task == Task.NUMBER ? List.of() : labels.names();
    new DataCheck(task, options.split(), labels).require(rows, failed);
    RowLayout layout = new RowLayout(task.targets(names.size()), features);
    boolean inFiles = sorter.isSpilled();
    RowStore train = store(inFiles, "train");
    RowStore heldOut = store(inFiles, "held-out");
    Writer writer = new Writer(layout, train, heldOut);
    int[] places = labels.places();
    sorter.drain(row -> task == Task.NUMBER ? row : RawRows.placed(row, places), writer::write);
    TrainingRows trainRows = new StoredRows(layout, train);
    if (trainRows.rows() == 0) {
      train.close();
      heldOut.close();
      throw new TrainingException(
          "all of %d rows are held out: give more rows, or hold out less (--heldOut)"
              .formatted(rows));
    }
    finished = true;
    return new TrainingData(
        task,
        names,
        trainRows,
        new StoredRows(layout, heldOut),
        () -> {
          train.close();
          heldOut.close();
          deleteFiles();
        });
  }

  private RowStore store(boolean inFile, String name) {
    if (!inFile) {
      return new RowStore.InMemory();
    }
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new RowStore.InFile(folder.resolve(name));
  }

  /** Writes rows where they belong. */
  private final class Writer {
    private final RowLayout layout;
    private final RowStore train;
    private final RowStore heldOut;
    private final byte[] bytes;

    Writer(RowLayout layout, RowStore train, RowStore heldOut) {
      this.layout = layout;
      this.train = train;
      this.heldOut = heldOut;
      this.bytes = new byte[layout.bytes()];
    }

    void write(ByteBuffer row) {
      long hash = RawRows.hash(row);
      float[] targets = RawRows.targets(row);
      if (task == Task.LABELS) {
        float[] all = new float[layout.targets()];
        for (float target : targets) {
          all[(int) target] = 1;
        }
        targets = all;
      }
      layout.put(bytes, 0, hash, RawRows.weight(row), targets, RawRows.features(row));
      RowStore store = options.split().isHeldOut(hash) ? heldOut : train;
      store.append(bytes, 0, bytes.length);
    }
  }

  private void deleteFiles() {
    try {
      FileTrees.delete(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Gives back files of rows that were not finished. */
  @Override
  public void close() {
    sorter.close();
    if (!finished) {
      deleteFiles();
    }
  }
}
