package org.hubbeam.media;

/** What happens to transparency if the output has no channel for it. */
public enum Alpha {
  /** The colours as they are stored, as TensorFlow decodes images. */
  DROP,
  /** As the image looks on a black ground. */
  ON_BLACK,
  /** As the image looks on a white ground. */
  ON_WHITE
}
