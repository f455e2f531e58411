// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.sinks;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.io.fs.ResourceId;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.values.KV;
import org.hubbeam.files.WholeFile;

/** Puts the files together when all parts are there. */
final class VectorFilesFn
    extends DoFn<KV<Integer, Iterable<VectorParts.Chunk>>, WriteVectors.Written> {
  private static final long serialVersionUID = 1;

  private final WriteVectorFiles.Settings settings;
  private final VectorParts parts;

  VectorFilesFn(WriteVectorFiles.Settings settings, VectorParts parts) {
    this.settings = settings;
    this.parts = parts;
  }

  /** Writes the files. */
  @ProcessElement
  public void process(
      @Element KV<Integer, Iterable<VectorParts.Chunk>> all,
      OutputReceiver<WriteVectors.Written> out)
      throws IOException {
    List<VectorParts.Chunk> chunks = VectorParts.ordered(all.getValue());
    VectorSchema schema = chunks.get(0).schema();
    for (VectorParts.Chunk chunk : chunks) {
      check(schema, chunk.schema());
    }
    long rows = chunks.stream().mapToLong(VectorParts.Chunk::rows).sum();
    String name = settings.name();
    if (settings.format() == VectorFileFormat.NPY) {
      WholeFile.write(name + ".ids.txt", to -> copyText(chunks, "", to));
      WholeFile.write(
          name + ".npy",
          to -> {
            to.write(npyHeader(rows, schema.dimension()));
            copyVectors(chunks, to);
          });
    } else {
      String header = RowText.header(settings.format(), schema);
      WholeFile.write(name + ".metadata.tsv", to -> copyText(chunks, header, to));
      WholeFile.write(
          name + ".tsv", to -> copyVectors(chunks, new TsvStream(to, schema.dimension())));
      WholeFile.write(folder(name) + "projector_config.pbtxt", config(name, schema));
    }
    parts.clean();
    out.output(new WriteVectors.Written(rows, schema));
  }

  private void check(VectorSchema one, VectorSchema two) {
    if (one.dimension() != two.dimension()) {
      throw new IllegalStateException(
          "there are vectors of "
              + one.dimension()
              + " and of "
              + two.dimension()
              + " numbers; set which are to be written");
    }
    if (settings.format() == VectorFileFormat.PROJECTOR && !names(one).equals(names(two))) {
      throw new IllegalStateException(
          "some rows have the columns " + names(one) + ", others " + names(two));
    }
  }

  private static List<String> names(VectorSchema schema) {
    return schema.columns().stream().map(column -> column.name()).toList();
  }

  private static String folder(String name) {
    return name.substring(0, name.lastIndexOf('/') + 1);
  }

  private static String config(String name, VectorSchema schema) {
    String file = name.substring(name.lastIndexOf('/') + 1);
    return "embeddings {\n  tensor_name: "
        + quoted(schema.vector().name())
        + "\n  tensor_path: "
        + quoted(file + ".tsv")
        + "\n  metadata_path: "
        + quoted(file + ".metadata.tsv")
        + "\n}\n";
  }

  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  /** The header of version 1.0, so long that the numbers begin at a multiple of 64 bytes. */
  static byte[] npyHeader(long rows, int dimension) {
    String text =
        "{'descr': '<f4', 'fortran_order': False, 'shape': (" + rows + ", " + dimension + "), }";
    int length = (10 + text.length() + 1 + 63) / 64 * 64;
    ByteBuffer header = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    header.put((byte) 0x93).put("NUMPY".getBytes(StandardCharsets.US_ASCII));
    header.put((byte) 1).put((byte) 0).putShort((short) (length - 10));
    header.put(text.getBytes(StandardCharsets.US_ASCII));
    while (header.remaining() > 1) {
      header.put((byte) ' ');
    }
    return header.put((byte) '\n').array();
  }

  private void copyText(List<VectorParts.Chunk> chunks, String header, OutputStream unbuffered)
      throws IOException {
    OutputStream to = new BufferedOutputStream(unbuffered, 1 << 16);
    to.write(header.getBytes(StandardCharsets.UTF_8));
    try (Opened opened = new Opened()) {
      for (VectorParts.Chunk chunk : chunks) {
        opened.copy(parts.text(chunk.part()), chunk.textAt(), chunk.textBytes(), to);
      }
    }
    to.flush();
  }

  private void copyVectors(List<VectorParts.Chunk> chunks, OutputStream unbuffered)
      throws IOException {
    OutputStream to = new BufferedOutputStream(unbuffered, 1 << 16);
    try (Opened opened = new Opened()) {
      for (VectorParts.Chunk chunk : chunks) {
        long bytes = 4L * chunk.rows() * chunk.schema().dimension();
        opened.copy(parts.vectors(chunk.part()), chunk.vectorsAt(), bytes, to);
      }
    }
    to.flush();
  }

  /** Parts that are read, each opened once. */
  private static final class Opened implements AutoCloseable {
    private static final int MOST = 100;

    private final Map<ResourceId, SeekableByteChannel> channels = new HashMap<>();

    void copy(ResourceId part, long from, long bytes, OutputStream to) throws IOException {
      SeekableByteChannel channel = channels.get(part);
      if (channel == null) {
        if (channels.size() == MOST) {
          close();
        }
        ReadableByteChannel opened = FileSystems.open(part);
        if (!(opened instanceof SeekableByteChannel seekable)) {
          opened.close();
          throw new IOException(part + " is in a store whose files cannot be read from a place on");
        }
        channel = seekable;
        channels.put(part, channel);
      }
      channel.position(from);
      InputStream in = Channels.newInputStream(channel);
      byte[] block = new byte[1 << 16];
      long left = bytes;
      while (left > 0) {
        int read = in.read(block, 0, (int) Math.min(block.length, left));
        if (read < 0) {
          throw new IOException(part + " ends " + left + " bytes early");
        }
        to.write(block, 0, read);
        left -= read;
      }
    }

    @Override
    public void close() throws IOException {
      for (SeekableByteChannel channel : channels.values()) {
        channel.close();
      }
      channels.clear();
    }
  }

  /** Makes lines of float32 numbers with tabs between. */
  private static final class TsvStream extends OutputStream {
    private final OutputStream to;
    private final int dimension;
    private int bits;
    private int bytes;
    private int column;

    TsvStream(OutputStream to, int dimension) {
      this.to = new BufferedOutputStream(to, 1 << 16);
      this.dimension = dimension;
    }

    @Override
    public void write(int value) throws IOException {
      bits |= (value & 0xff) << 8 * bytes;
      if (++bytes == 4) {
        String number = Float.toString(Float.intBitsToFloat(bits));
        to.write(number.getBytes(StandardCharsets.US_ASCII));
        column = (column + 1) % dimension;
        to.write(column == 0 ? '\n' : '\t');
        bits = 0;
        bytes = 0;
      }
    }

    @Override
    public void flush() throws IOException {
      to.flush();
    }
  }
}
