package org.hubbeam.media;

/** What happens if the proportions of an image differ from those of the target size. */
public enum Fit {
  /** All of the image, stretched. */
  STRETCH,
  /** The largest part around the centre that has the proportions, in whole pixels; then resized. */
  CROP_CENTER,
  /** All of the image in its own proportions, black beside it, as {@code resize_with_pad}. */
  PAD
}
