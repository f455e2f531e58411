// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.media;

/** The interpolation for resizing, as in {@code tf.image.resize}. */
public enum Resize {
  /** The nearest pixel. */
  NEAREST,
  /** From the four neighbouring pixels, also when the image becomes much smaller. */
  BILINEAR,
  /** From all pixels that a target pixel covers, weighted by a triangle. */
  BILINEAR_ANTIALIAS,
  /** From the sixteen neighbouring pixels; values can exceed the range slightly. */
  BICUBIC,
  /** From all pixels that a target pixel covers, weighted by a cubic curve. */
  BICUBIC_ANTIALIAS
}
