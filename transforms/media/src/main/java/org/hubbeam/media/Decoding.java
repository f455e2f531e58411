// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.media;

import java.io.Serializable;

/** How encoded images are decoded. */
public record Decoding(
    Alpha alpha, Orientation orientation, Truncated truncated, DecodeLimits limits)
    implements Serializable {

  /**
   * Alpha is dropped, orientation applied, truncated images are refused, at most 50 million pixels.
   */
  public static final Decoding DEFAULT =
      new Decoding(Alpha.DROP, Orientation.APPLY, Truncated.FAIL, DecodeLimits.DEFAULT);

  /** Sets the handling of transparency. */
  public Decoding withAlpha(Alpha value) {
    return new Decoding(value, orientation, truncated, limits);
  }

  /** Sets the handling of the orientation. */
  public Decoding withOrientation(Orientation value) {
    return new Decoding(alpha, value, truncated, limits);
  }

  /** Sets the handling of truncated images. */
  public Decoding withTruncated(Truncated value) {
    return new Decoding(alpha, orientation, value, limits);
  }

  /** Sets the limits. */
  public Decoding withLimits(DecodeLimits value) {
    return new Decoding(alpha, orientation, truncated, value);
  }
}
