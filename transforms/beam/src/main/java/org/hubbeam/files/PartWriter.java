// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.files;

import java.io.Closeable;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.util.MimeTypes;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.ExampleEncoder;
import org.hubbeam.batch.PackedValues;
import org.hubbeam.tfrecord.TFRecordWriter;

/** Writes one file of a sink under its temporary name. */
final class PartWriter implements Closeable {

  private final ShardFiles files;
  private final String name;
  private final Counted counted;
  private final TFRecordWriter writer;
  private long rows;

  /**
   * @param name what the file is called until all are there
   */
  PartWriter(ShardFiles files, String name) throws IOException {
    this.files = files;
    this.name = name;
    counted =
        new Counted(
            Channels.newOutputStream(FileSystems.create(files.written(name), MimeTypes.BINARY)));
    writer = new TFRecordWriter(counted, files.settings().compression());
  }

  void write(Batch batch) throws IOException {
    Batch packed = PackedValues.pack(batch, files.settings().packed());
    ExampleEncoder encoded = new ExampleEncoder(packed, files.settings().doubles());
    try {
      writer.write(encoded, 0, batch.rows());
    } catch (IOException e) {
      throw named(e);
    }
    rows += batch.rows();
  }

  /** What goes wrong, with the name of the file, which the errors of a full disk lack. */
  private IOException named(IOException e) {
    return new IOException(files.written(name) + " cannot be written: " + e.getMessage(), e);
  }

  /** Closes the file, and says what is in it. */
  WrittenPart end() throws IOException {
    close();
    return new WrittenPart(name, ThisProcess.name(), rows, counted.bytes);
  }

  @Override
  public void close() throws IOException {
    try {
      writer.close();
    } catch (IOException e) {
      throw named(e);
    }
  }

  private static final class Counted extends FilterOutputStream {
    private long bytes;

    Counted(OutputStream out) {
      super(out);
    }

    @Override
    public void write(int value) throws IOException {
      out.write(value);
      bytes++;
    }

    @Override
    public void write(byte[] values, int start, int length) throws IOException {
      out.write(values, start, length);
      bytes += length;
    }
  }
}
