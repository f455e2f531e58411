// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.files;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.Reshuffle;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Internal;
import org.hubbeam.batch.Values;
import org.jspecify.annotations.Nullable;

/**
 * Reads a matrix of NumPy and a text file with the ids of its rows, one on a line. Batches have the
 * columns {@link #ID}, of integers where all ids are, else of strings, and {@link #VECTOR}; the
 * origin of a row is the matrix and the number of the row.
 */
@Internal
public final class NpySource extends PTransform<PBegin, PCollection<Batch>> {
  private static final long serialVersionUID = 1;

  /** The column of the ids. */
  public static final String ID = "id";

  /** The column of the vectors. */
  public static final String VECTOR = "vector";

  private static final Pattern HEADER =
      Pattern.compile(
          "\\{.*'descr':\\s*'([^']*)'.*'fortran_order':\\s*(True|False).*"
              + "'shape':\\s*\\((\\d+)(?:,\\s*(\\d+))?,?\\s*\\).*",
          Pattern.DOTALL);

  private static final int PART_BYTES = 4 << 20;
  private static final int BATCH_ROWS = 1024;

  private final Matrix matrix;
  private final Ids ids;

  /**
   * A matrix.
   *
   * @param start where its numbers begin
   */
  private record Matrix(String file, DType dtype, int rows, int columns, int start)
      implements Serializable {
    int rowBytes() {
      return columns * dtype.bytes();
    }
  }

  /**
   * A file of ids.
   *
   * @param numbers whether all are integers
   * @param starts where in the file the lines of each part begin
   */
  private record Ids(String file, boolean numbers, List<Long> starts) implements Serializable {}

  /** Some rows, from one on, and where the line of the first begins. */
  private record Part(int from, int to, long line) implements Serializable {}

  private NpySource(Matrix matrix, Ids ids) {
    this.matrix = matrix;
    this.ids = ids;
  }

  /**
   * Looks at both files.
   *
   * @throws IllegalArgumentException when they are not a matrix of floats and as many ids
   */
  public static NpySource of(String matrix, String ids) throws IOException {
    Matrix read = header(matrix, Rank.TWO);
    int part = partRows(read);
    List<Long> starts = new ArrayList<>();
    boolean numbers = true;
    long at = 0;
    long lines = 0;
    try (InputStream in = open(ids, 0)) {
      while (true) {
        byte[] line = line(in);
        if (line == null) {
          break;
        }
        if (lines % part == 0) {
          starts.add(at);
        }
        at += line.length;
        lines++;
        String text = new String(line, StandardCharsets.UTF_8).strip();
        if (text.isEmpty()) {
          throw new IllegalArgumentException(ids + ": line " + lines + " is empty");
        }
        numbers &= text.matches("0|-?[1-9]\\d{0,17}");
      }
    }
    if (lines != read.rows) {
      throw new IllegalArgumentException(
          ids + " has " + lines + " lines; " + matrix + " has " + read.rows + " rows");
    }
    return new NpySource(read, new Ids(ids, numbers, starts));
  }

  /**
   * The rows of a small matrix; a vector is one row.
   *
   * @throws IllegalArgumentException when it is none of floats
   */
  public static List<float[]> read(String file) throws IOException {
    Matrix matrix = header(file, Rank.ONE_OR_TWO);
    List<float[]> rows = new ArrayList<>();
    try (InputStream in = open(file, matrix.start)) {
      for (int row = 0; row < matrix.rows; row++) {
        byte[] bytes = in.readNBytes(matrix.rowBytes());
        if (bytes.length < matrix.rowBytes()) {
          throw new EOFException(file + " ends within its row " + row);
        }
        rows.add(new Values.Numbers(matrix.dtype, bytes).roundedToFloats());
      }
    }
    return rows;
  }

  /** What may be in a file. */
  private enum Rank {
    TWO,
    ONE_OR_TWO
  }

  /** How many rows there are. */
  public int rows() {
    return matrix.rows;
  }

  /** The length of each vector. */
  public int dimension() {
    return matrix.columns;
  }

  private static int partRows(Matrix matrix) {
    return Math.max(1, PART_BYTES / Math.max(1, matrix.rowBytes()));
  }

