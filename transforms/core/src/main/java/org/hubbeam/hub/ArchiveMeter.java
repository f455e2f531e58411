// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.hub;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * Bounds what is read of a tar beside the bytes of its files: names and headers are held in memory,
 * and take time where they hold nothing.
 */
final class ArchiveMeter extends FilterInputStream {
  /** Between two files; the longest name with times and attributes takes a few kB. */
  private static final int MOST_AT_ONCE = 1 << 16;

  /** Behind the last file; some programs write blocks of that size. */
  private static final int MOST_PADDING = 1 << 20;

  /** For each entry, on the average: its header, and another one with its name and times. */
  private static final int USUAL_ENTRY = 2048;

  private final long mostHeaders;
  private long headers;
  private long left;
  private long total;
  private boolean inFile;

  ArchiveMeter(InputStream in, ArchiveLimits limits) {
    super(in);
    mostHeaders = 2L * MOST_PADDING + (long) USUAL_ENTRY * limits.entries();
  }

  /** The bytes of a file follow, which others count. */
  void file() {
    inFile = true;
  }

  /** The headers before the next file follow, or the end. */
  void headers() {
    inFile = false;
    left = MOST_AT_ONCE;
  }

  /** The rest follows, behind the last file. */
  void padding() {
    inFile = false;
    left = MOST_PADDING;
  }

  /** All bytes that were read. */
  long total() {
    return total;
  }

  @Override
  public int read() throws IOException {
    int value = super.read();
    spend(value < 0 ? 0 : 1);
    return value;
  }

  @Override
  public int read(byte[] buffer, int from, int length) throws IOException {
    int n = super.read(buffer, from, length);
    spend(Math.max(0, n));
    return n;
  }

  @Override
  public long skip(long bytes) throws IOException {
    long n = super.skip(bytes);
    spend(n);
    return n;
  }

  private void spend(long bytes) throws IOException {
    total += bytes;
    if (inFile) {
      return;
    }
    left -= bytes;
    headers += bytes;
    if (left < 0) {
      throw new IOException("too many bytes between two files, or behind the last");
    }
    if (headers > mostHeaders) {
      throw new IOException("more than " + mostHeaders + " bytes of names and headers");
    }
  }
}
