package org.hubbeam.tfrecord;

/** What happens when a file is damaged. */
public enum Corruption {
  /** The job stops, naming the file and the offset. */
  FAIL,
  /** One failure with the file and the offset; the rest of this file is given up. */
  SKIP_FILE,
  /**
   * One failure for the record, and on with the next one where its place is still certain: the
   * length is right, the data is not. Elsewhere as {@link #SKIP_FILE}.
   */
  SKIP_RECORD
}