  private static Matrix header(String file, Rank rank) throws IOException {
    try (DataInputStream in = new DataInputStream(open(file, 0))) {
      byte[] magic = in.readNBytes(8);
      if (magic.length < 8 || magic[0] != (byte) 0x93 || magic[1] != 'N' || magic[5] != 'Y') {
        throw new IllegalArgumentException(file + " is no .npy file");
      }
      boolean first = magic[6] == 1;
      int length =
          first ? Short.toUnsignedInt(Short.reverseBytes(in.readShort())) : reversed(in.readInt());
      if (length < 0 || length > 1 << 16) {
        throw new IllegalArgumentException(file + " has a header of " + length + " bytes");
      }
      String header = new String(in.readNBytes(length), StandardCharsets.UTF_8);
      Matcher parts = HEADER.matcher(header);
      if (!parts.matches() || parts.group(2).equals("True")) {
        throw new IllegalArgumentException(
            file + " is no matrix in row order (fortran_order False): " + header.strip());
      }
      DType dtype =
          switch (parts.group(1)) {
            case "<f4" -> DType.FLOAT32;
            case "<f2" -> DType.FLOAT16;
            case "<f8" -> DType.FLOAT64;
            default ->
                throw new IllegalArgumentException(
                    file
                        + " has the type "
                        + parts.group(1)
                        + "; expected little-endian floats: <f4, <f2 or <f8");
          };
      if (parts.group(4) == null && rank == Rank.TWO) {
        throw new IllegalArgumentException(file + " is a vector; expected a matrix");
      }
      int rows = parts.group(4) == null ? 1 : Integer.parseInt(parts.group(3));
      int columns = Integer.parseInt(parts.group(parts.group(4) == null ? 3 : 4));
      if (columns < 1) {
        throw new IllegalArgumentException(file + " has rows of no numbers");
      }
      return new Matrix(file, dtype, rows, columns, (first ? 10 : 12) + length);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(file + " has too many rows or columns", e);
    }
  }

  private static int reversed(int value) {
    return Integer.reverseBytes(value);
  }

  /** A line with its end; null behind the last. */
  private static byte @Nullable [] line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int c = in.read(); c >= 0; c = in.read()) {
      line.write(c);
      if (c == '\n') {
        break;
      }
    }
    return line.size() == 0 ? null : line.toByteArray();
  }

  private static InputStream open(String file, long from) throws IOException {
    ReadableByteChannel channel = FileSystems.open(FileGlob.existing(file).get(0).resourceId());
    if (channel instanceof SeekableByteChannel seekable) {
      seekable.position(from);
      return new BufferedInputStream(Channels.newInputStream(channel), 1 << 18);
    }
    InputStream in = new BufferedInputStream(Channels.newInputStream(channel), 1 << 18);
    in.skipNBytes(from);
    return in;
  }

  @Override
  public PCollection<Batch> expand(PBegin begin) {
    List<Part> parts = new ArrayList<>();
    int size = partRows(matrix);
    for (int from = 0; from < matrix.rows; from += size) {
      parts.add(new Part(from, Math.min(matrix.rows, from + size), ids.starts.get(from / size)));
    }
    return begin
        .apply("Parts", Create.of(parts).withCoder(SerializableCoder.of(Part.class)))
        .apply("Spread", Reshuffle.viaRandomKey())
        .apply("Read", ParDo.of(new ReadFn(matrix, ids)))
        .setCoder(BatchCoder.of());
  }

  private static final class ReadFn extends DoFn<Part, Batch> {
    private static final long serialVersionUID = 1;
    private final Matrix matrix;
    private final Ids ids;

    ReadFn(Matrix matrix, Ids ids) {
      this.matrix = matrix;
      this.ids = ids;
    }

    @ProcessElement
    public void process(@Element Part part, OutputReceiver<Batch> out) throws IOException {
      long start = matrix.start + (long) part.from * matrix.rowBytes();
      try (InputStream numbers = open(matrix.file, start);
          InputStream lines = open(ids.file, part.line)) {
        for (int from = part.from; from < part.to; from += BATCH_ROWS) {
          out.output(batch(numbers, lines, from, Math.min(part.to, from + BATCH_ROWS)));
        }
      }
    }

    private Batch batch(InputStream numbers, InputStream lines, int from, int to)
        throws IOException {
      int rows = to - from;
      byte[] bytes = numbers.readNBytes(rows * matrix.rowBytes());
      if (bytes.length < rows * matrix.rowBytes()) {
        throw new EOFException(matrix.file + " ends before its row " + (to - 1));
      }
      String[] texts = new String[rows];
      long[] records = new long[rows];
      for (int i = 0; i < rows; i++) {
        byte[] line = line(lines);
        if (line == null) {
          throw new EOFException(ids.file + " ends before its line " + (from + i + 1));
        }
        texts[i] = new String(line, StandardCharsets.UTF_8).strip();
        records[i] = (long) from + i;
      }
      Map<String, Array> columns = new LinkedHashMap<>();
      columns.put(
          ID,
          Array.Dense.vector(
              ids.numbers
                  ? Values.of(Arrays.stream(texts).mapToLong(Long::parseLong).toArray())
                  : Values.of(texts)));
      columns.put(
          VECTOR,
          new Array.Dense(
              List.of((long) rows, (long) matrix.columns),
              new Values.Numbers(matrix.dtype, bytes)));
      return new Batch(rows, columns, new Batch.Origin(matrix.file, records));
    }
  }
}
