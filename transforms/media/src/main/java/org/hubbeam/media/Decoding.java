package org.hubbeam.media;

import java.io.Serializable;

/** How encoded images are decoded. */
public record Decoding(
    Alpha alpha, Orientation orientation, Truncated truncated, DecodeLimits limits)
    implements Serializable {

  /** Alpha dropped, orientation applied, cut images refused, 50 million pixels allowed. */
  public static final Decoding DEFAULT =
      new Decoding(Alpha.DROP, Orientation.APPLY, Truncated.FAIL, DecodeLimits.DEFAULT);

  /** With transparency dealt with in another way. */
  public Decoding withAlpha(Alpha value) {
    return new Decoding(value, orientation, truncated, limits);
  }

  /** With the camera's orientation dealt with in another way. */
  public Decoding withOrientation(Orientation value) {
    return new Decoding(alpha, value, truncated, limits);
  }

  /** With cut images dealt with in another way. */
  public Decoding withTruncated(Truncated value) {
    return new Decoding(alpha, orientation, value, limits);
  }

  /** With other limits. */
  public Decoding withLimits(DecodeLimits value) {
    return new Decoding(alpha, orientation, truncated, value);
  }
}
