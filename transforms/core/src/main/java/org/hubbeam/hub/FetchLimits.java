// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.hub;

import java.io.Serializable;
import java.time.Duration;

/**
 * How large a module may be that is fetched, and how long that may take. Start from {@link
 * #DEFAULT} and change it by name. A server that sends nothing at all is left sooner, see {@link
 * HubOptions#withReadTimeout}.
 *
 * @param bytes of the archive, or of all files of a folder in another file system, at most
 * @param time for all attempts of one download together, at most
 * @param bytesPerSecond on the average over the read timeout, at least; a slower attempt is the
 *     last but one
 */
public record FetchLimits(long bytes, Duration time, long bytesPerSecond) implements Serializable {
  /** 20 GiB, a day, 1 KiB a second: 10 GB in a day are a line of 1 Mbit a second. */
  public static final FetchLimits DEFAULT = new FetchLimits(20L << 30, Duration.ofDays(1), 1 << 10);

  public FetchLimits {
    if (bytes < 1 || time.isZero() || time.isNegative() || bytesPerSecond < 0) {
      throw new IllegalArgumentException(
          "limits of a download must be positive: "
              + bytes
              + " bytes, "
              + time
              + ", "
              + bytesPerSecond
              + " bytes a second");
    }
  }

  /** A copy with another cap on the bytes of a download. */
  public FetchLimits withBytes(long value) {
    return new FetchLimits(value, time, bytesPerSecond);
  }

  /** A copy with another cap on the time of a download. */
  public FetchLimits withTime(Duration value) {
    return new FetchLimits(bytes, value, bytesPerSecond);
  }

  /** A copy with another least speed; 0 for any. */
  public FetchLimits withBytesPerSecond(long value) {
    return new FetchLimits(bytes, time, value);
  }

  /** Whether so many bytes came fast enough. */
  boolean isFast(long received, long nanos) {
    return received >= bytesPerSecond * (nanos / 1e9);
  }

  /**
   * Refuses what is too large.
   *
   * @param what has that many bytes, for the message
   * @throws HubException naming the setting that allows more
   */
  void requireSize(String what, long found) {
    if (found > bytes) {
      throw new HubException(
          what
              + " has "
              + found
              + " bytes or more; at most "
              + bytes
              + " are fetched; --maxModuleBytes (FetchLimits.withBytes) allows more");
    }
  }
}
