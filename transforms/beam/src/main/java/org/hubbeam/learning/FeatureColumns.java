// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.learning;

import org.hubbeam.batch.Internal;

/** The columns of rows that a head can be trained on. */
@Internal
public final class FeatureColumns {

  /** All features of a row, one behind the other; float32. */
  public static final String VECTOR = "vector";

  /** Its classes as strings, or its number as float32. */
  public static final String LABEL = "label";

  /** How much the row counts; float32. There is no such column where all count the same. */
  public static final String WEIGHT = "weight";

  /** A hash of the row as it was read; int64. */
  public static final String HASH = "hash";

  /** What the row is called: its id, or file and offset. */
  public static final String ID = "id";

  /** What is shown of the row: its text, or the name of its file. */
  public static final String SHOWN = "shown";

  private FeatureColumns() {}

  /** The name of such a column beside those that were read. */
  static String inner(String column) {
    return "hubbeam/" + column;
  }
}
