// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.tfrecord;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import org.hubbeam.batch.Internal;
import org.jspecify.annotations.Nullable;

/** A stream of unpacked bytes that looks at the packed ones only when it is first read. */
@Internal
public final class Unpacking extends BulkInputStream {

  private final InputStream packed;
  private final Packing packing;
  private @Nullable InputStream unpacked;

  public Unpacking(InputStream packed, Packing packing) {
    this.packed = packed;
    this.packing = packing;
  }

  /**
   * @throws IOException with a message; also where a library ends with another exception because of
   *     what is in the file
   */
  @Override
  public int read(byte[] bytes, int from, int length) throws IOException {
    try {
      if (unpacked == null) {
        unpacked = packing.unpack(packed);
      }
      return unpacked.read(bytes, from, length);
    } catch (EOFException e) {
      throw new IOException("it ends too early", e);
    } catch (IndexOutOfBoundsException | IllegalArgumentException | IllegalStateException e) {
      throw new IOException("damaged " + packing.name().toLowerCase(Locale.ROOT) + " data", e);
    }
  }

  @Override
  public void close() throws IOException {
    if (unpacked != null) {
      unpacked.close();
    }
    packed.close();
  }
}
