// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.batch;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.proto.DataType;

/**
 * Encodes a {@link Batch} as one block of bytes, for moving batches between threads and machines,
 * not for files. The first byte is the version; all numbers are little-endian; values are copied
 * unchanged.
 */
@Internal
public final class BatchEncoding {

  private static final byte VERSION = 1;

  private BatchEncoding() {}

  /**
   * The bytes that {@link #encode} gives; counted from the columns, not from the values.
   *
   * @throws ArithmeticException when they are more than 2 GiB
   */
  public static int size(Batch batch) {
    long columns = columns(batch);
    long records = isNumbered(batch, columns) ? 8 : 8L * batch.rows();
    return Math.toIntExact(1 + 4 + text(batch.origin().source()) + 1 + records + columns);
  }

  private static long columns(Batch batch) {
    long size = 4;
    for (Map.Entry<String, Array> column : batch.columns().entrySet()) {
      Array array = column.getValue();
      size += text(column.getKey()) + 2 + 4 + 8L * array.dims().size() + values(array.values());
      if (array instanceof Array.Ragged ragged) {
        size += 4;
        for (int[] splits : ragged.rowSplits()) {
          size += 4 + 4L * splits.length;
        }
      } else if (array instanceof Array.Sparse sparse) {
        size += 4 + 8L * sparse.indices().length;
      }
    }
    return size;
  }

  private static long text(String text) {
    return 4L + text.getBytes(StandardCharsets.UTF_8).length;
  }

  private static long values(Values values) {
    if (values instanceof Values.Strings strings) {
      return 8L + 4L * strings.size() + length(strings);
    }
    return 4 + values.byteSize();
  }

  private static int length(Values.Strings strings) {
    return strings.offsets()[strings.size()] - strings.offsets()[0];
  }

  /**
   * Whether the first record tells the others. Not where there are more rows than bytes in columns:
   * a reader takes no memory for rows on the word of a number alone.
   */
  private static boolean isNumbered(Batch batch, long columns) {
    long[] records = batch.origin().records();
    if (records.length > columns) {
      return false;
    }
    for (int i = 1; i < records.length; i++) {
      if (records[i] != records[0] + i) {
        return false;
      }
    }
    return true;
  }

  /**
   * The batch as bytes.
   *
   * @throws ArithmeticException when they would be more than 2 GiB
   */
  public static byte[] encode(Batch batch) {
    ByteBuffer out = ByteBuffer.allocate(size(batch)).order(ByteOrder.LITTLE_ENDIAN);
    out.put(VERSION).putInt(batch.rows());
    putText(out, batch.origin().source());
    long[] records = batch.origin().records();
    if (isNumbered(batch, columns(batch))) {
      out.put((byte) 0).putLong(records.length == 0 ? 0 : records[0]);
    } else {
      out.put((byte) 1);
      putLongs(out, records);
    }
    out.putInt(batch.columns().size());
    batch.columns().forEach((name, array) -> putColumn(out, name, array));
    return out.array();
  }

  private static void putColumn(ByteBuffer out, String name, Array array) {
    putText(out, name);
    out.put((byte) array.dtype().proto().getNumber()).put(mark(array.layout()));
    out.putInt(array.dims().size());
    array.dims().forEach(out::putLong);
    if (array instanceof Array.Ragged ragged) {
      out.putInt(ragged.rowSplits().size());
      for (int[] splits : ragged.rowSplits()) {
        out.putInt(splits.length);
        out.asIntBuffer().put(splits);
        out.position(out.position() + 4 * splits.length);
      }
    } else if (array instanceof Array.Sparse sparse) {
      out.putInt(sparse.indices().length);
      putLongs(out, sparse.indices());
    }
    if (array.values() instanceof Values.Strings strings) {
      out.putInt(strings.size()).putInt(length(strings));
      for (int i = 0; i < strings.size(); i++) {
        out.putInt(strings.length(i));
      }
      out.put(strings.bytes(), strings.offsets()[0], length(strings));
    } else {
      byte[] bytes = ((Values.Numbers) array.values()).bytes();
      out.putInt(bytes.length).put(bytes);
    }
  }

  private static void putText(ByteBuffer out, String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    out.putInt(utf8.length).put(utf8);
  }

  private static void putLongs(ByteBuffer out, long[] longs) {
    out.asLongBuffer().put(longs);
    out.position(out.position() + 8 * longs.length);
  }

