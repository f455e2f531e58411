// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.tfrecord;

import java.io.IOException;
import java.io.InputStream;
import org.hubbeam.batch.Internal;
import org.jspecify.annotations.Nullable;

/** A stream of unpacked bytes that looks at the packed ones only when it is first read. */
@Internal
public final class Unpacking extends InputStream {

  private final InputStream packed;
  private final Compression compression;
  private @Nullable InputStream unpacked;

  public Unpacking(InputStream packed, Compression compression) {
    this.packed = packed;
    this.compression = compression;
  }

  private InputStream stream() throws IOException {
    if (unpacked == null) {
      unpacked = compression.unpack(packed);
    }
    return unpacked;
  }

  @Override
  public int read() throws IOException {
    return stream().read();
  }

  @Override
  public int read(byte[] bytes, int from, int length) throws IOException {
    return stream().read(bytes, from, length);
  }

  @Override
  public void close() throws IOException {
    if (unpacked != null) {
      unpacked.close();
    }
    packed.close();
  }
}
