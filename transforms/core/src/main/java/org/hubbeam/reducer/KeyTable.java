// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.hubbeam.batch.Values;

/**
 * Distinct byte strings, numbered from 0 in the order in which they came: all bytes in one array,
 * no object for a string.
 */
final class KeyTable {

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /**
   * The bits of a hash above say the partition of a string; those below, its place in a table, so
   * that strings of one partition lie as far apart as others.
   */
  static final int PARTITION_SHIFT = 24;

  private byte[] bytes = new byte[32];
  private int[] ends = new int[4];

  /** Where strings are found: the hash above, the number and 1 below; 0 where there is none. */
  private long[] table = new long[8];

  private int size;

  int size() {
    return size;
  }

  /** The bytes that it takes in memory, about. */
  long memory() {
    return bytes.length + 4L * ends.length + 8L * table.length;
  }

  /** The number of this string, which is added if it is new. */
  int put(byte[] block, int from, int to) {
    int hash = hash(block, from, to);
    int mask = table.length - 1;
    int at = hash & mask;
    for (long entry = table[at]; entry != 0; entry = table[at]) {
      int key = (int) entry - 1;
      if ((int) (entry >>> 32) == hash
          && Arrays.equals(bytes, start(key), ends[key], block, from, to)) {
        return key;
      }
      at = (at + 1) & mask;
    }
    append(block, from, to);
    table[at] = (long) hash << 32 | size;
    if (2L * size > table.length) {
      rehash();
    }
    return size - 1;
  }

  private void append(byte[] block, int from, int to) {
    int start = size == 0 ? 0 : ends[size - 1];
    int end = Math.addExact(start, to - from);
    if (end > bytes.length) {
      bytes = Arrays.copyOf(bytes, Encoding.grown(bytes.length, end));
    }
    if (size == ends.length) {
      ends = Arrays.copyOf(ends, Encoding.grown(size, size + 1));
    }
    System.arraycopy(block, from, bytes, start, to - from);
    ends[size++] = end;
  }

  private void rehash() {
    long[] old = table;
    table = new long[Math.multiplyExact(old.length, 2)];
    int mask = table.length - 1;
    for (long entry : old) {
      if (entry != 0) {
        int at = (int) (entry >>> 32) & mask;
        while (table[at] != 0) {
          at = (at + 1) & mask;
        }
        table[at] = entry;
      }
    }
  }

  private static int hash(byte[] block, int from, int to) {
    long hash = (long) to - from;
    int at = from;
    for (; to - at >= 8; at += 8) {
      hash = mix(hash ^ (long) LONG.get(block, at));
    }
    long tail = 0;
    for (; at < to; at++) {
      tail = tail << 8 | (block[at] & 0xff);
    }
    hash = mix(hash ^ tail);
    return (int) (hash ^ hash >>> 32);
  }

  private static long mix(long value) {
    long mixed = value * 0x9e3779b97f4a7c15L;
    mixed = (mixed ^ mixed >>> 32) * 0xd6e8feb86659fd93L;
    return mixed ^ mixed >>> 29;
  }

  /** The bytes of all strings, concatenated. */
  byte[] bytes() {
    return bytes;
  }

  /** Where a string begins. */
  int start(int key) {
    return key == 0 ? 0 : ends[key - 1];
  }

  /** Where a string ends. */
  int end(int key) {
    return ends[key];
  }

  /** The partition of a string: of its bytes alone, the same everywhere. */
  int partition(int key) {
    return hash(bytes, start(key), ends[key]) >>> PARTITION_SHIFT;
  }

  byte[] get(int key) {
    return Arrays.copyOfRange(bytes, start(key), ends[key]);
  }

  /** The number here of each string of another table; new ones are added. */
  int[] putAll(KeyTable other) {
    int[] numbers = new int[other.size];
    for (int key = 0; key < numbers.length; key++) {
      numbers[key] = put(other.bytes, other.start(key), other.ends[key]);
    }
    return numbers;
  }

  /** The numbers of all strings, ordered by their bytes. */
  int[] sorted() {
    return IntStream.range(0, size)
        .boxed()
        .sorted(this::compare)
        .mapToInt(Integer::intValue)
        .toArray();
  }

  /** By bytes, unsigned; a beginning comes first. */
  int compare(int one, int two) {
    return Arrays.compareUnsigned(bytes, start(one), ends[one], bytes, start(two), ends[two]);
  }

  /** These strings in this order. */
  Values.Strings strings(int[] keys) {
    byte[][] chosen = new byte[keys.length][];
    Arrays.setAll(chosen, i -> get(keys[i]));
    return Values.ofBytes(List.of(chosen));
  }

  void write(DataOutput out) throws IOException {
    out.writeInt(size);
    for (int key = 0; key < size; key++) {
      out.writeInt(ends[key] - start(key));
      out.write(bytes, start(key), ends[key] - start(key));
    }
  }

  static KeyTable read(DataInput in) throws IOException {
    KeyTable table = new KeyTable();
    int size = Encoding.readSize(in);
    for (int key = 0; key < size; key++) {
      byte[] bytes = Encoding.readBytes(in, Encoding.readSize(in));
      if (table.put(bytes, 0, bytes.length) != key) {
        throw new IOException("a damaged summary: a key twice");
      }
    }
    return table;
  }
}
