// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.batch;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Encodes the rows of one batch as {@code tf.Example} messages, without an object per row.
 *
 * <p>{@link ExampleCodec} says how columns become features. Threads may share it.
 *
 * @see <a
 *     href="https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/example/example.proto">example.proto</a>
 * @see <a
 *     href="https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/example/feature.proto">feature.proto</a>
 * @see <a href="https://protobuf.dev/programming-guides/encoding/">Protocol Buffers: Encoding</a>
 */
public final class ExampleEncoder {

  private final Entry[] entries;
  private final int[] bodies;

  /**
   * @throws IllegalArgumentException when a column cannot be written: float64 unless rounding is
   *     asked for, uint64 above the greatest int64, or two columns that claim one feature name
   */
  public ExampleEncoder(Batch batch, ExampleCodec.Doubles doubles) {
    List<Entry> all = new ArrayList<>();
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
                all.add(entry(feature, batch.rows()));
              }
            });
    entries = all.toArray(new Entry[0]);
    long[] sizes = new long[batch.rows()];
    for (Entry entry : entries) {
      for (int row = 0; row < sizes.length; row++) {
        sizes[row] += entry.size(row);
      }
    }
    bodies = new int[sizes.length];
    for (int row = 0; row < bodies.length; row++) {
      if (sizes[row] > Integer.MAX_VALUE - 64) {
        throw new IllegalArgumentException(
            "row " + batch.origin().id(row) + " takes " + sizes[row] + " bytes, more than 2 GiB");
      }
      bodies[row] = (int) sizes[row];
    }
  }

  private static Entry entry(FlatFeature feature, int rows) {
    if (feature.values() instanceof Values.Strings strings) {
      return new Strings(feature, strings, rows);
    }
    Values.Numbers numbers = (Values.Numbers) feature.values();
    boolean fixed = rows > 0 && feature.bounds() == null && feature.width() <= Fixed.MOST;
    if (numbers.dtype() == DType.FLOAT32) {
      return fixed
          ? new Fixed(
              new Floats(feature, numbers, 1), feature.width() * Float.BYTES, numbers.bytes())
          : new Floats(feature, numbers, rows);
    }
    byte @Nullable [] single = fixed ? single(numbers) : null;
    return single == null
        ? new Integers(feature, numbers, rows)
        : new Fixed(new Integers(feature, numbers, 1), feature.width(), single);
  }

  /** Numbers that all are written as one byte; null where one is not. */
  private static byte @Nullable [] single(Values.Numbers numbers) {
    byte[] bytes = new byte[numbers.size()];
    for (int i = 0; i < bytes.length; i++) {
      long number = numbers.getLong(i);
      if ((number & ~0x7fL) != 0) {
        return null;
      }
      bytes[i] = (byte) number;
    }
    return bytes;
  }

  /** The number of rows. */
  public int rows() {
    return bodies.length;
  }

  /** The size of a row in bytes. */
  public int size(int row) {
    return 1 + Wire.size(bodies[row]) + bodies[row];
  }

  /** Writes a row at a position and returns the position after it. */
  public int write(int row, byte[] out, int at) {
    out[at] = 0x0a;
    int next = Wire.put(out, at + 1, bodies[row]);
    for (Entry entry : entries) {
      next = entry.write(row, out, next);
    }
    return next;
  }

  /** One entry of the map of features. */
  private interface Entry {

    /** The bytes that it takes in a row. */
    long size(int row);

    /** Writes it; returns the position behind. */
    int write(int row, byte[] out, int at);
  }

  private static long framed(long size) {
    return 1 + Wire.size(size) + size;
  }

  /** An entry in parts: 0a SIZE (0a SIZE name) (12 SIZE (KIND SIZE list)). */
  private abstract static class FeatureWriter implements Entry {
    final FlatFeature feature;
    private final byte[] key;
    private final byte kind;
    private final long[] lists;

    /**
     * @param lists the size of the list's body in each row
     */
    FeatureWriter(FlatFeature feature, int kind, long[] lists) {
      this.feature = feature;
      this.kind = (byte) kind;
      this.lists = lists;
      byte[] name = feature.name().getBytes(StandardCharsets.UTF_8);
      key = new byte[1 + Wire.size(name.length) + name.length];
      key[0] = 0x0a;
      System.arraycopy(name, 0, key, Wire.put(key, 1, name.length), name.length);
    }

    /** Writes the list's body. */
    abstract int writeList(int row, byte[] out, int at);

    @Override
    public final long size(int row) {
      return framed(key.length + framed(framed(lists[row])));
    }

    @Override
    public final int write(int row, byte[] out, int at) {
      long list = lists[row];
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

  /** The sizes of lists that are one block of packed numbers. */
  private static long[] packed(long[] blocks) {
    long[] lists = new long[blocks.length];
    for (int row = 0; row < lists.length; row++) {
      lists[row] = blocks[row] == 0 ? 0 : framed(blocks[row]);
    }
    return lists;
  }

  private static final class Floats extends FeatureWriter {
    private final byte[] bytes;

    Floats(FlatFeature feature, Values.Numbers numbers, int rows) {
      super(feature, 0x12, packed(blocks(feature, rows)));
      this.bytes = numbers.bytes();
    }

    private static long[] blocks(FlatFeature feature, int rows) {
      long[] blocks = new long[rows];
      for (int row = 0; row < rows; row++) {
        blocks[row] = 4L * (feature.end(row) - feature.start(row));
      }
      return blocks;
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

  /**
   * Numbers that take as many bytes in every row: what stands before them is the same everywhere.
   */
  private static final class Fixed implements Entry {

    /** Before more values than these it takes no time to write it anew. */
    static final int MOST = 1 << 14;

    private final byte[] before;
    private final byte[] bytes;
    private final int block;

    /**
     * @param feature its first row
     * @param block the bytes of a row
     * @param bytes those of all rows
     */
    Fixed(FeatureWriter feature, int block, byte[] bytes) {
      this.bytes = bytes;
      this.block = block;
      byte[] first = new byte[(int) feature.size(0)];
      int end = feature.write(0, first, 0);
      this.before = Arrays.copyOf(first, end - block);
    }

    @Override
    public long size(int row) {
      return before.length + (long) block;
    }

    @Override
    public int write(int row, byte[] out, int at) {
      System.arraycopy(before, 0, out, at, before.length);
      int next = at + before.length;
      System.arraycopy(bytes, row * block, out, next, block);
      return next + block;
    }
  }

  private static final class Integers extends FeatureWriter {
    private final Values.Numbers numbers;
    private final long[] blocks;

    Integers(FlatFeature feature, Values.Numbers numbers, int rows) {
      this(feature, numbers, blocks(feature, numbers, rows));
    }

    private Integers(FlatFeature feature, Values.Numbers numbers, long[] blocks) {
      super(feature, 0x1a, packed(blocks));
      this.numbers = numbers;
      this.blocks = blocks;
    }

    private static long[] blocks(FlatFeature feature, Values.Numbers numbers, int rows) {
      long[] blocks = new long[rows];
      for (int row = 0; row < rows; row++) {
        int end = feature.end(row);
        for (int i = feature.start(row); i < end; i++) {
          blocks[row] += Wire.size(numbers.getLong(i));
        }
      }
      return blocks;
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

    Strings(FlatFeature feature, Values.Strings strings, int rows) {
      super(feature, 0x0a, lists(feature, strings, rows));
      this.strings = strings;
    }

    private static long[] lists(FlatFeature feature, Values.Strings strings, int rows) {
      long[] lists = new long[rows];
      for (int row = 0; row < rows; row++) {
        int end = feature.end(row);
        for (int i = feature.start(row); i < end; i++) {
          lists[row] += framed(strings.length(i));
        }
      }
      return lists;
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
