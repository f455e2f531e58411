package org.hubbeam.media;

/** What happens to the orientation that a camera recorded (EXIF, TIFF). */
public enum Orientation {
  /** The image is turned and mirrored as it is to be seen. */
  APPLY,
  /** The pixels as they are stored, as TensorFlow decodes images. */
  IGNORE
}
