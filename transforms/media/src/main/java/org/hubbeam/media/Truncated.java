package org.hubbeam.media;

/** What is done about an image whose data ends early. */
public enum Truncated {
  /** It is an error, as in TensorFlow. */
  FAIL,
  /** What is there is taken, the rest is grey or black; for JPEG, PNG and GIF. */
  ACCEPT
}
