package org.hubbeam.reducer;

/** What one NaN does to a smallest and largest value. */
public enum Nan {
  /** Both results are NaN, as in tf.Transform. */
  PROPAGATE,
  /** It is left out. */
  IGNORE,
  /** It is left out, and so are infinities. */
  FINITE
}
