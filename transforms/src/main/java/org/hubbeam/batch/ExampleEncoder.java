package org.hubbeam.batch;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Writes the rows of one batch as {@code tf.Example} messages, straight from the columns into a
 * block of bytes: floats are copied as they lie, and no object is made per row.
 *
 * <p>{@link ExampleCodec} says how columns become features. Threads may share it.
 */
public final class ExampleEncoder {

  private final FeatureWriter[] features;
  private final int[] bodies;

  /**
   * @throws IllegalArgumentException when a column cannot be written: float64 unless rounding is
   *     asked for, uint64 above the greatest int64, or two columns that claim one feature name
   */
  public ExampleEncoder(Batch batch, ExampleCodec.Doubles doubles) {
    List<FeatureWriter> writers = new ArrayList<>();
    Set<String> names = new HashSet<>();
    batch
        .columns()
        .forEach(
            (name, array) -> {
              for (FlatFeature feature : FlatFeature.of(name, array, doubles)) {
                if (!names.add(feature.name())) {
                  throw new IllegalArgumentException(
                      "two columns are written as the feature '" + feature.name() + "'");
                }
                writers.add(writer(feature, batch.rows()));
              }
            });
    features = writers.toArray(new FeatureWriter[0]);
    bodies = new int[batch.rows()];
    for (int row = 0; row < bodies.length; row++) {
      long body = 0;
      for (FeatureWriter feature : features) {
        body += feature.size(row);
      }
      if (body > Integer.MAX_VALUE - 64) {
        throw new IllegalArgumentException(
            "row " + batch.origin().id(row) + " takes " + body + " bytes, more than 2 GiB");
      }
      bodies[row] = (int) body;
    }
  }

  private static FeatureWriter writer(FlatFeature feature, int rows) {
    if (feature.values() instanceof Values.Strings strings) {
      return new Strings(feature, strings, rows);
    }
    Values.Numbers numbers = (Values.Numbers) feature.values();
    return numbers.dtype() == DType.FLOAT32
        ? new Floats(feature, numbers)
        : new Integers(feature, numbers, rows);
  }

  /** How many rows there are. */
  public int rows() {
    return bodies.length;
  }

  /** The bytes that a row takes. */
  public int size(int row) {
    return 1 + Wire.size(bodies[row]) + bodies[row];
  }

  /** Writes a row at a position; returns the position behind it, {@link #size} further. */
  public int write(int row, byte[] out, int at) {
    out[at] = 0x0a;
    int next = Wire.put(out, at + 1, bodies[row]);
    for (FeatureWriter feature : features) {
      next = feature.write(row, out, next);
    }
    return next;
  }

  /** One entry of the map of features: 0a SIZE (0a SIZE name) (12 SIZE (KIND SIZE list)). */
  private abstract static class FeatureWriter {
    final FlatFeature feature;
    private final byte[] key;
    private final byte kind;

    FeatureWriter(FlatFeature feature, int kind) {
      this.feature = feature;
      this.kind = (byte) kind;
      byte[] name = feature.name().getBytes(StandardCharsets.UTF_8);
      key = new byte[1 + Wire.size(name.length) + name.length];
      key[0] = 0x0a;
      System.arraycopy(name, 0, key, Wire.put(key, 1, name.length), name.length);
    }

    /** The size of the list's body in a row. */
    abstract long list(int row);

    /** Writes the list's body. */
    abstract int writeList(int row, byte[] out, int at);

    final long size(int row) {
      return framed(key.length + framed(framed(list(row))));
    }

    private static long framed(long size) {
      return 1 + Wire.size(size) + size;
    }

    final int write(int row, byte[] out, int at) {
      long list = list(row);
      long value = framed(list);
      out[at] = 0x0a;
      int next = Wire.put(out, at + 1, key.length + framed(value));
      System.arraycopy(key, 0, out, next, key.length);
      next += key.length;
      out[next] = 0x12;
      next = Wire.put(out, next + 1, value);
      out[next] = kind;
      next = Wire.put(out, next + 1, list);
      return list == 0 ? next : writeList(row, out, next);
    }
  }

  private static final class Floats extends FeatureWriter {
    private final byte[] bytes;

    Floats(FlatFeature feature, Values.Numbers numbers) {
      super(feature, 0x12);
      this.bytes = numbers.bytes();
    }

    @Override
    long list(int row) {
      long block = 4L * (feature.end(row) - feature.start(row));
      return block == 0 ? 0 : 1 + Wire.size(block) + block;
    }

    @Override
    int writeList(int row, byte[] out, int at) {
      int from = feature.start(row) * 4;
      int block = feature.end(row) * 4 - from;
      out[at] = 0x0a;
      int next = Wire.put(out, at + 1, block);
      System.arraycopy(bytes, from, out, next, block);
      return next + block;
    }
  }

  private static final class Integers extends FeatureWriter {
    private final Values.Numbers numbers;
    private final int[] blocks;

    Integers(FlatFeature feature, Values.Numbers numbers, int rows) {
      super(feature, 0x1a);
      this.numbers = numbers;
      this.blocks = new int[rows];
      for (int row = 0; row < rows; row++) {
        int end = feature.end(row);
        int block = 0;
        for (int i = feature.start(row); i < end; i++) {
          block = Math.addExact(block, Wire.size(numbers.getLong(i)));
        }
        blocks[row] = block;
      }
    }

    @Override
    long list(int row) {
      return blocks[row] == 0 ? 0 : 1L + Wire.size(blocks[row]) + blocks[row];
    }

    @Override
    int writeList(int row, byte[] out, int at) {
      out[at] = 0x0a;
      int next = Wire.put(out, at + 1, blocks[row]);
      int end = feature.end(row);
      for (int i = feature.start(row); i < end; i++) {
        next = Wire.put(out, next, numbers.getLong(i));
      }
      return next;
    }
  }

  private static final class Strings extends FeatureWriter {
    private final Values.Strings strings;
    private final long[] lists;

    Strings(FlatFeature feature, Values.Strings strings, int rows) {
      super(feature, 0x0a);
      this.strings = strings;
      this.lists = new long[rows];
      for (int row = 0; row < rows; row++) {
        int end = feature.end(row);
        for (int i = feature.start(row); i < end; i++) {
          int length = strings.length(i);
          lists[row] += 1L + Wire.size(length) + length;
        }
      }
    }

    @Override
    long list(int row) {
      return lists[row];
    }

    @Override
    int writeList(int row, byte[] out, int at) {
      int next = at;
      int end = feature.end(row);
      for (int i = feature.start(row); i < end; i++) {
        int length = strings.length(i);
        out[next] = 0x0a;
        next = Wire.put(out, next + 1, length);
        System.arraycopy(strings.bytes(), strings.offsets()[i], out, next, length);
        next += length;
      }
      return next;
    }
  }
}
