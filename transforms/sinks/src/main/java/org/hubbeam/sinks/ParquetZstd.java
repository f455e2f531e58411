// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.sinks;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;

/** Packs pages with Zstandard; Parquet's own factory takes Hadoop for that. */
final class ParquetZstd implements CompressionCodecFactory {

  @Override
  public BytesInputCompressor getCompressor(CompressionCodecName codec) {
    return new BytesInputCompressor() {
      @Override
      public BytesInput compress(BytesInput bytes) throws IOException {
        ByteArrayOutputStream plain = new ByteArrayOutputStream(Math.toIntExact(bytes.size()));
        bytes.writeAllTo(plain);
        return BytesInput.from(Zstd.compress(plain.toByteArray()));
      }

      @Override
      public CompressionCodecName getCodecName() {
        return CompressionCodecName.ZSTD;
      }

      @Override
      public void release() {}
    };
  }

  @Override
  public BytesInputDecompressor getDecompressor(CompressionCodecName codec) {
    throw new UnsupportedOperationException("files are written, not read");
  }

  @Override
  public void release() {}
}
