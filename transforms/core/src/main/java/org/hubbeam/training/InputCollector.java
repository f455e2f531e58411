// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.BatchSchema;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.ExampleDecoder;
import org.hubbeam.batch.Failure;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Shape;
import org.hubbeam.batch.Values;
import org.jspecify.annotations.Nullable;

/**
 * Takes rows of what a module takes, in any order, and gives them as {@link InputData}: parted,
 * ordered and shuffled as {@link RowCollector} does it with vectors. The inputs themselves are kept
 * as they are, in memory or in a file, until a batch needs them. Not for several threads.
 */
public final class InputCollector implements AutoCloseable {

  /** How many rows are decoded together. */
  private static final int BLOCK = 256;

  /** How the names of the columns of inputs begin. */
  public static final String INPUT = "input/";

  private static final String LABEL = "label";
  private static final String WEIGHT = "weight";
  private static final String HASH = "hash";

  private final Task task;
  private final BatchSchema inputs;
  private final BatchSchema marks;
  private final RowCollector rows;
  private final Path folder;
  private final long memory;
  private RowStore store = new RowStore.InMemory();
  private final List<Long> addresses = new ArrayList<>();
  private final List<String> ids = new ArrayList<>();
  private final ExampleDecoder decoder;
  private boolean handedOver;

  private InputCollector(
      Task task, BatchSchema schema, RowCollector rows, Path folder, long memory) {
    this.task = task;
    List<ArraySpec> columns = new ArrayList<>();
    List<ArraySpec> own = new ArrayList<>();
    for (ArraySpec column : schema.columns()) {
      switch (column.name()) {
        case LABEL ->
            own.add(
                new ArraySpec(
                    LABEL,
                    task == Task.NUMBER ? DType.FLOAT32 : DType.STRING,
                    Shape.of(-1, -1),
                    Layout.RAGGED));
        case WEIGHT, HASH -> own.add(column);
        default -> {
          if (column.name().startsWith(INPUT)) {
            columns.add(column);
          }
        }
      }
    }
    this.inputs = new BatchSchema(columns);
    this.marks = new BatchSchema(own);
    this.rows = rows;
    this.folder = folder;
    this.memory = memory;
    this.decoder =
        ExampleDecoder.of(
            "",
            marks,
            failure -> {
              throw new IllegalArgumentException("row " + failure.id() + ": " + failure.reason());
            });
  }

  /**
   * A collector without rows.
   *
   * @param schema the columns of the examples: those of inputs, their names behind {@value #INPUT},
   *     {@code label}, and where there are such {@code weight} and {@code hash}, as {@link
   *     RowCollector#addExample} takes them
   * @param folder where files may be made that are gone after use
   * @param failures receives rows that cannot be used
   */
  public static InputCollector of(
      Task task,
      BatchSchema schema,
      TrainingOptions options,
      Path folder,
      Consumer<Failure> failures) {
    return new InputCollector(
        task,
        schema,
        RowCollector.of(task, options, folder, failures),
        folder,
        options.resources().memory() / 2);
  }

  /**
   * Adds a {@code tf.Example}.
   *
   * @param source where it is from, for failures
   * @param record its position there
   */
  public void addExample(byte[] bytes, int from, int to, String source, long record) {
    addresses.add(store.size());
    ids.add(source + "@" + record);
    store.append(
        new byte[] {
          (byte) (to - from),
          (byte) ((to - from) >>> 8),
          (byte) ((to - from) >>> 16),
          (byte) ((to - from) >>> 24)
        },
        0,
        Integer.BYTES);
    store.append(bytes, from, to - from);
    if (store instanceof RowStore.InMemory && store.size() > memory) {
      moveToFile();
    }
    decoder.add(bytes, from, to, record);
    if (decoder.rows() == BLOCK) {
      addBlock();
    }
  }

  private void moveToFile() {
    RowStore file = new RowStore.InFile(folder.resolve("inputs"));
    byte[] part = new byte[1 << 16];
    for (long at = 0; at < store.size(); at += part.length) {
      int length = (int) Math.min(part.length, store.size() - at);
      store.read(at, part, 0, length);
      file.append(part, 0, length);
    }
    store.close();
    store = file;
  }

  private void addBlock() {
    Batch batch = decoder.build();
    Array.Ragged labels = (Array.Ragged) batch.column(LABEL);
    int[] splits = labels.rowSplits().get(0);
    Values.@Nullable Numbers weights = numbers(batch, WEIGHT);
    Values.@Nullable Numbers hashes = numbers(batch, HASH);
    for (int row = 0; row < batch.rows(); row++) {
      List<String> of = new ArrayList<>();
      for (int i = splits[row]; i < splits[row + 1]; i++) {
        of.add(text(labels.values(), i));
      }
      long address = addresses.get(row);
      rows.add(
          ids.get(row),
          hashes == null ? address : hashes.getLong(row),
          Address.floats(address),
          of,
          weights == null ? 1 : (float) weights.getDouble(row));
    }
    addresses.clear();
    ids.clear();
  }

  private static String text(Values values, int index) {
    return values instanceof Values.Strings strings
        ? strings.text(index)
        : String.valueOf((float) ((Values.Numbers) values).getDouble(index));
  }

  private static Values.@Nullable Numbers numbers(Batch batch, String column) {
    Array array = batch.columns().get(column);
    return array == null ? null : (Values.Numbers) array.values();
  }

  /**
   * The rows; the collector is empty then.
   *
   * @throws TrainingException as {@link RowCollector#finish} does
   */
  public InputData finish() {
    if (decoder.rows() > 0) {
      addBlock();
    }
    TrainingData data = rows.finish();
    handedOver = true;
    return new InputData(data, new InputRows(store, inputs));
  }

  @Override
  public void close() {
    rows.close();
    if (!handedOver) {
      store.close();
    }
  }

  /** The position of a row in the file of inputs, as features of a row. */
  static final class Address {

    private static final int BITS = 24;

    private Address() {}

    /** Two floats hold 48 bits exactly. */
    static float[] floats(long address) {
      return new float[] {address >>> BITS, address & ((1 << BITS) - 1)};
    }

    static long of(float high, float low) {
      return ((long) high << BITS) + (long) low;
    }
  }
}
