// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.media;

import java.io.Serializable;

/**
 * Limits of the size of an image, checked in its header before memory is allocated.
 *
 * @param pixels the maximum of height times width
 */
public record DecodeLimits(long pixels) implements Serializable {

  /** 50 million pixels, which take up to 400 MB while they are decoded, of JPEG 2000 700 MB. */
  public static final DecodeLimits DEFAULT = new DecodeLimits(50_000_000);

  /** Programs write 10, and 30 where they try for the smallest file. */
  private static final long SCANS = 100;

  private static final long USUAL_SCANS = 30;

  public DecodeLimits {
    if (pixels < 1) {
      throw new IllegalArgumentException("an image has at least one pixel, not " + pixels);
    }
    if (pixels > Integer.MAX_VALUE / 4) {
      throw new IllegalArgumentException(
          "an image of more than " + Integer.MAX_VALUE / 4 + " pixels cannot be held: " + pixels);
    }
  }

  /** Refuses a size that a header tells. */
  void check(long height, long width) throws MediaException {
    if (height < 1 || width < 1) {
      throw new MediaException("the header says " + height + " x " + width + " pixels");
    }
    if (height > Integer.MAX_VALUE || width > Integer.MAX_VALUE || height * width > pixels) {
      throw new MediaException(
          "the header says "
              + height
              + " x "
              + width
              + " pixels; at most "
              + pixels
              + " are allowed");
    }
  }

  /**
   * Refuses a file whose pixels would be gone through very often: 20,000 scans of a JPEG of 300 kB
   * take an hour.
   */
  void checkScans(long scans, long found) throws MediaException {
    if (scans > SCANS || scans * found > USUAL_SCANS * pixels) {
      throw new MediaException(
          "it has "
              + scans
              + " scans of "
              + found
              + " pixels; at most "
              + Math.max(1, Math.min(SCANS, USUAL_SCANS * pixels / found))
              + " are allowed");
    }
  }
}
