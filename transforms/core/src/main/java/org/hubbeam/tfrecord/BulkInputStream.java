// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.tfrecord;

import java.io.IOException;
import java.io.InputStream;
import org.hubbeam.batch.Internal;

/** A stream that reads many bytes at a time; a single one is the first of them. */
@Internal
public abstract class BulkInputStream extends InputStream {

  @Override
  public abstract int read(byte[] bytes, int from, int length) throws IOException;

  @Override
  public final int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }
}
