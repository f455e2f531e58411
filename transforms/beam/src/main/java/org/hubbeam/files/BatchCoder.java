// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.files;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.beam.sdk.coders.CustomCoder;
import org.apache.beam.sdk.util.VarInt;
import org.apache.beam.sdk.values.TypeDescriptor;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.BatchEncoding;
import org.hubbeam.batch.Internal;

/**
 * The coder of batches: a length and the block of {@link BatchEncoding}. Beam finds it for every
 * {@code PCollection<Batch>} by itself. Columns of the same content in another order are equal
 * batches with other bytes, so it is not deterministic and batches are no keys.
 */
@Internal
public final class BatchCoder extends CustomCoder<Batch> {

  private static final BatchCoder INSTANCE = new BatchCoder();

  private BatchCoder() {}

  /** The coder. */
  public static BatchCoder of() {
    return INSTANCE;
  }

  @Override
  public void encode(Batch value, OutputStream out) throws IOException {
    byte[] bytes = BatchEncoding.encode(value);
    VarInt.encode(bytes.length, out);
    out.write(bytes);
  }

  @Override
  public Batch decode(InputStream in) throws IOException {
    int length = VarInt.decodeInt(in);
    if (length < 0) {
      throw new IOException("a batch of " + length + " bytes");
    }
    byte[] bytes = block(in, length);
    try {
      return BatchEncoding.decode(bytes);
    } catch (IllegalArgumentException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  /** Memory for the whole block is taken at once only where the bytes are known to be there. */
  private static byte[] block(InputStream in, int length) throws IOException {
    byte[] bytes;
    int read;
    if (in.available() >= length) {
      bytes = new byte[length];
      read = in.readNBytes(bytes, 0, length);
    } else {
      bytes = in.readNBytes(length);
      read = bytes.length;
    }
    if (read < length) {
      throw new EOFException("a batch of " + length + " bytes ends after " + read);
    }
    return bytes;
  }

  @Override
  public boolean consistentWithEquals() {
    return true;
  }

  @Override
  public boolean isRegisterByteSizeObserverCheap(Batch value) {
    return true;
  }

  @Override
  protected long getEncodedElementByteSize(Batch value) {
    int size = BatchEncoding.size(value);
    return VarInt.getLength(size) + (long) size;
  }

  @Override
  public TypeDescriptor<Batch> getEncodedTypeDescriptor() {
    return TypeDescriptor.of(Batch.class);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof BatchCoder;
  }

  @Override
  public int hashCode() {
    return BatchCoder.class.hashCode();
  }
}
