// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.tfrecord;

/** What happens when a file is damaged. */
public enum Corruption {
  /** The job stops, naming the file and the offset. */
  FAIL,
  /** One failure with the file and the offset. The rest of the file is skipped. */
  SKIP_FILE,
  /**
   * One failure for the record. Reading continues with the next record if the length of the damaged
   * one is right; otherwise like {@link #SKIP_FILE}.
   */
  SKIP_RECORD
}
