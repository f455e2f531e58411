// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.hub;

import java.io.Serializable;

/**
 * How much an archive may unpack to, or a folder of another file system have. Start from {@link
 * #DEFAULT} and change it by name.
 *
 * @param entries files and folders, at most
 * @param bytes bytes of all files together, at most
 * @param ratio unpacked bytes for each byte of the archive, at most; the first 16 MiB are free
 */
public record ArchiveLimits(int entries, long bytes, double ratio) implements Serializable {
  /** 10,000 entries (a module has some dozens), 64 GiB, 100 times the archive's size. */
  public static final ArchiveLimits DEFAULT = new ArchiveLimits(10_000, 64L << 30, 100.0);

  public ArchiveLimits {
    if (entries < 1 || bytes < 1 || !(ratio >= 1)) {
      throw new IllegalArgumentException(
          "limits of an archive must be at least 1: "
              + entries
              + " entries, "
              + bytes
              + " bytes, ratio "
              + ratio);
    }
  }

  /** A copy with another cap on files and folders. */
  public ArchiveLimits withEntries(int value) {
    return new ArchiveLimits(value, bytes, ratio);
  }

  /** A copy with another cap on unpacked bytes. */
  public ArchiveLimits withBytes(long value) {
    return new ArchiveLimits(entries, value, ratio);
  }

  /** A copy with another cap on unpacked bytes for each byte of the archive. */
  public ArchiveLimits withRatio(double value) {
    return new ArchiveLimits(entries, bytes, value);
  }

  /** The most that an archive of this size may unpack to. */
  long allowed(long archiveBytes) {
    double byRatio = Math.max(16L << 20, archiveBytes * ratio);
    return byRatio >= bytes ? bytes : (long) byRatio;
  }
}
