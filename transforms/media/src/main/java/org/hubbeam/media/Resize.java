package org.hubbeam.media;

/** The interpolation for resizing, as in {@code tf.image.resize}. */
public enum Resize {
  /** The nearest pixel. */
  NEAREST,
  /** From the four pixels around, also where the image becomes much smaller. */
  BILINEAR,
  /** From all pixels that a smaller image's pixel covers, weighted by a triangle. */
  BILINEAR_ANTIALIAS,
  /** From the sixteen pixels around; values may lie a little outside of the range. */
  BICUBIC,
  /** From all pixels that a smaller image's pixel covers, weighted by a cubic curve. */
  BICUBIC_ANTIALIAS
}
