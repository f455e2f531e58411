package org.hubbeam.media;

/** What is done about the orientation that a camera wrote beside the pixels (EXIF, TIFF). */
public enum Orientation {
  /** The image is turned and mirrored as it is to be seen. */
  APPLY,
  /** The pixels as they are stored, as TensorFlow decodes images. */
  IGNORE
}
