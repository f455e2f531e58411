// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.sinks;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.util.Iterator;
import java.util.Objects;
import org.apache.beam.sdk.io.FileIO;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.conf.ParquetConfiguration;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.PositionOutputStream;
import org.hubbeam.batch.Batch;
import org.jspecify.annotations.Nullable;

/** Writes prepared batches to one file. Hadoop is not needed, only its name in signatures. */
final class ParquetSink implements FileIO.Sink<Batch> {
  private static final long serialVersionUID = 1;

  private final String id;
  private final String vector;
  private transient @Nullable WritableByteChannel channel;
  private transient @Nullable ParquetWriter<ParquetRows.Row> writer;
  private transient @Nullable VectorSchema schema;

  ParquetSink(String id, String vector) {
    this.id = id;
    this.vector = vector;
  }

  @Override
  public void open(WritableByteChannel to) {
    channel = to;
    writer = null;
    schema = null;
  }

  @Override
  public void write(Batch batch) throws IOException {
    VectorSchema found = VectorSchema.of(batch, id, vector);
    if (writer == null) {
      schema = found;
      writer =
          new Builder(new Output(Objects.requireNonNull(channel)), found)
              .withConf(new PlainParquetConfiguration())
              .withCodecFactory(new ParquetZstd())
              .withCompressionCodec(CompressionCodecName.ZSTD)
              .build();
    } else if (!found.equals(schema)) {
      throw new IllegalStateException(
          "a Parquet file has rows of one schema, and there are " + schema + " and " + found);
    }
    for (Iterator<ParquetRows.Row> rows = ParquetRows.Row.of(batch, found).iterator();
        rows.hasNext(); ) {
      writer.write(rows.next());
    }
  }

  @Override
  public void flush() throws IOException {
    if (writer != null) {
      writer.close();
    }
  }

  private static final class Builder extends ParquetWriter.Builder<ParquetRows.Row, Builder> {
    private final VectorSchema schema;

    Builder(OutputFile file, VectorSchema schema) {
      super(file);
      this.schema = schema;
    }

    @Override
    protected Builder self() {
      return this;
    }

    @Override
    @SuppressWarnings("deprecation")
    protected WriteSupport<ParquetRows.Row> getWriteSupport(Configuration configuration) {
      return new ParquetRows(schema);
    }

    @Override
    protected WriteSupport<ParquetRows.Row> getWriteSupport(ParquetConfiguration configuration) {
      return new ParquetRows(schema);
    }
  }

  /** A channel that is written from its start to its end, and closed by its owner. */
  private record Output(WritableByteChannel channel) implements OutputFile {

    @Override
    public PositionOutputStream create(long blockSize) {
      OutputStream to = Channels.newOutputStream(channel);
      return new PositionOutputStream() {
        private long position;

        @Override
        public long getPos() {
          return position;
        }

        @Override
        public void write(int value) throws IOException {
          to.write(value);
          position++;
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
          to.write(bytes, from, length);
          position += length;
        }
      };
    }

    @Override
    public PositionOutputStream createOrOverwrite(long blockSize) {
      return create(blockSize);
    }

    @Override
    public boolean supportsBlockSize() {
      return false;
    }

    @Override
    public long defaultBlockSize() {
      return 0;
    }
  }
}
