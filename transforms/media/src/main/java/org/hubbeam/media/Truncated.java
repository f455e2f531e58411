package org.hubbeam.media;

/** What happens to an image whose data ends early. */
public enum Truncated {
  /** It is an error, as in TensorFlow. */
  FAIL,
  /** What is there is taken, the rest is grey or black; for JPEG, PNG and GIF. */
  ACCEPT
}