  /**
   * The batch that {@link #encode} made bytes of.
   *
   * @throws IllegalArgumentException when the bytes are no such batch; memory is only taken for
   *     what is there
   */
  public static Batch decode(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    try {
      byte version = in.get();
      if (version != VERSION) {
        throw new IllegalArgumentException(
            "a batch of version " + version + "; this program reads version " + VERSION);
      }
      int rows = in.getInt();
      String source = getText(in);
      long[] records = records(in, rows);
      int count = in.getInt();
      Map<String, Array> columns = new LinkedHashMap<>();
      for (int i = 0; i < count; i++) {
        String name = getText(in);
        if (columns.put(name, getColumn(in)) != null) {
          throw new IllegalArgumentException("a batch with two columns '" + name + "'");
        }
      }
      if (in.hasRemaining()) {
        throw new IllegalArgumentException("a batch with " + in.remaining() + " bytes too many");
      }
      return new Batch(rows, columns, new Batch.Origin(source, records));
    } catch (BufferUnderflowException | ArithmeticException | IndexOutOfBoundsException e) {
      throw new IllegalArgumentException("a batch that is cut off or damaged", e);
    }
  }

  private static long[] records(ByteBuffer in, int rows) {
    if (in.get() != 0) {
      return getLongs(in, rows);
    }
    long first = in.getLong();
    long[] records = new long[length(in, rows, 1)];
    for (int i = 0; i < rows; i++) {
      records[i] = first + i;
    }
    return records;
  }

  private static Array getColumn(ByteBuffer in) {
    DType dtype = dtype(in.get());
    byte mark = in.get();
    List<Long> dims = new ArrayList<>();
    int rank = length(in, in.getInt(), 8);
    for (int i = 0; i < rank; i++) {
      dims.add(in.getLong());
    }
    return switch (mark) {
      case 'd' -> new Array.Dense(dims, getValues(in, dtype));
      case 'r' -> getRagged(in, dtype, dims);
      case 's' -> {
        long[] indices = getLongs(in, in.getInt());
        yield new Array.Sparse(dims, indices, getValues(in, dtype));
      }
      default -> throw new IllegalArgumentException("a column of the layout " + mark);
    };
  }

  private static byte mark(Layout layout) {
    return switch (layout) {
      case DENSE -> (byte) 'd';
      case RAGGED -> (byte) 'r';
      case SPARSE -> (byte) 's';
    };
  }

  private static DType dtype(int number) {
    DataType proto = DataType.forNumber(number);
    if (proto == null) {
      throw new IllegalArgumentException("a column of the type " + number);
    }
    return DType.of(proto);
  }

  private static Array.Ragged getRagged(ByteBuffer in, DType dtype, List<Long> dims) {
    int levels = in.getInt();
    List<int[]> splits = new ArrayList<>();
    for (int i = 0; i < levels; i++) {
      int[] level = new int[length(in, in.getInt(), 4)];
      in.asIntBuffer().get(level);
      in.position(in.position() + 4 * level.length);
      splits.add(level);
    }
    return new Array.Ragged(getValues(in, dtype), splits, dims.subList(1 + levels, dims.size()));
  }

  private static Values getValues(ByteBuffer in, DType dtype) {
    int size = in.getInt();
    if (dtype != DType.STRING) {
      byte[] bytes = new byte[length(in, size, 1)];
      in.get(bytes);
      return new Values.Numbers(dtype, bytes);
    }
    byte[] bytes = new byte[length(in, in.getInt(), 1)];
    int[] offsets = new int[length(in, size, 4) + 1];
    for (int i = 0; i < size; i++) {
      offsets[i + 1] = Math.addExact(offsets[i], in.getInt());
    }
    if (offsets[size] != bytes.length) {
      throw new IllegalArgumentException(
          "strings of " + offsets[size] + " bytes in a block of " + bytes.length);
    }
    in.get(bytes);
    return new Values.Strings(bytes, offsets);
  }

  private static String getText(ByteBuffer in) {
    byte[] utf8 = new byte[length(in, in.getInt(), 1)];
    in.get(utf8);
    return new String(utf8, StandardCharsets.UTF_8);
  }

  private static long[] getLongs(ByteBuffer in, int count) {
    long[] longs = new long[length(in, count, 8)];
    in.asLongBuffer().get(longs);
    in.position(in.position() + 8 * count);
    return longs;
  }

  /** A length, when so many things of this width are there. */
  private static int length(ByteBuffer in, int length, int width) {
    if (length < 0 || (long) length * width > in.remaining()) {
      throw new IllegalArgumentException(
          "a batch that promises "
              + length
              + " times "
              + width
              + " bytes where "
              + in.remaining()
              + " are left");
    }
    return length;
  }
}
