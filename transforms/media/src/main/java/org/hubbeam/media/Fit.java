// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.media;

/** What happens if the proportions of an image differ from those of the target size. */
public enum Fit {
  /** The whole image, stretched. */
  STRETCH,
  /** The largest centred part with the target's proportions, in whole pixels, resized. */
  CROP_CENTER,
  /** The whole image in its own proportions, padded with black, as in {@code resize_with_pad}. */
  PAD
}
