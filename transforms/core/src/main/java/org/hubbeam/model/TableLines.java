// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.io.Serializable;
import org.hubbeam.batch.DType;

/**
 * How a table is read from the lines of a text file.
 *
 * @param key what of a line is the key
 * @param value what of a line is the value
 * @param delimiter what separates the fields of a line; one character
 */
public record TableLines(Part key, Part value, String delimiter) implements Serializable {

  /** Each whole line (string) to its number (int64), from 0 on. */
  public static final TableLines VOCABULARY =
      new TableLines(new Part(Part.WHOLE, DType.STRING), new Part(Part.NUMBER, DType.INT64), "\t");

  /** The second of two fields with a blank between them (string) to the number of its line. */
  public static final TableLines BEHIND_BLANK =
      new TableLines(new Part(1, DType.STRING), new Part(Part.NUMBER, DType.INT64), " ");

  public TableLines {
    if (delimiter.length() != 1) {
      throw new IllegalArgumentException(
          "the delimiter must be one character, not '" + delimiter + "'");
    }
  }

  /**
   * A part of a line.
   *
   * @param field the number of the field, from 0 on; or {@link #WHOLE} or {@link #NUMBER}
   * @param dtype what it is read as
   */
  public record Part(long field, DType dtype) implements Serializable {

    /** The whole line. */
    public static final long WHOLE = -2;

    /** The number of the line, from 0 on. */
    public static final long NUMBER = -1;

    public Part {
      if (field < WHOLE) {
        throw new IllegalArgumentException("there is no field " + field);
      }
    }
  }
}
