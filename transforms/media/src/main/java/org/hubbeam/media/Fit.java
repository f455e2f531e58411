package org.hubbeam.media;

/** What is done where an image has not the proportions of the size that is wanted. */
public enum Fit {
  /** All of the image, stretched. */
  STRETCH,
  /** The largest part around the centre that has the proportions, in whole pixels; then resized. */
  CROP_CENTER,
  /** All of the image in its own proportions, black beside it, as {@code resize_with_pad}. */
  PAD
}
